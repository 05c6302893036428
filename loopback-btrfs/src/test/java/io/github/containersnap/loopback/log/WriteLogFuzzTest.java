package io.github.containersnap.loopback.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.loopback.fuzz.KeptInputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as a write log. Only a {@link MalformedWriteLogException} may refuse them. Of a log
 * that is read each entry lies on the disk, stands at its index, and has its bytes in the file; the
 * epochs hold each change once, in order; a copy of the log is read as the same entries.
 */
final class WriteLogFuzzTest {
  private static final LogFile.Disk DISK = new LogFile.Disk(1 << 20);

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Files.write(Place.LOG, input);
    WriteLog log;
    try {
      log = WriteLog.read(Place.LOG, DISK);
    } catch (MalformedWriteLogException refused) {
      assertThat(refused).hasMessageStartingWith(Place.LOG + ", byte ");
      return;
    }
    for (int i = 0; i < log.entries().size(); i++) {
      assertOnTheDisk(log, i);
    }
    assertThat(log.epochs().stream().flatMap(epoch -> epoch.changes().stream()))
        .containsExactlyElementsOf(
            log.entries().stream()
                .filter(LogEntry.Change.class::isInstance)
                .map(LogEntry.Change.class::cast)
                .toList());
    assertCopy(log);
  }

  private static void assertOnTheDisk(WriteLog log, int index) {
    LogEntry entry = log.entries().get(index);
    assertThat(entry.index()).isEqualTo(index);
    if (entry instanceof LogEntry.Change change) {
      assertThat(change.offset()).isNotNegative();
      assertThat(change.length()).isBetween(1L, DISK.sizeBytes() - change.offset());
    }
    if (entry instanceof LogEntry.Write write) {
      log.readData(write, ByteBuffer.allocate(Math.toIntExact(write.length())));
    }
  }

  private static void assertCopy(WriteLog log) throws IOException {
    try {
      log.copyTo(Place.COPY);
      WriteLog copy = WriteLog.read(Place.COPY, DISK);
      assertThat(copy.entries()).isEqualTo(log.entries());
      assertThat(copy.tornTail()).isEmpty();
      assertThat(List.of(copy.writes(), copy.flushes(), copy.bytes()))
          .isEqualTo(List.of(log.writes(), log.flushes(), log.bytes()));
    } finally {
      Files.deleteIfExists(Place.COPY);
    }
  }

  /** Where the log lies, one for all inputs. */
  private static final class Place {
    private static final Path DIRECTORY = made();
    private static final Path LOG = DIRECTORY.resolve("log");
    private static final Path COPY = DIRECTORY.resolve("copy");

    private static Path made() {
      try {
        return Files.createTempDirectory("write-log");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("WriteLog", WriteLogFuzzTest::fuzzerTestOneInput);
  }
}
