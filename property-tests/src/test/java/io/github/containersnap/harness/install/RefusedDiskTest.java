package io.github.containersnap.harness.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.install.BlockDevice;
import io.github.containersnap.install.ExclusiveDisk;
import io.github.containersnap.install.TargetDisk;
import io.github.containersnap.install.UnusableDiskException;
import io.github.containersnap.linux.ExclusiveDevice;
import io.github.containersnap.linux.MountInfo;
import io.github.containersnap.linux.MountTable;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RefusedDiskTest {
  private Workbench bench;

  @BeforeAll
  void prepare() throws Exception {
    bench = new Workbench();
  }

  @AfterAll
  void remove() {
    bench.close();
  }

  private static void makeFilesystem(Path on) {
    ExternalCommand.of("mkfs.btrfs", "--quiet", "--label", "my data", on).run();
  }

  @Test
  void the_disk_that_this_system_runs_from_is_refused() {
    BlockDevice disk =
        MountTable.own().mounts().stream()
            .map(MountInfo::source)
            .filter(source -> source.startsWith("/dev/"))
            .flatMap(source -> BlockDevice.of(Path.of(source)).stream())
            .filter(device -> !device.isLoop())
            .map(device -> device.whole().map(name -> Path.of("/dev", name)).orElse(device.node()))
            .flatMap(node -> BlockDevice.of(node).stream())
            .findFirst()
            .orElseThrow(() -> new AssertionError("no mount of this machine is on a disk"));

    assertThatThrownBy(() -> TargetDisk.at(disk.node(), Optional.empty()))
        .isInstanceOf(UnusableDiskException.class)
        .hasMessageContaining("%s is in use: %s", disk.node(), disk.node())
        .hasMessageContaining(" is mounted on ");
  }

  @Test
  void a_mounted_device_is_refused() throws Exception {
    Path file = bench.zeros("mounted.img", Workbench.DISK_BYTES);
    makeFilesystem(file);
    try (LoopDevice device = LoopDevice.attach(file, 0, Workbench.DISK_BYTES);
        Mount mount = Mount.of(device.device(), bench.file("mounted"), "")) {
      bench
          .install(device.device(), "--yes")
          .isRefused(
              "%1$s is in use: %1$s is mounted on %2$s.\n"
                  .formatted(device.device(), mount.directory()));
      BlockDevice disk = BlockDevice.of(device.device()).orElseThrow();
      assertThatThrownBy(() -> ExclusiveDisk.of(new TargetDisk.Device(disk.node(), disk)).close())
          .as("the kernel does not give it to us, whatever our own lists say")
          .isInstanceOf(UnusableDiskException.class)
          .hasMessageContaining("is in use: the kernel says so");
      assertThat(mount.directory()).isEmptyDirectory();
    }
  }

  @Test
  void a_device_that_only_the_kernel_knows_to_be_in_use_is_refused() throws Exception {
    Path file = bench.zeros("claimed.img", Workbench.DISK_BYTES);
    try (LoopDevice device = LoopDevice.attach(file, 0, Workbench.DISK_BYTES);
        ExclusiveDevice _ = ExclusiveDevice.open(device.device())) {
      bench
          .install(device.device(), "--yes")
          .isRefused("%s is in use: the kernel says so".formatted(device.device()));
    }
  }

  @Test
  void a_device_with_a_loop_device_on_it_is_refused() throws Exception {
    Path file = bench.zeros("below.img", Workbench.DISK_BYTES);
    try (LoopDevice below = LoopDevice.attach(file, 0, Workbench.DISK_BYTES);
        LoopDevice above = LoopDevice.attach(below.device(), 4096, 8192)) {
      bench
          .install(below.device(), "--yes")
          .isRefused(
              "%1$s is in use: %1$s is attached to %2$s.\n"
                  .formatted(below.device(), above.device()));
    }
  }

  @Test
  void a_file_that_is_attached_to_a_loop_device_is_refused_by_any_name() throws Exception {
    Path file = bench.zeros("attached.img", Workbench.DISK_BYTES);
    Path otherName = Files.createSymbolicLink(bench.file("link.img"), file);
    try (LoopDevice device = LoopDevice.attach(file, 4096, 8192)) {
      bench
          .install(otherName, "--yes")
          .isRefused("%s is in use: it is attached to %s.\n".formatted(file, device.device()));
    }
  }

  @Test
  void a_file_that_another_program_has_locked_is_refused() throws Exception {
    Path file = bench.zeros("locked.img", Workbench.DISK_BYTES);
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw");
        var _ = content.getChannel().lock()) {
      bench.install(file, "--yes").isRefused(file + " is in use: another program has locked it");
    }
  }

  @Test
  void what_a_disk_holds_is_named_and_kept_if_nobody_can_be_asked() throws Exception {
    Path file = bench.zeros("filesystem.img", Workbench.DISK_BYTES);
    makeFilesystem(file);
    String before = checksum(file);

    bench
        .install(file)
        .isRefused(
            """
            %s, 400.0 MiB, holds btrfs "my data". It would be lost, and there is no terminal to ask on.
              If it may be lost, say so with --yes. Nothing was changed.
            """
                .formatted(file));

    assertThat(checksum(file)).isEqualTo(before);
  }

  @Test
  void partitions_are_listed_with_what_is_in_them() throws Exception {
    Path file = bench.zeros("partitions.img", Workbench.DISK_BYTES);
    ExternalCommand.of("sgdisk", "--new=1:2048:34815", "--change-name=1:my \033[31mEFI", file)
        .with("--new=2:34816:0")
        .run();
    ExternalCommand.of("mkfs.vfat", "--offset=2048", file, 16 * 1024).run();

    bench
        .install(file)
        .isRefused(
            "%s, 400.0 MiB, has a GPT with 2 partitions: 1 (vfat \"my \\x1b[31mEFI\" 16.0 MiB),"
                    .formatted(file)
                + " 2 (383.0 MiB). It would be lost");
  }

  @Test
  void data_of_an_unknown_kind_is_not_taken_for_an_empty_disk() throws Exception {
    Path file = bench.zeros("video.img", Workbench.DISK_BYTES);
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.seek(Workbench.DISK_BYTES - 1);
      content.write(1);
    }

    bench
        .install(file)
        .isRefused(
            file
                + ", 400.0 MiB, holds data that is neither a filesystem nor a partition table. It"
                + " would be lost");
  }

  @Test
  void a_disk_that_is_too_small_is_refused_with_the_numbers() throws Exception {
    Path none = bench.file("small.img");
    bench
        .install(none, "--size", "100M")
        .isRefused(
            "%s is too small: it has 100.0 MiB, and boot loader and btrfs alone need 146.0 MiB.\n"
                .formatted(none));
    bench
        .install(bench.zeros("empty.img", 0))
        .isRefused(bench.file("empty.img") + " is too small: it has 0 B,");
    assertThat(none).doesNotExist();
  }

  @Test
  void a_disk_that_is_too_small_for_the_image_is_refused_before_it_is_written() throws Exception {
    Path disk = bench.zeros("tight.img", 147 * Workbench.MIB);
    String before = checksum(disk);
    Path tree = Files.createDirectory(bench.file("large"));
    Files.write(tree.resolve("file"), new byte[40 << 20]);
    String reference = "oci:" + bench.imageOf("large-image", tree);

    bench
        .installOf(reference, disk)
        .isRefused(
            "%s is too small for %s: of its 147.0 MiB the btrfs gets 129.0 MiB, and needs 197.0 MiB.\n"
                .formatted(disk, reference));

    assertThat(checksum(disk)).isEqualTo(before);
  }

  @Test
  void places_where_no_disk_can_be_are_refused() throws Exception {
    Path directory = Files.createDirectory(bench.file("directory"));
    bench
        .install(directory.resolve("none/disk.img"))
        .isRefused("There is no directory %s/none to make disk.img in.\n".formatted(directory));
    bench
        .install(Path.of("/dev/no-such-disk"))
        .isRefused("There is no device /dev/no-such-disk.\n");
    bench.install(directory).isRefused(directory + " is neither a file nor a block device.\n");
    bench
        .install(Path.of("/dev/null"), "--yes")
        .isRefused("/dev/null is neither a file nor a block device.\n");
    bench
        .install(bench.zeros("sized.img", Workbench.DISK_BYTES), "--size", "1G")
        .isRefused(bench.file("sized.img") + " exists and has its own size; --size is for a new");
  }

  @Test
  void a_system_that_is_there_is_not_what_install_works_on() {
    Workbench.Result result = bench.install(bench.file("disk.img"), "--root", "/mnt");

    assertThat(result.exit()).isEqualTo(2);
    assertThat(result.error())
        .startsWith(
            "container-snap: --root names a system that is there; install makes a new one.\n");
  }

  private static String checksum(Path file) {
    return ExternalCommand.of("sha256sum", file).run().text();
  }
}
