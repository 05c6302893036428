package io.github.containersnap.loopback.log;

import static io.github.containersnap.loopback.log.LogFile.filled;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.ByteRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class HostileWriteLogTest {
  private static final LogFile.Disk DISK = new LogFile.Disk(64 * 4096);

  @Property(tries = 300)
  void a_damaged_log_is_refused_or_read_within_its_bounds(
      @ForAll @Size(max = 4) List<@IntRange(max = 9) Integer> sectors,
      @ForAll @IntRange(max = 31) int byteOfHeader,
      @ForAll @ByteRange(min = Byte.MIN_VALUE) byte value,
      @ForAll @IntRange(max = 10 * 4096) int length,
      @ForAll boolean counted)
      throws IOException {
    Path file = Files.createTempFile("hostile", ".log");
    try {
      LogFile log =
          new LogFile().write(1, filled(2, 1)).flush().discard(3, 4).write(5, filled(1, 2)).flush();
      byte[] bytes = Files.readAllBytes(counted ? log.counted(file) : log.uncounted(file));
      for (int sector : sectors) {
        if (sector * 4096 + byteOfHeader < bytes.length) {
          bytes[sector * 4096 + byteOfHeader] = value;
        }
      }
      Files.write(file, Arrays.copyOf(bytes, Math.min(length, bytes.length)));

      everyEntryLiesWithin(WriteLog.read(file, DISK), Files.size(file));
    } catch (MalformedWriteLogException e) {
      assertThat(e).hasMessageContaining(file.toString());
    } finally {
      Files.delete(file);
    }
  }

  private static void everyEntryLiesWithin(WriteLog log, long fileBytes) {
    for (LogEntry entry : log.entries()) {
      if (entry instanceof LogEntry.Change change) {
        assertThat(change.offset()).isNotNegative();
        assertThat(change.length()).isPositive();
        assertThat(change.offset() + change.length()).isLessThanOrEqualTo(DISK.sizeBytes());
      }
      if (entry instanceof LogEntry.Write write) {
        assertThat(write.dataPosition() + write.length()).isLessThanOrEqualTo(fileBytes);
      }
    }
  }
}
