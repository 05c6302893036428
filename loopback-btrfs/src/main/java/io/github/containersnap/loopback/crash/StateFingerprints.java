package io.github.containersnap.loopback.crash;

import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogBytes;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which crash states of a log are the same disk, without making any of them.
 *
 * <p>The identity of a disk is a hash of the set of its blocks: the sum modulo 2^256 of
 * SHA-256(block number ‖ content) over all blocks of {@value #BLOCK_BYTES} bytes that are not all
 * zero, less the same sum for the base image. A write changes the sum by the blocks it touches, so
 * the identity of every prefix costs one pass over the log; equal disks have equal sums, in
 * whatever order they came to be. The sums guard against chance, not against somebody who makes
 * disks to collide.
 *
 * <p>Marks are no content. Discarded blocks are zeros, as in {@link CrashImage}.
 */
public final class StateFingerprints implements AutoCloseable {

  /** The block of the set hash, the atomic unit of a disk (DESIGN, fact 12). */
  public static final int BLOCK_BYTES = 4096;

  private final WriteLog log;
  private final Path base;
  private final BaseBlocks baseBlocks;
  private final LogBytes bytes;
  private final BlockHashes hashes;
  private final Map<Long, Fingerprint> blocks = new HashMap<>();

  /** By which change each block that is not the base's came to be. */
  private final Map<Long, LogEntry.Change> writers = new HashMap<>();

  /** The blocks of the changes of the epoch at hand, so that each is hashed once. */
  private final Map<LogEntry.Change, Fingerprint[]> hashed = new HashMap<>();

  private Fingerprint current = Fingerprint.OF_BASE;
  private int position;

  private StateFingerprints(
      Path base, WriteLog log, BaseBlocks baseBlocks, LogBytes bytes, BlockHashes hashes) {
    this.base = base;
    this.log = log;
    this.baseBlocks = baseBlocks;
    this.bytes = bytes;
    this.hashes = hashes;
  }

  /**
   * The fingerprints of a log's states, beginning before its first entry.
   *
   * @param base the disk as it was when the recording began; only read, and never changed while in
   *     use here
   */
  public static StateFingerprints over(Path base, WriteLog log) {
    try {
      LogBytes bytes = log.openBytes();
      try {
        BlockHashes hashes = new BlockHashes();
        return new StateFingerprints(base, log, BaseBlocks.of(base, hashes), bytes, hashes);
      } catch (IOException e) {
        bytes.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot open " + base + " and its log", e);
    }
  }

  /**
   * The identity of every prefix of the log.
   *
   * @return at index {@code n}, the disk after {@code n} entries; one more than the log has entries
   */
  public static List<Fingerprint> ofPrefixes(Path base, WriteLog log) {
    List<Fingerprint> all = new ArrayList<>();
    try (StateFingerprints fingerprints = over(base, log)) {
      for (int count = 0; count <= log.entries().size(); count++) {
        all.add(fingerprints.advanceTo(count));
      }
    }
    return List.copyOf(all);
  }

  /**
   * The identities of many states of one log, in one pass over it.
   *
   * @param base the disk as it was when the recording began
   * @param wanted the states, in any order
   * @return the same states with their identities
   * @throws IllegalArgumentException if the log has no such state
   */
  public static Map<CrashState, Fingerprint> of(
      Path base, WriteLog log, Collection<CrashState> wanted) {
    CrashStates states = CrashStates.of(log);
    Map<Integer, Epoch> epochs = new HashMap<>();
    states.epochs().forEach(epoch -> epochs.put(epoch.firstEntry(), epoch));
    SortedMap<Integer, List<CrashState>> byFlush = new TreeMap<>();
    for (CrashState state : wanted) {
      byFlush.computeIfAbsent(states.arrived(state).durable(), key -> new ArrayList<>()).add(state);
    }
    Map<CrashState, Fingerprint> all = new HashMap<>();
    try (StateFingerprints fingerprints = over(base, log)) {
      byFlush.forEach(
          (flush, there) -> {
            fingerprints.advanceTo(flush);
            Epoch epoch = epochs.get(flush);
            if (epoch == null) {
              there.forEach(state -> all.put(state, fingerprints.current));
            } else {
              EpochFingerprints parts = fingerprints.of(epoch);
              there.forEach(state -> all.put(state, parts.of(states.arrived(state).changes())));
            }
          });
    }
    return all;
  }

  /** The identity of one state. */
  public static Fingerprint of(Path base, WriteLog log, CrashState state) {
    return of(base, log, List.of(state)).values().iterator().next();
  }

  /** The identities of what can be left of the epoch that begins here. */
  private EpochFingerprints of(Epoch epoch) {
    hashed.clear();
    try {
      for (LogEntry.Change change : epoch.changes()) {
        hashed.put(change, hashes.of(change, bytes));
      }
      return new EpochFingerprints(this, epoch, current, hashed);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read %s or what it replaces in %s".formatted(log.file(), base), e);
    }
  }

  /** The identity of a block before the entries that follow the present position. */
  Fingerprint before(long block) throws IOException {
    Fingerprint known = blocks.get(block);
    return known != null ? known : baseBlocks.hash(block);
  }

  /** The sum of the identities that all blocks of a change have before it. */
  Fingerprint before(LogEntry.Change change) throws IOException {
    Fingerprint sum = Fingerprint.OF_BASE;
    for (long done = 0; done < change.length(); done += BlockHashes.CHUNK_BYTES) {
      int length = (int) Math.min(BlockHashes.CHUNK_BYTES, change.length() - done);
      BaseBlocks.Stretch replaced = baseBlocks.stretch(change.offset() + done, length);
      for (int at = 0; at < length; at += BLOCK_BYTES) {
        Fingerprint known = blocks.get((change.offset() + done + at) / BLOCK_BYTES);
        sum = sum.plus(known != null ? known : replaced.hash(at));
      }
    }
    return sum;
  }

  /** The identity of a block that changes have written in part, one after the other. */
  Fingerprint ofBlock(long block, List<LogEntry.Change> written) throws IOException {
    byte[] content = new byte[BLOCK_BYTES];
    LogEntry.Change whole = writers.get(block);
    if (whole == null) {
      content = baseBlocks.block(block);
    } else {
      overlay(whole, block, content);
    }
    for (LogEntry.Change change : written) {
      overlay(change, block, content);
    }
    return hashes.of(block, content, 0);
  }

  private void overlay(LogEntry.Change change, long block, byte[] content) throws IOException {
    long start = Math.max(change.offset(), block * BLOCK_BYTES);
    long end = Math.min(change.offset() + change.length(), (block + 1) * BLOCK_BYTES);
    if (start >= end) {
      return;
    }
    int at = (int) (start - block * BLOCK_BYTES);
    int length = (int) (end - start);
    switch (change) {
      case LogEntry.Write write ->
          bytes.read(write, start - write.offset(), ByteBuffer.wrap(content, at, length));
      case LogEntry.Discard _ -> Arrays.fill(content, at, at + length, (byte) 0);
    }
  }

  /**
   * The identity of the disk after {@code entryCount} entries.
   *
   * @throws IllegalArgumentException if that lies behind the present position or past the log
   */
  public Fingerprint advanceTo(int entryCount) {
    if (entryCount < position || entryCount > log.entries().size()) {
      throw new IllegalArgumentException(
          "After %d of %d entries there is no way to the state after %d"
              .formatted(position, log.entries().size(), entryCount));
    }
    for (LogEntry entry : log.entries().subList(position, entryCount)) {
      if (entry instanceof LogEntry.Change change) {
        current = current.plus(differenceMadeBy(change, blocks, Map.of()));
        for (long done = 0; done < change.length(); done += BLOCK_BYTES) {
          writers.put((change.offset() + done) / BLOCK_BYTES, change);
        }
      }
    }
    position = entryCount;
    return current;
  }

  /**
   * The identity of the disk at the present position on which, in addition, {@code changes} have
   * arrived in this order: a subset of the epoch in flight, or the front part of a torn write.
   */
  public Fingerprint with(List<? extends LogEntry.Change> changes) {
    Map<Long, Fingerprint> changed = new HashMap<>();
    Fingerprint state = current;
    for (LogEntry.Change change : changes) {
      state = state.plus(differenceMadeBy(change, changed, blocks));
    }
    return state;
  }

  private Fingerprint differenceMadeBy(
      LogEntry.Change change, Map<Long, Fingerprint> known, Map<Long, Fingerprint> knownBefore) {
    try {
      return sumOverBlocks(change, known, knownBefore);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read entry %d of %s or what it replaces in %s"
              .formatted(change.index(), log.file(), base),
          e);
    }
  }

  private Fingerprint sumOverBlocks(
      LogEntry.Change change, Map<Long, Fingerprint> known, Map<Long, Fingerprint> knownBefore)
      throws IOException {
    Fingerprint[] now = hashed.containsKey(change) ? hashed.get(change) : hashes.of(change, bytes);
    Fingerprint difference = Fingerprint.OF_BASE;
    for (int first = 0; first < now.length; first += BlockHashes.CHUNK_BYTES / BLOCK_BYTES) {
      int count = Math.min(BlockHashes.CHUNK_BYTES / BLOCK_BYTES, now.length - first);
      long firstBlock = change.offset() / BLOCK_BYTES + first;
      BaseBlocks.Stretch replaced =
          baseBlocks.stretch(firstBlock * BLOCK_BYTES, count * BLOCK_BYTES);
      for (int at = 0; at < count; at++) {
        long block = firstBlock + at;
        Fingerprint before = known.get(block);
        if (before == null) {
          before = knownBefore.get(block);
        }
        if (before == null) {
          before = replaced.hash(at * BLOCK_BYTES);
        }
        known.put(block, now[first + at]);
        difference = difference.plus(now[first + at]).minus(before);
      }
    }
    return difference;
  }

  @Override
  public void close() {
    try (bytes;
        baseBlocks) {
      // Both were only read.
      return;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot close " + base, e);
    }
  }
}
