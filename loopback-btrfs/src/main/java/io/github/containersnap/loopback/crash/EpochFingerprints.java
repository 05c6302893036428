package io.github.containersnap.loopback.crash;

import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The identities of all disks that one epoch in flight can leave. Every write is hashed once; then
 * a part of the epoch costs an addition for each write it has, or for each it lacks, whichever are
 * fewer. Only blocks that several writes share, and those of a write that tore, are looked at one
 * by one.
 */
final class EpochFingerprints {
  private static final int BLOCK_BYTES = StateFingerprints.BLOCK_BYTES;

  private final StateFingerprints at;
  private final Epoch epoch;
  private final Fingerprint start;
  private final Map<LogEntry.Change, Fingerprint[]> hashed;

  /** What each change adds by the blocks that it shares with no other. */
  private final Map<LogEntry.Change, Fingerprint> differences = new HashMap<>();

  /** The sum of these. */
  private Fingerprint allDifferences = Fingerprint.OF_BASE;

  /** The blocks that several changes write. */
  private final Set<Long> shared = new HashSet<>();

  EpochFingerprints(
      StateFingerprints at,
      Epoch epoch,
      Fingerprint start,
      Map<LogEntry.Change, Fingerprint[]> hashed)
      throws IOException {
    this.at = at;
    this.epoch = epoch;
    this.start = start;
    this.hashed = hashed;
    findShared();
    for (LogEntry.Change change : epoch.changes()) {
      Fingerprint difference = differenceMadeBy(change);
      differences.put(change, difference);
      allDifferences = allDifferences.plus(difference);
    }
  }

  private void findShared() {
    Set<Long> seen = new HashSet<>();
    for (LogEntry.Change change : epoch.changes()) {
      for (long block = firstBlock(change); block < endBlock(change); block++) {
        if (!seen.add(block)) {
          shared.add(block);
        }
      }
    }
  }

  private Fingerprint differenceMadeBy(LogEntry.Change change) throws IOException {
    Fingerprint difference = Fingerprint.OF_BASE.minus(at.before(change));
    for (long block = firstBlock(change); block < endBlock(change); block++) {
      // What is added here for a block that does not count takes out what was subtracted above.
      difference = difference.plus(shared.contains(block) ? at.before(block) : hash(change, block));
    }
    return difference;
  }

  /** The identity of the disk on which of the epoch only {@code arrived} has, in this order. */
  Fingerprint of(List<LogEntry.Change> arrived) {
    try {
      Set<Long> single = new HashSet<>(shared);
      Fingerprint state = start.plus(ofWhole(Set.copyOf(arrived)));
      for (LogEntry.Change change : arrived) {
        if (!hashed.containsKey(change)) { // a part of one
          for (long block = firstBlock(change); block < endBlock(change); block++) {
            single.add(block);
          }
        }
      }
      for (long block : single) {
        state = state.plus(ofBlock(block, arrived)).minus(at.before(block));
      }
      return state;
    } catch (IOException e) {
      throw new UncheckedIOException(
          "Cannot read the writes of the epoch at entry %d".formatted(epoch.firstEntry()), e);
    }
  }

  private Fingerprint ofWhole(Set<LogEntry.Change> arrived) {
    Fingerprint sum = Fingerprint.OF_BASE;
    if (arrived.size() <= epoch.changes().size() / 2) {
      for (LogEntry.Change change : arrived) {
        sum = sum.plus(differences.getOrDefault(change, Fingerprint.OF_BASE));
      }
      return sum;
    }
    for (LogEntry.Change change : epoch.changes()) {
      if (!arrived.contains(change)) {
        sum = sum.plus(differences.getOrDefault(change, Fingerprint.OF_BASE));
      }
    }
    return allDifferences.minus(sum);
  }

  /** The last change that covers a block wholly decides, and what came over it in part. */
  private Fingerprint ofBlock(long block, List<LogEntry.Change> arrived) throws IOException {
    List<LogEntry.Change> touching = new ArrayList<>();
    boolean inPart = false;
    for (LogEntry.Change change : arrived) {
      if (change.offset() < (block + 1) * BLOCK_BYTES
          && change.offset() + change.length() > block * BLOCK_BYTES) {
        touching.add(change);
        inPart |= !covers(change, block);
      }
    }
    if (touching.isEmpty()) {
      return at.before(block);
    }
    return inPart ? at.ofBlock(block, touching) : hash(touching.getLast(), block);
  }

  private static boolean covers(LogEntry.Change change, long block) {
    return change.offset() <= block * BLOCK_BYTES
        && change.offset() + change.length() >= (block + 1) * BLOCK_BYTES;
  }

  /** Of a block that a change, or the part of one, covers wholly. */
  private Fingerprint hash(LogEntry.Change change, long block) throws IOException {
    Fingerprint[] known = hashed.get(change);
    return known != null
        ? known[(int) (block - change.offset() / BLOCK_BYTES)]
        : at.ofBlock(block, List.of(change));
  }

  private static long firstBlock(LogEntry.Change change) {
    return change.offset() / BLOCK_BYTES;
  }

  private static long endBlock(LogEntry.Change change) {
    return (change.offset() + change.length() + BLOCK_BYTES - 1) / BLOCK_BYTES;
  }
}
