package io.github.containersnap.loopback.crash;

import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The crash states of one log: which there are, and what each stands for.
 *
 * <p>Of an epoch in flight any part may have arrived. Among what arrived, order is kept: of two
 * writes to one place the later one wins, and if only the later one is lost the earlier one is
 * there. Discards are lost and kept as writes are; they do not tear.
 */
public final class CrashStates {
  /** Spreads neighbouring epochs over the seeds. */
  private static final long MIX = 0x9E3779B97F4A7C15L;

  private final WriteLog log;
  private final List<Epoch> epochs;
  private final NavigableMap<Integer, Epoch> byFirstEntry = new TreeMap<>();

  private CrashStates(WriteLog log) {
    this.log = log;
    this.epochs = log.epochs();
    epochs.forEach(epoch -> byFirstEntry.put(epoch.firstEntry(), epoch));
  }

  /** The states of a log. */
  public static CrashStates of(WriteLog log) {
    return new CrashStates(log);
  }

  /**
   * Which states of an epoch in flight to make.
   *
   * @param subsets how many random parts of each epoch
   * @param seed what the seeds of these are drawn with
   * @param atomicUnit the size in bytes of what does not tear
   */
  public record Choice(int subsets, long seed, int atomicUnit) {
    public Choice {
      if (subsets < 0) {
        throw new IllegalArgumentException("%d subsets are fewer than none".formatted(subsets));
      }
      AtomicUnit.requireValid(atomicUnit);
    }
  }

  /** The epochs of the log. */
  public List<Epoch> epochs() {
    return epochs;
  }

  /** Every prefix of the log, the empty one and the whole log among them: (a) and (b). */
  public Stream<CrashState> prefixes() {
    return java.util.stream.IntStream.rangeClosed(0, log.entries().size())
        .mapToObj(CrashState.Prefix::new);
  }

  /**
   * The states of an epoch in flight, families (c) and (d), in the order of a report. Some have the
   * same content as others or as a prefix.
   */
  public Stream<CrashState> inFlight(Epoch epoch, Choice choice) {
    Stream<CrashState> dropped =
        epoch.changes().stream().map(change -> new CrashState.Dropped(change.index()));
    Stream<CrashState> kept =
        epoch.changes().stream().map(change -> new CrashState.Kept(change.index()));
    // Of one or two writes every part is a prefix, or one of the above.
    Stream<CrashState> subsets =
        epoch.changes().size() < 3
            ? Stream.empty()
            : seeds(choice).map(seed -> new CrashState.Subset(epoch.firstEntry(), seed));
    Stream<CrashState> torn =
        epoch.changes().stream().flatMap(change -> torn(change, choice.atomicUnit()));
    return Stream.of(dropped, kept, subsets, torn).flatMap(states -> states);
  }

  private static Stream<Long> seeds(Choice choice) {
    return new Random(choice.seed())
        .ints(choice.subsets(), 0, Integer.MAX_VALUE)
        .mapToObj(seed -> (long) seed);
  }

  /** Where a write tears: after its first unit, in the middle, before its last, in its first. */
  private static Stream<CrashState> torn(LogEntry.Change change, int unit) {
    int units = Math.toIntExact((change.length() + unit - 1) / unit);
    if (!(change instanceof LogEntry.Write) || units < 2) {
      return Stream.empty();
    }
    return Stream.concat(
            Stream.of(1, units / 2, units - 1)
                .distinct()
                .map(end -> new CrashState.Torn(change.index(), 0, end - 1, unit)),
            Stream.of(new CrashState.Torn(change.index(), 1, units - 1, unit)))
        .map(CrashState.class::cast);
  }

  /**
   * The states of an epoch in flight in which its last writes are lost, from none to all: as far as
   * their content goes, prefixes, but the power may have been lost as late as in any other state of
   * the epoch.
   */
  public Stream<CrashState> lostTails(Epoch epoch) {
    List<Integer> writes = epoch.changes().stream().map(LogEntry::index).toList();
    return java.util.stream.IntStream.range(0, writes.size())
        .mapToObj(
            from ->
                new CrashState.Lost(
                    epoch.firstEntry(), new TreeSet<>(writes.subList(from, writes.size()))));
  }

  /**
   * What of the log a state has.
   *
   * @throws IllegalArgumentException if the log has no such state
   */
  public ArrivedWrites arrived(CrashState state) {
    return switch (state) {
      case CrashState.Prefix(int entries) -> prefix(entries);
      case CrashState.Dropped(int write) -> inEpochOf(state, write, each -> each.index() != write);
      case CrashState.Kept(int write) -> inEpochOf(state, write, each -> each.index() == write);
      case CrashState.Subset subset -> subset(subset);
      case CrashState.Lost lost -> lost(lost);
      case CrashState.Torn torn -> torn(torn);
    };
  }

