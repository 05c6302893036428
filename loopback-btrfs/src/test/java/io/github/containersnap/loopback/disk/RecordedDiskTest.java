package io.github.containersnap.loopback.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.btrfs.WriteKind;
import io.github.containersnap.loopback.btrfs.WriteKinds;
import io.github.containersnap.loopback.crash.CrashImage;
import io.github.containersnap.loopback.crash.StateFingerprints;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.LogEntry.Flush;
import io.github.containersnap.loopback.log.LogEntry.Mark;
import io.github.containersnap.loopback.log.MarkSector;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordedDiskTest {
  private static final long MIB = 1 << 20;

  /** sgdisk waits for a second whenever it has written; one disk is enough. */
  private static SystemDisk template;

  @TempDir Path parent;
  private Workspace workspace;
  private SystemDisk disk;

  @BeforeAll
  static void makeTemplate(@TempDir Path directory) {
    template = SystemDisk.create(directory.resolve("template.img"), 256 * MIB);
  }

  @BeforeEach
  void copyTemplate() {
    workspace = Workspace.open(parent);
    disk = template.at(workspace.file("disk.img"));
    ExternalCommand.of("cp", "--sparse=always", template.image(), disk.image()).run();
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  @Test
  void a_mark_stands_where_it_was_made_and_makes_no_flush() {
    RecordedDisk recorded = RecordedDisk.start(disk, workspace.file("log"), workspace);
    recorded.mark("one");
    for (int i = 0; i < 10; i++) {
      ExternalCommand.of("true").run(); // a child closes every descriptor that it inherits
    }
    recorded.mark("two");
    recorded.mark("three");
    recorded.close();

    WriteLog log = recorded.readLog();

    int first = log.indexOfMark("one").orElseThrow();
    assertThat(log.entries().subList(0, first)).allMatch(Flush.class::isInstance);
    assertThat(log.entries().subList(first, log.entries().size()))
        .containsExactly(
            new Mark(first, "one"),
            new Mark(first + 1, "two"),
            new Mark(first + 2, "three"),
            new Mark(first + 3, MarkSector.RECORDING_ENDED));
    assertThat(log.complete()).isTrue();
  }

  @Test
  void opening_the_export_shows_as_a_foreign_flush() throws Exception {
    RecordedDisk recorded = RecordedDisk.start(disk, workspace.file("log"), workspace);
    recorded.mark("before");
    try (FileChannel _ = FileChannel.open(recorded.export(), StandardOpenOption.READ)) {
      recorded.mark("open");
    }
    recorded.close();

    WriteLog log = recorded.readLog();

    assertThat(
            log.entries()
                .subList(log.indexOfMark("before").orElseThrow() + 1, log.entries().size()))
        .as("this is why no descriptor of the export may be held while a run is observed")
        .anyMatch(Flush.class::isInstance);
  }

  @Test
  void a_recorded_run_can_be_replayed_to_every_prefix() throws Exception {
    Path base = workspace.file("base.img");
    ExternalCommand.of("cp", "--sparse=always", disk.image(), base).run();
    WriteLog log = recordSmallRun();
    assertTheRunWasRecorded(log);

    Path image = workspace.file("state.img");
    ExternalCommand.of("cp", "--sparse=always", base, image).run();
    try (Arena arena = Arena.ofConfined();
        CrashImage state = CrashImage.of(image, log)) {
      MemorySegment seen = mapped(image, FileChannel.MapMode.READ_ONLY, arena);
      NaiveReplay naive =
          new NaiveReplay(mapped(base, FileChannel.MapMode.PRIVATE, arena), log, arena);
      for (int count = 0; count <= log.entries().size(); count++) {
        state.advanceTo(count);
        naive.advanceTo(count);
        assertThat(seen.mismatch(naive.disk)).as("after %d entries", count).isEqualTo(-1);
      }
      MemorySegment recorded = mapped(disk.image(), FileChannel.MapMode.READ_ONLY, arena);
      assertThat(
              recorded.asSlice(0, disk.marksOffset()).mismatch(seen.asSlice(0, disk.marksOffset())))
          .as("the whole log gives the recorded disk")
          .isEqualTo(-1);
    }
    long changes = log.entries().stream().filter(LogEntry.Change.class::isInstance).count();
    assertThat(new HashSet<>(StateFingerprints.ofPrefixes(base, log)))
        .hasSizeBetween(10, (int) changes + 1);

    try (LoopDevice device = disk.at(image).attachSystem();
        Mount mount = Mount.of(device.device(), workspace.file("m"), "subvol=@var")) {
      assertThat(mount.directory().resolve("run/synced")).hasSize(300_000);
      assertThat(mount.directory().resolve("run/fsynced")).hasContent("log tree");
      assertThat(mount.directory().resolve("gone")).doesNotExist();
    }
  }

  @Test
  void the_first_block_of_a_write_shows_what_it_is() throws Exception {
    WriteLog log = recordSmallRun();

    Map<Integer, WriteKind> kinds =
        new WriteKinds(disk.systemOffset(), disk.systemSize(), disk.filesystemUuid()).of(log);

    assertThat(kinds.keySet())
        .isEqualTo(writes(log.entries()).map(LogEntry.Write::index).collect(Collectors.toSet()));
    assertThat(kinds(kinds, between(log, "before sync", "after sync")))
        .contains(WriteKind.DATA, WriteKind.TREE, WriteKind.SUPERBLOCK)
        .doesNotContain(WriteKind.LOG_TREE, WriteKind.OUTSIDE);
    assertThat(kinds(kinds, between(log, "after sync", "after fsync")))
        .contains(WriteKind.LOG_TREE, WriteKind.SUPERBLOCK)
        .doesNotContain(WriteKind.OUTSIDE);
    assertThat(new WriteKinds(disk.systemOffset(), disk.systemSize(), new UUID(1, 2)).of(log))
        .as("the nodes of another filesystem are data")
        .doesNotContainValue(WriteKind.TREE)
        .doesNotContainValue(WriteKind.LOG_TREE);
    assertThat(new WriteKinds(0, 1, disk.filesystemUuid()).of(log).values())
        .containsOnly(WriteKind.OUTSIDE);
  }

  private static Set<WriteKind> kinds(Map<Integer, WriteKind> kinds, List<LogEntry> entries) {
    return writes(entries)
        .map(write -> Objects.requireNonNull(kinds.get(write.index())))
        .collect(Collectors.toSet());
  }

  private static Stream<LogEntry.Write> writes(List<LogEntry> entries) {
    return entries.stream()
        .filter(LogEntry.Write.class::isInstance)
        .map(LogEntry.Write.class::cast);
  }

  private WriteLog recordSmallRun() throws IOException {
    RecordedDisk recorded = RecordedDisk.start(disk, workspace.file("log"), workspace);
    try (recorded;
        LoopDevice device = recorded.disk().attachSystem()) {
      recorded.mark("attached");
      try (Mount mount = Mount.of(device.device(), workspace.file("m"), "subvol=@var")) {
        Path directory = mount.directory();
        recorded.mark("mounted");
        Files.createDirectory(directory.resolve("run"));
        Files.write(directory.resolve("gone"), new byte[2_000_000]);
        Files.write(directory.resolve("run/synced"), new byte[300_000]);
        recorded.mark("before sync");
        ExternalCommand.of("btrfs", "filesystem", "sync", directory).run();
        recorded.mark("after sync");
        Files.writeString(directory.resolve("run/fsynced"), "log tree");
        ExternalCommand.of("sync", directory.resolve("run/fsynced")).run();
        recorded.mark("after fsync");
        Files.delete(directory.resolve("gone"));
        ExternalCommand.of("btrfs", "filesystem", "sync", directory).run();
        ExternalCommand.of("fstrim", directory).run();
        recorded.mark("after trim");
      }
    }
    return recorded.readLog();
  }

  private static void assertTheRunWasRecorded(WriteLog log) {
    assertThat(log.complete()).isTrue();
    assertThat(log.tornTail()).isEmpty();
    assertThat(between(log, "mounted", "before sync"))
        .as("nothing syncs unasked")
        .noneMatch(Flush.class::isInstance);
    assertThat(between(log, "before sync", "after sync"))
        .as("a full commit flushes before and after its superblocks")
        .filteredOn(Flush.class::isInstance)
        .hasSize(2);
    assertThat(between(log, "after sync", "after fsync")).anyMatch(Flush.class::isInstance);
    assertThat(between(log, "after fsync", "after trim"))
        .anyMatch(LogEntry.Discard.class::isInstance);
    assertThat(log.epochs().getLast().flushed()).as("nothing was written after the trim").isFalse();
  }

  private static List<LogEntry> between(WriteLog log, String from, String to) {
    return log.entries()
        .subList(log.indexOfMark(from).orElseThrow() + 1, log.indexOfMark(to).orElseThrow());
  }

  private static MemorySegment mapped(Path file, FileChannel.MapMode mode, Arena arena)
      throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return channel.map(mode, 0, channel.size(), arena);
    }
  }

  /** Replays the raw log file onto a disk in memory, straight from the format's description. */
  private static final class NaiveReplay {
    private static final ValueLayout.OfLong LONG =
        ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    final MemorySegment disk;
    private final MemorySegment raw;
    private long position = 4096;
    private int entries;

    NaiveReplay(MemorySegment disk, WriteLog log, Arena arena) throws IOException {
      this.disk = disk;
      this.raw = mapped(log.file(), FileChannel.MapMode.READ_ONLY, arena);
    }

    void advanceTo(int count) {
      for (; entries < count; entries++) {
        long offset = raw.get(LONG, position) * 4096;
        long length = raw.get(LONG, position + 8) * 4096;
        long flags = raw.get(LONG, position + 16);
        position += 4096;
        if (flags == 4) {
          disk.asSlice(offset, length).fill((byte) 0);
        } else if (flags == 0) {
          if (offset < 254 * MIB) { // beyond lie the marks
            disk.asSlice(offset, length).copyFrom(raw.asSlice(position, length));
          }
          position += length;
        }
      }
    }
  }

  @Test
  void the_log_of_a_recorder_that_was_killed_can_still_be_read() throws Exception {
    Path logFile = workspace.file("log");
    RecordedDisk recorded = RecordedDisk.start(disk, logFile, workspace);
    try (LoopDevice device = recorded.disk().attachSystem()) {
      recorded.mark("alive");
      Path note = workspace.directory().resolve("daemons").resolve("recorder-1");
      assertThat(ProcessIdentity.ofStat(Files.readString(note)).orElseThrow().kill()).isTrue();
      assertThat(device.device()).exists();
    }

    assertThatThrownBy(recorded::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ended with status 137");
    WriteLog log = recorded.readLog();
    assertThat(log.indexOfMark("alive")).isPresent();
    assertThat(log.complete()).isFalse();
  }

  @Test
  void a_recorder_that_cannot_start_says_why() throws Exception {
    Path image = Files.write(workspace.file("odd.img"), new byte[4096 * 3 + 512]);
    Files.delete(image);

    assertThatThrownBy(() -> RecordedDisk.start(disk.at(image), workspace.file("log"), workspace))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContainingAll("ended with status 1", "odd.img", "No such file or directory");
  }
}
