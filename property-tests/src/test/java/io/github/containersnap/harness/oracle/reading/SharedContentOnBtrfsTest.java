package io.github.containersnap.harness.oracle.reading;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.btrfs.BtrfsReader;
import io.github.containersnap.loopback.btrfs.FilesystemView;
import io.github.containersnap.loopback.disk.Filesystem;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeReadException;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which files are read once, where a walk of a real btrfs says what their extents hold. */
class SharedContentOnBtrfsTest {
  private static final String LONG = "0123456789abcdef".repeat(200_000); // several pieces

  private final Workspace workspace =
      Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"));
  private final SystemDisk disk = SystemDisk.create(workspace.file("disk.img"), 256L << 20);
  private final SharedContent content = new SharedContent();

  @BeforeEach
  void write() {
    changed(
        top -> {
          write(top, "root/file", LONG);
          write(top, "root/other", "x".repeat(10_000));
          write(top, "root/inline", "a few bytes");
        });
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private static void write(Path top, String path, String text) {
    try {
      Files.createDirectories(top.resolve(path).getParent());
      Files.writeString(top.resolve(path), text);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private void changed(Consumer<Path> change) {
    try (LoopDevice loop = disk.attachSystem();
        Mount mount =
            Mount.of(
                Filesystem.BTRFS,
                loop.device(),
                workspace.file("top"),
                Filesystem.BTRFS.mountOptions())) {
      change.accept(mount.directory());
    }
  }

  private FilesystemView walk() {
    try (BtrfsReader reader =
        BtrfsReader.open(disk.image(), disk.systemOffset(), disk.systemSize())) {
      return reader.walk();
    }
  }

  /** What is read of the disk as it is, which is what a plain reading sees. */
  private TreeManifest scan() {
    FilesystemView walked = walk();
    TreeManifest[] seen = new TreeManifest[1];
    changed(
        top -> {
          Path root = top.resolve("root");
          seen[0] = content.in(walked.data()::name).scan(root, _ -> false);
          assertThat(seen[0]).isEqualTo(TreeScan.of(root, _ -> false));
        });
    return seen[0];
  }

  @Test
  void files_with_extents_are_known_from_then_on() {
    scan();
    assertThat(content.known()).isEqualTo(2);
    scan();
    assertThat(content.known()).isEqualTo(2);
  }

  @Test
  void a_file_that_is_changed_in_the_middle_is_another() {
    scan();
    changed(
        top -> {
          try (FileChannel file =
              FileChannel.open(top.resolve("root/file"), StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap("another".getBytes(US_ASCII)), 1_500_000);
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        });
    scan();
    assertThat(content.known()).isEqualTo(3);
  }

  @Test
  void a_copy_that_shares_the_extents_is_known_and_one_that_shares_a_part_is_another() {
    changed(
        top ->
            ExternalCommand.of(
                    "cp", "--reflink=always", top.resolve("root/file"), top.resolve("root/clone"))
                .run());
    scan();
    assertThat(content.known()).as("file and clone are one").isEqualTo(2);
    changed(top -> ExternalCommand.of("truncate", "--size=1M", top.resolve("root/clone")).run());
    scan();
    assertThat(content.known()).isEqualTo(3);
  }

  @Test
  void a_file_without_checksums_is_read_each_time() {
    changed(
        top -> {
          Path directory = top.resolve("root/nocow");
          ExternalCommand.of("mkdir", directory).run();
          ExternalCommand.of("chattr", "+C", directory).run();
          write(top, "root/nocow/file", "y".repeat(10_000));
        });
    scan();
    assertThat(content.known()).isEqualTo(2);
  }

  @Test
  void what_cannot_be_read_is_not_known() throws IOException {
    scan();
    overwrite("0123456789abcdef".repeat(64).getBytes(US_ASCII), "another");
    FilesystemView walked = walk();
    changed(
        top ->
            assertThatThrownBy(
                    () -> content.in(walked.data()::name).scan(top.resolve("root"), _ -> false))
                .isInstanceOf(TreeReadException.class)
                .hasMessageContaining("file"));
  }

  /** As a write that was lost, past the filesystem. */
  private void overwrite(byte[] found, String by) throws IOException {
    byte[] image = Files.readAllBytes(disk.image());
    for (int at = (int) disk.systemOffset(); at < image.length; at += 4096) {
      if (Arrays.equals(image, at, at + found.length, found, 0, found.length)) {
        try (FileChannel file = FileChannel.open(disk.image(), StandardOpenOption.WRITE)) {
          file.write(ByteBuffer.wrap(by.getBytes(US_ASCII)), at);
        }
        return;
      }
    }
    throw new AssertionError("not found on the disk");
  }
}