  /**
   * The epoch that was in flight.
   *
   * @throws IllegalArgumentException if the log has no such state, or it is a prefix that ends
   *     where nothing is in flight
   */
  public Epoch epoch(CrashState state) {
    ArrivedWrites arrived = arrived(state);
    Epoch epoch = byFirstEntry.get(arrived.durable());
    if (epoch == null) {
      throw none(state, "nothing is in flight there");
    }
    return epoch;
  }

  /** The writes of the epoch in flight that did not arrive, or only in part. */
  public Set<Integer> lost(CrashState state, Epoch epoch) {
    Set<LogEntry.Change> there = Set.copyOf(arrived(state).changes());
    return epoch.changes().stream()
        .filter(change -> !there.contains(change))
        .map(LogEntry::index)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private ArrivedWrites prefix(int entries) {
    if (entries > log.entries().size()) {
      throw none(new CrashState.Prefix(entries), "it has %d".formatted(log.entries().size()));
    }
    var before = byFirstEntry.floorEntry(entries);
    if (before == null || before.getValue().endEntry() < entries) {
      return new ArrivedWrites(entries, entries, List.of());
    }
    Epoch epoch = before.getValue();
    return new ArrivedWrites(
        epoch.firstEntry(),
        entries,
        epoch.changes().stream().filter(change -> change.index() < entries).toList());
  }

  private ArrivedWrites subset(CrashState.Subset subset) {
    Random random = new Random(subset.seed() ^ (subset.epoch() * MIX));
    double density = random.nextDouble();
    return in(requireEpoch(subset, subset.epoch()), change -> random.nextDouble() < density);
  }

  private ArrivedWrites lost(CrashState.Lost lost) {
    Epoch epoch = requireEpoch(lost, lost.epoch());
    Set<Integer> there = epoch.changes().stream().map(LogEntry::index).collect(Collectors.toSet());
    lost.writes().stream()
        .filter(write -> !there.contains(write))
        .findFirst()
        .ifPresent(
            write -> {
              throw none(lost, "entry %d is no write of that epoch".formatted(write));
            });
    return in(epoch, change -> !lost.writes().contains(change.index()));
  }

  private ArrivedWrites torn(CrashState.Torn torn) {
    ArrivedWrites whole = inEpochOf(torn, torn.write(), change -> true);
    List<LogEntry.Change> changes = new ArrayList<>(whole.changes());
    changes.replaceAll(change -> change.index() == torn.write() ? part(change, torn) : change);
    return new ArrivedWrites(whole.durable(), whole.issued(), changes);
  }

  private LogEntry.Change part(LogEntry.Change change, CrashState.Torn torn) {
    long skip = (long) torn.firstUnit() * torn.unitBytes();
    long end = Math.min(change.length(), (torn.lastUnit() + 1L) * torn.unitBytes());
    long units = (change.length() + torn.unitBytes() - 1) / torn.unitBytes();
    if (!(change instanceof LogEntry.Write write)) {
      throw none(torn, "a discard does not tear");
    }
    if (torn.lastUnit() >= units || end - skip >= change.length()) {
      throw none(torn, "that write has %d units".formatted(units));
    }
    return new LogEntry.Write(
        write.index(), write.offset() + skip, end - skip, write.dataPosition() + skip);
  }

  private ArrivedWrites inEpochOf(CrashState state, int write, Predicate<LogEntry.Change> arrives) {
    var before = byFirstEntry.floorEntry(write);
    if (before == null
        || before.getValue().changes().stream().noneMatch(change -> change.index() == write)) {
      throw none(state, "entry %d is no write".formatted(write));
    }
    return in(before.getValue(), arrives);
  }

  private Epoch requireEpoch(CrashState state, int firstEntry) {
    Epoch epoch = byFirstEntry.get(firstEntry);
    if (epoch == null) {
      throw none(state, "no epoch begins at entry %d".formatted(firstEntry));
    }
    return epoch;
  }

  private static ArrivedWrites in(Epoch epoch, Predicate<LogEntry.Change> arrives) {
    return new ArrivedWrites(
        epoch.firstEntry(), epoch.endEntry(), epoch.changes().stream().filter(arrives).toList());
  }

  private IllegalArgumentException none(CrashState state, String why) {
    return new IllegalArgumentException(
        "The write log %s has no crash state %s: %s".formatted(log.file(), state, why));
  }
}
