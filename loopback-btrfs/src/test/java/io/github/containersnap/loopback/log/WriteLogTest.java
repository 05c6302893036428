package io.github.containersnap.loopback.log;

import static io.github.containersnap.loopback.log.LogFile.filled;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.loopback.log.LogEntry.Discard;
import io.github.containersnap.loopback.log.LogEntry.Flush;
import io.github.containersnap.loopback.log.LogEntry.Mark;
import io.github.containersnap.loopback.log.LogEntry.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class WriteLogTest {
  private static final LogFile.Disk DISK = new LogFile.Disk(64 * 4096);

  @TempDir Path directory;

  private LogFile threeEpochs() {
    return new LogFile()
        .flush()
        .write(1, filled(1, 1))
        .mark(DISK, "begin")
        .write(2, filled(2, 2))
        .flush()
        .flush()
        .discard(1, 3)
        .flush()
        .write(9, filled(1, 9));
  }

  private WriteLog read(LogFile log) throws IOException {
    return WriteLog.read(log.counted(directory.resolve("log")), DISK);
  }

  @Test
  void every_kind_of_entry_is_read_with_its_place_in_bytes() throws IOException {
    WriteLog log = read(threeEpochs());

    assertThat(log.entries())
        .containsExactly(
            new Flush(0),
            new Write(1, 4096, 4096, 3 * 4096),
            new Mark(2, "begin"),
            new Write(3, 8192, 8192, 7 * 4096),
            new Flush(4),
            new Flush(5),
            new Discard(6, 4096, 12288),
            new Flush(7),
            new Write(8, 9 * 4096, 4096, 14 * 4096));
    assertThat(log.writes()).isEqualTo(3);
    assertThat(log.flushes()).isEqualTo(4);
    assertThat(log.bytes()).isEqualTo(4 * 4096);
    assertThat(log.indexOfMark("begin")).contains(2);
    assertThat(log.indexOfMark("end")).isEmpty();
    assertThat(log.tornTail()).isEmpty();
    assertThat(log.complete()).isFalse();
  }

  @Test
  void an_epoch_holds_the_changes_between_two_flushes_and_no_marks() throws IOException {
    assertThat(read(threeEpochs()).epochs())
        .containsExactly(
            new Epoch(
                0,
                1,
                4,
                true,
                List.of(new Write(1, 4096, 4096, 3 * 4096), new Write(3, 8192, 8192, 7 * 4096))),
            new Epoch(1, 6, 7, true, List.of(new Discard(6, 4096, 12288))),
            new Epoch(2, 8, 9, false, List.of(new Write(8, 9 * 4096, 4096, 14 * 4096))));
  }

  @Test
  void the_bytes_of_a_write_can_be_read() throws IOException {
    WriteLog log = read(threeEpochs());
    byte[] data = new byte[8192];

    log.readData((Write) log.entries().get(3), ByteBuffer.wrap(data));

    assertThat(data).isEqualTo(filled(2, 2));
  }

  @Test
  void more_bytes_than_a_write_has_cannot_be_read() throws IOException {
    WriteLog log = read(threeEpochs());

    assertThatThrownBy(() -> log.readData((Write) log.entries().get(1), ByteBuffer.allocate(4097)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("4097 bytes from byte 0 of a write of 4096 bytes");
  }

  @Test
  void a_log_whose_superblock_was_never_written_is_scanned() throws IOException {
    WriteLog log = WriteLog.read(threeEpochs().uncounted(directory.resolve("log")), DISK);

    assertThat(log.entries()).isEqualTo(read(threeEpochs()).entries());
    assertThat(log.tornTail()).isEmpty();
  }

  @Test
  void entries_written_after_the_superblock_was_last_updated_are_read() throws IOException {
    WriteLog log = WriteLog.read(threeEpochs().counting(directory.resolve("log"), 5), DISK);

    assertThat(log.entries()).hasSize(9);
  }

  @Test
  void space_that_was_never_written_ends_the_log() throws IOException {
    LogFile log = threeEpochs().raw(new byte[3 * 4096 + 7]);

    WriteLog read = WriteLog.read(log.uncounted(directory.resolve("log")), DISK);

    assertThat(read.entries()).hasSize(9);
    assertThat(read.tornTail()).isEmpty();
  }

  @Test
  void a_torn_entry_ends_the_log() throws IOException {
    LogFile log = threeEpochs().header(3, 2, LogFile.WRITE).raw(filled(1, 3));

    WriteLog read = WriteLog.read(log.uncounted(directory.resolve("log")), DISK);

    assertThat(read.entries()).hasSize(9);
    assertThat(read.tornTail())
        .hasValueSatisfying(
            why ->
                assertThat(why)
                    .endsWith("byte 61440: entry 9 needs 8192 bytes of data, 4096 are there"));
  }

  @Test
  void what_the_recorder_does_after_its_last_mark_is_left_out() throws IOException {
    LogFile log = threeEpochs().mark(DISK, MarkSector.RECORDING_ENDED).flush();

    WriteLog read = read(log);

    assertThat(read.entries()).hasSize(10).last().isInstanceOf(Mark.class);
    assertThat(read.complete()).isTrue();
  }

  static Stream<Arguments> faults() {
    byte[] dirtyPadding = new byte[4096];
    dirtyPadding[16] = 1;
    dirtyPadding[100] = 1;
    byte[] markData = new byte[4096];
    markData[24] = 5;
    long tooFar = Long.MAX_VALUE / 4096;
    return Stream.of(
        Arguments.of(new LogFile().header(63, 2, 0).raw(filled(2, 1)), "covers 8192 bytes"),
        Arguments.of(new LogFile().header(tooFar, 1, 0).raw(filled(1, 1)), "covers 4096 bytes"),
        Arguments.of(new LogFile().header(-1, 1, 0), "18446744073709551615 sectors"),
        Arguments.of(new LogFile().header(1, 1L << 60, 0), "length of 1152921504606846976 sectors"),
        Arguments.of(new LogFile().header(1, tooFar, 4), "of a disk of 262144 bytes"),
        Arguments.of(new LogFile().header(1, 0, 0), "covers 0 bytes"),
        Arguments.of(new LogFile().header(1, 1, 0), "needs 4096 bytes of data, 0 are there"),
        Arguments.of(new LogFile().header(0, 1, LogFile.FLUSH), "is a flush of 4096 bytes"),
        Arguments.of(new LogFile().header(1, 1, LogFile.FUA), "has flags 0x2"),
        Arguments.of(new LogFile().raw(new byte[100]), "cut off within its header"),
        Arguments.of(new LogFile().raw(dirtyPadding), "not padded with zeros"),
        Arguments.of(new LogFile().raw(markData), "carries mark data"));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void an_absurd_entry_that_the_superblock_counts_is_refused(LogFile log, String fault)
      throws IOException {
    Path file = log.counting(directory.resolve("log"), 1);

    assertThatThrownBy(() -> WriteLog.read(file, DISK))
        .isInstanceOf(MalformedWriteLogException.class)
        .hasMessageContainingAll(file.toString(), "byte 4096: entry 0 of 1", fault, "record");
  }

  static Stream<Arguments> superblocks() {
    long magic = 0x6a736677736872L;
    return Stream.of(
        Arguments.of(LogFile.superblock(magic + 1, 1, 1, 4096), "magic 0x6a736677736873"),
        Arguments.of(LogFile.superblock(magic, 2, 1, 4096), "version 2 is not known"),
        Arguments.of(LogFile.superblock(magic, 1, 1, 4097), "a sector of 4097 bytes"),
        Arguments.of(LogFile.superblock(magic, 1, 1, 0), "a sector of 0 bytes"),
        Arguments.of(LogFile.superblock(magic, 1, 1, 1 << 31), "a sector of 2147483648 bytes"),
        Arguments.of(
            LogFile.superblock(magic, 1, -1, 4096), "18446744073709551615 entries do not fit"),
        Arguments.of(LogFile.superblock(magic, 1, 1000, 4096), "1000 entries do not fit"),
        Arguments.of(new byte[27], "27 bytes are too few"));
  }

  @ParameterizedTest
  @MethodSource("superblocks")
  void an_absurd_superblock_is_refused(byte[] superblock, String fault) throws IOException {
    Path file = new LogFile().withSuperblock(directory.resolve("log"), superblock);

    assertThatThrownBy(() -> WriteLog.read(file, DISK))
        .isInstanceOf(MalformedWriteLogException.class)
        .hasMessageContaining(fault);
  }

  @Test
  void a_copy_for_other_tools_counts_its_entries_and_ends_with_the_last() throws IOException {
    LogFile original = threeEpochs().mark(DISK, MarkSector.RECORDING_ENDED);
    Path expected = original.counted(directory.resolve("expected"));
    byte[] uncounted =
        Files.readAllBytes(original.flush().raw(new byte[5000]).uncounted(directory.resolve("u")));
    Path log = Files.write(directory.resolve("log"), uncounted);

    WriteLog.read(log, DISK).copyTo(directory.resolve("copy"));

    assertThat(directory.resolve("copy")).hasSameBinaryContentAs(expected);
  }

  @Test
  void a_copy_replaces_no_file() throws IOException {
    WriteLog log = read(threeEpochs());

    assertThatThrownBy(() -> log.copyTo(log.file())).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void a_mark_is_recognised_only_in_the_mark_area() throws IOException {
    WriteLog log = read(new LogFile().write(5, MarkSector.encode("fake")).mark(DISK, "real"));

    assertThat(log.entries())
        .satisfiesExactly(
            entry -> assertThat(entry).isInstanceOf(Write.class),
            entry -> assertThat(entry).isEqualTo(new Mark(1, "real")));
  }

  @Test
  void a_mark_has_a_name_of_reasonable_length() {
    assertThatThrownBy(() -> MarkSector.encode("")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> MarkSector.encode("x".repeat(1025)))
        .hasMessage("A mark's name has 1 to 1024 bytes, this one has 1025");
    assertThat(MarkSector.decode(MarkSector.encode("ä".repeat(512)))).contains("ä".repeat(512));
    byte[] absurd = MarkSector.encode("x");
    Arrays.fill(absurd, 16, 20, (byte) 0x7f);
    assertThat(MarkSector.decode(absurd)).isEmpty();
  }
}
