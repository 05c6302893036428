package io.github.containersnap.loopback.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.MountTable;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevicesTest {

  @TempDir Path parent;
  private Workspace workspace;

  @BeforeEach
  void open() {
    workspace = Workspace.open(parent);
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void a_loop_device_shows_a_part_of_its_file() throws Exception {
    byte[] content = new byte[3 << 20];
    content[1 << 20] = 42;
    Path file = Files.write(workspace.file("file"), content);
    LoopDevice device = LoopDevice.attach(file, 1 << 20, 1 << 20);

    byte[] seen = Files.readAllBytes(device.device());
    assertThat(seen).hasSize(1 << 20);
    assertThat(seen[0]).isEqualTo((byte) 42);

    device.close();
    device.close();
    assertThat(LoopBinding.below(file)).isEmpty();
  }

  @Test
  void loop_devices_attached_at_the_same_time_do_not_disturb_each_other() throws Exception {
    Path file = Files.write(workspace.file("file"), new byte[1 << 20]);
    Callable<Path> attachAndDetach =
        () -> {
          try (LoopDevice device = LoopDevice.attach(file, 0, 1 << 20)) {
            return device.device();
          }
        };
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<Path>> all =
          threads.invokeAll(Stream.generate(() -> attachAndDetach).limit(16).toList());
      for (Future<Path> one : all) {
        assertThat(one.get()).asString().startsWith("/dev/loop");
      }
    }
    assertThat(LoopBinding.below(file)).isEmpty();
  }

  @Test
  void a_file_that_does_not_exist_cannot_be_attached() {
    assertThatThrownBy(() -> LoopDevice.attach(workspace.file("none"), 0, 4096))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("none");
  }

  @Test
  void a_busy_mount_is_not_given_up_silently() throws Exception {
    SystemDisk disk = SystemDisk.create(workspace.file("disk"), SystemDisk.SMALLEST);
    try (LoopDevice device = disk.attachSystem()) {
      Mount mount = Mount.of(device.device(), workspace.file("m"), "subvol=@var");
      Process holder =
          new ProcessBuilder("sleep", "60").directory(mount.directory().toFile()).start();

      assertThatThrownBy(mount::close)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(
              "cannot be unmounted from " + mount.directory(),
              "held by process %d (sleep)".formatted(holder.pid()));

      holder.destroyForcibly();
      mount.close(); // tries again while the holder dies
      mount.close();
      assertThat(MountTable.own().atOrBelow(mount.directory())).isEmpty();
    }
  }

  @Test
  void a_device_that_is_mounted_in_another_namespace_names_its_holder() throws Exception {
    SystemDisk disk = SystemDisk.create(workspace.file("disk"), SystemDisk.SMALLEST);
    try (LoopDevice device = disk.attachSystem()) {
      Mount mount = Mount.of(device.device(), workspace.file("m"), "subvol=@var");
      Process stranger =
          new ProcessBuilder("unshare", "--mount", "sh", "-c", "echo; exec sleep 60").start();
      stranger.inputReader().readLine();
      mount.close(); // succeeds, but the stranger has a copy of every mount there was

      assertThat(OpenFiles.holding(device.device()))
          .contains("a mount in the namespace of process ");

      stranger.destroyForcibly();
    }
    assertThat(LoopBinding.below(disk.image().toRealPath())).isEmpty();
  }

  /** Containers and recorders of another test process of the same build, or of another gate. */
  @Test
  void a_neighbour_of_this_test_process_holds_nothing_of_it() throws Exception {
    long build = ProcessHandle.current().parent().orElseThrow().pid();
    SystemDisk disk = SystemDisk.create(workspace.file("disk"), SystemDisk.SMALLEST);
    ExternalCommand neighbours =
        ExternalCommand.of("nsenter", "--target", build, "--mount")
            .with("unshare", "--mount", "sh", "-c", "echo; exec sleep 60");
    try (LoopDevice device = disk.attachSystem()) {
      Mount mount = Mount.of(device.device(), workspace.file("m"), "subvol=@var");
      Process neighbour = neighbours.processBuilder().start();
      try {
        assertThat(neighbour.inputReader().readLine()).isEmpty();
        mount.close();
        device.close(); // while the neighbour runs; it would name it
      } finally {
        neighbour.destroyForcibly();
      }
    }
    assertThat(LoopBinding.below(disk.image().toRealPath())).isEmpty();
  }

  @Test
  void what_is_no_btrfs_cannot_be_mounted() throws Exception {
    Path file = Files.write(workspace.file("file"), new byte[1 << 20]);
    try (LoopDevice device = LoopDevice.attach(file, 0, 1 << 20)) {
      assertThatThrownBy(() -> Mount.of(device.device(), workspace.file("m"), ""))
          .isInstanceOf(CommandFailedException.class)
          .hasMessageContaining("mount");
    }
  }

  @Test
  void a_copy_in_scratch_space_takes_no_room() throws Exception {
    try (ScratchSpace scratch = ScratchSpace.create(workspace, 512 << 20)) {
      Path image = workspace.file("image");
      byte[] content = new byte[64 << 20];
      new Random(1).nextBytes(content);
      try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
        file.setLength(4L << 30);
        file.seek(1L << 30);
        file.write(content);
      }
      Path inside = scratch.bringIn(image, "inside");
      for (int i = 1; i <= 16; i++) {
        scratch.reflink(inside, scratch.directory().resolve("copy-" + i));
      }

      Path copy = scratch.directory().resolve("copy-16");
      assertThat(Files.size(copy)).isEqualTo(4L << 30);
      assertThat(
              ExternalCommand.of("cmp", "--ignore-initial=1G", "--bytes=64M", image, copy)
                  .runAnyStatus()
                  .succeeded())
          .isTrue();
      assertThatThrownBy(() -> scratch.reflink(image, copy))
          .isInstanceOf(UncheckedIOException.class)
          .hasRootCauseMessage("FICLONE on %s failed: EXDEV".formatted(copy));
    }
  }
}
