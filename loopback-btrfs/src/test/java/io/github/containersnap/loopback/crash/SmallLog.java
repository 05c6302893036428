package io.github.containersnap.loopback.crash;

import io.github.containersnap.loopback.log.LogFile;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * A small log over a small disk, with the disk replayed in memory by the simplest means. Few blocks
 * and few values, so that the same content comes back by different ways.
 */
record SmallLog(List<Step> steps) {
  static final int BLOCKS = 5;
  static final LogFile.Disk DISK = new LogFile.Disk((BLOCKS + 1) * 4096L);

  sealed interface Step {}

  record WriteStep(int block, int blocks, int value) implements Step {}

  record DiscardStep(int block, int blocks) implements Step {}

  record FlushStep() implements Step {}

  record MarkStep() implements Step {}

  static Arbitrary<SmallLog> any() {
    Arbitrary<Integer> block = Arbitraries.integers().between(0, BLOCKS - 2);
    Arbitrary<Integer> blocks = Arbitraries.integers().between(1, 2);
    Arbitrary<Integer> value = Arbitraries.integers().between(0, 2);
    Arbitrary<Step> write = Combinators.combine(block, blocks, value).as(WriteStep::new);
    Arbitrary<Step> discard = Combinators.combine(block, blocks).as(DiscardStep::new);
    return Arbitraries.oneOf(
            write,
            write,
            discard,
            Arbitraries.just(new FlushStep()),
            Arbitraries.just(new MarkStep()))
        .list()
        .ofMaxSize(20)
        .map(SmallLog::new);
  }

  static byte[] base() {
    byte[] disk = new byte[(int) DISK.sizeBytes()];
    Arrays.fill(disk, 0, 4096, (byte) 1);
    Arrays.fill(disk, 2 * 4096, 3 * 4096, (byte) 7);
    return disk;
  }

  WriteLog writeTo(Path file) {
    LogFile log = new LogFile();
    for (Step step : steps) {
      switch (step) {
        case WriteStep(int block, int blocks, int value) ->
            log.write(block, LogFile.filled(blocks, value));
        case DiscardStep(int block, int blocks) -> log.discard(block, blocks);
        case FlushStep() -> log.flush();
        case MarkStep() -> log.mark(DISK, "here");
      }
    }
    try {
      return WriteLog.read(log.counted(file), DISK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] diskAfter(int entries) {
    byte[] disk = base();
    for (Step step : steps.subList(0, entries)) {
      switch (step) {
        case WriteStep(int block, int blocks, int value) ->
            Arrays.fill(disk, block * 4096, (block + blocks) * 4096, (byte) value);
        case DiscardStep(int block, int blocks) ->
            Arrays.fill(disk, block * 4096, (block + blocks) * 4096, (byte) 0);
        case FlushStep(), MarkStep() -> {}
      }
    }
    return disk;
  }
}
