package io.github.containersnap.gate.cases;

import io.github.containersnap.gate.report.StateDescription;
import io.github.containersnap.loopback.btrfs.BlockOwner;
import io.github.containersnap.loopback.btrfs.BlockOwners;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * The writes of an epoch that a crash state lacks, and what each would have been to the filesystem
 * had all of them arrived.
 *
 * @param epoch the epoch in flight
 * @param lost the indexes of those that did not arrive, or only in part
 * @param whole what every block belongs to once the whole epoch has arrived
 * @param crashed the same on the disk of the crash, if it can be read
 */
record LostWrites(
    Epoch epoch, Set<Integer> lost, BlockOwners whole, java.util.Optional<BlockOwners> crashed) {
  private static final int MOST_LINES = 24;

  /** A line each, and one for those that are too many. */
  List<String> lines(StateDescription words, Function<BlockOwner, String> named) {
    List<String> lines = new ArrayList<>();
    Map<String, Integer> more = new LinkedHashMap<>();
    for (LogEntry.Change change : epoch.changes()) {
      if (!lost.contains(change.index())) {
        continue;
      }
      List<BlockOwners.Part> parts = whole.of(change.offset(), change.length());
      if (lines.size() < MOST_LINES) {
        lines.add(
            "%s, %s: %s%s"
                .formatted(
                    words.named(change.index()),
                    size(change.length()),
                    owners(parts, named),
                    readAllTheSame(change) ? "; the crashed disk refers to it" : ""));
      } else {
        parts.forEach(part -> more.merge(kind(part.owner()), 1, Integer::sum));
      }
    }
    more.forEach((kind, count) -> lines.add("… and %,d more of %s".formatted(count, kind)));
    return lines;
  }

  /** What the crashed disk refers to it reads as it was before: that is where damage comes from. */
  private boolean readAllTheSame(LogEntry.Change change) {
    return crashed
        .map(
            owners ->
                owners.of(change.offset(), change.length()).stream()
                    .map(BlockOwners.Part::owner)
                    .anyMatch(
                        owner ->
                            !(owner instanceof BlockOwner.Nothing)
                                && !(owner instanceof BlockOwner.Superblock)))
        .orElse(false);
  }

  private static String owners(List<BlockOwners.Part> parts, Function<BlockOwner, String> named) {
    Map<String, Long> bytes = new LinkedHashMap<>();
    parts.forEach(part -> bytes.merge(named.apply(part.owner()), part.length(), Long::sum));
    List<String> all = new ArrayList<>();
    bytes.forEach(
        (owner, length) -> all.add(bytes.size() == 1 ? owner : size(length) + " of " + owner));
    return String.join(", ", all);
  }

  private static String kind(BlockOwner owner) {
    return switch (owner) {
      case BlockOwner.Superblock superblock -> superblock.toString();
      case BlockOwner.Node node -> node.toString();
      case BlockOwner.Data data -> "data in " + BlockOwner.Trees.name(data.tree(), data.log());
      case BlockOwner.Nothing nothing -> nothing.toString();
    };
  }

  static String size(long bytes) {
    return bytes % 1024 == 0
        ? String.format(Locale.ROOT, "%,d KiB", bytes / 1024)
        : String.format(Locale.ROOT, "%,d bytes", bytes);
  }

  static LostWrites of(
      CrashStates states,
      io.github.containersnap.loopback.crash.CrashState state,
      BlockOwners whole,
      java.util.Optional<BlockOwners> crashed) {
    Epoch epoch = states.epoch(state);
    return new LostWrites(epoch, states.lost(state, epoch), whole, crashed);
  }
}
