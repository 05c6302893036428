package io.github.containersnap.harness.oracle.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.disk.Filesystem;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.log.LogEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which files are read once for all states of a log, on a real ext4. */
class SharedContentTest {
  private static final long OFFSET = 1 << 20;
  private static final int BYTES = 64 << 10;
  private static final Pattern EXTENT =
      Pattern.compile("\\s0: +0\\.\\. *[0-9]+: *([0-9]+)\\.\\. *[0-9]+: *([0-9]+):");

  private final Workspace workspace =
      Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"));
  private final SystemDisk disk =
      SystemDisk.create(workspace.file("disk.img"), 256L << 20, Filesystem.EXT4);
  private final LoopDevice loop = disk.attachSystem();
  private final Mount mount =
      Mount.of(
          Filesystem.EXT4, loop.device(), workspace.file("top"), Filesystem.EXT4.mountOptions());
  private final Path root = mount.directory().resolve("root");
  private final Path file = root.resolve("file");

  @BeforeEach
  void write() throws IOException {
    Files.createDirectory(root);
    Files.writeString(file, "a".repeat(BYTES));
    ExternalCommand.of("sync", file).run();
  }

  @AfterEach
  void close() {
    mount.close();
    loop.close();
    workspace.close();
  }

  /** As a write that no log knows of. */
  private void overwriteInPlace() throws IOException {
    Files.writeString(file, "b".repeat(BYTES), StandardOpenOption.WRITE);
    ExternalCommand.of("sync", file).run();
  }

  private String digest(SharedContent content, LogEntry... log) {
    return content
        .in(new UntouchedRanges(OFFSET, List.of(log)))
        .scan(root, path -> false)
        .get("file")
        .orElseThrow()
        .contentDigest();
  }

  /** A write to a part of the file's first extent. */
  private LogEntry overwriting() {
    Matcher extent = EXTENT.matcher(ExternalCommand.of("filefrag", "-v", "-b1", file).run().text());
    assertThat(extent.find()).isTrue();
    long last = Long.parseLong(extent.group(1)) + Long.parseLong(extent.group(2)) - 4096;
    return new LogEntry.Write(0, OFFSET + last, 4096, 0);
  }

  @Test
  void a_file_where_no_write_went_is_read_once() throws IOException {
    SharedContent content = new SharedContent();
    String before = digest(content);
    assertThat(content.known()).isOne();

    overwriteInPlace();

    assertThat(digest(content)).as("not read again").isEqualTo(before);
  }

  @Test
  void a_file_that_the_log_overwrites_in_place_is_read_each_time() throws IOException {
    LogEntry overwriting = overwriting();
    SharedContent content = new SharedContent();
    String before = digest(content, overwriting);
    assertThat(content.known()).isZero();

    overwriteInPlace();

    assertThat(digest(content, overwriting)).isNotEqualTo(before);
  }

  @Test
  void a_write_beside_the_file_does_not_matter() {
    LogEntry.Write write = (LogEntry.Write) overwriting();
    SharedContent content = new SharedContent();
    assertThat(digest(content, new LogEntry.Write(0, write.offset() + 4096, 1 << 20, 0)))
        .hasSize(64);
    assertThat(content.known()).isOne();
  }

  @Test
  void another_content_of_the_same_size_elsewhere_is_read() throws IOException {
    SharedContent content = new SharedContent();
    String before = digest(content);
    Path other = root.resolve("other");
    Files.writeString(other, "b".repeat(BYTES));
    ExternalCommand.of("sync", other).run();
    ExternalCommand.of("mv", other, file).run();

    assertThat(digest(content)).isNotEqualTo(before);
  }
}
