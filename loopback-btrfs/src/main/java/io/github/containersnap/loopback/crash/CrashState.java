package io.github.containersnap.loopback.crash;

import java.util.Comparator;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The address of a crash state (DESIGN §8): a place in a write log, and what of the epoch in flight
 * there arrived. With the disk before the recording and the log, it is enough to make the state
 * alone; {@link CrashStates} says what it stands for in a log.
 *
 * <p>All numbers of entries are indexes in the log. An epoch is named by its {@linkplain
 * io.github.containersnap.loopback.log.Epoch#firstEntry() first entry}. {@link Object#toString()}
 * is the stable text form, which {@link #parse} reads back:
 *
 * <pre>
 * prefix:413                 the first 413 entries arrived
 * dropped:417                all of the epoch of entry 417 arrived, but not that write
 * kept:417                   nothing of the epoch of entry 417 arrived, but that write
 * subset:402:1872356         a random part of the epoch that begins at 402, drawn with that seed
 * lost:402:405,410-412       all of the epoch that begins at 402 arrived, but not these writes
 * torn:417:0-2:4096          as dropped:417, but units 0 to 2 of that write, of 4096 bytes, arrived
 * </pre>
 *
 * <p>The order is that of a report: by family in the order above, then by place in the log.
 */
public sealed interface CrashState extends Comparable<CrashState> {

  /** The first {@code entries} entries arrived, and nothing else. */
  record Prefix(int entries) implements CrashState {
    public Prefix {
      IndexRanges.requireIndex(entries);
    }

    @Override
    public Family family() {
      return Family.PREFIX;
    }

    @Override
    public int place() {
      return entries;
    }

    @Override
    public String toString() {
      return "prefix:" + entries;
    }
  }

  /** All writes of the epoch of entry {@code write} arrived, but not that one. */
  record Dropped(int write) implements CrashState {
    public Dropped {
      IndexRanges.requireIndex(write);
    }

    @Override
    public Family family() {
      return Family.DROPPED;
    }

    @Override
    public int place() {
      return write;
    }

    @Override
    public String toString() {
      return "dropped:" + write;
    }
  }

  /** Of the epoch of entry {@code write} that one arrived, and no other. */
  record Kept(int write) implements CrashState {
    public Kept {
      IndexRanges.requireIndex(write);
    }

    @Override
    public Family family() {
      return Family.KEPT;
    }

    @Override
    public int place() {
      return write;
    }

    @Override
    public String toString() {
      return "kept:" + write;
    }
  }

  /**
   * A random part of an epoch arrived: {@link java.util.Random}, whose algorithm is specified,
   * draws how dense the part is, then each write.
   *
   * @param epoch the epoch's first entry
   * @param seed not negative
   */
  record Subset(int epoch, long seed) implements CrashState {
    public Subset {
      IndexRanges.requireIndex(epoch);
      IndexRanges.requireIndex(seed);
    }

    @Override
    public Family family() {
      return Family.SUBSET;
    }

    @Override
    public int place() {
      return epoch;
    }

    @Override
    public String toString() {
      return "subset:%d:%d".formatted(epoch, seed);
    }
  }

  /**
   * All writes of an epoch arrived but these: any state of family (c) can be written so.
   *
   * @param epoch the epoch's first entry
   * @param writes the indexes of the writes that did not arrive, at least one
   */
  record Lost(int epoch, SortedSet<Integer> writes) implements CrashState {
    public Lost {
      IndexRanges.requireIndex(epoch);
      writes = java.util.Collections.unmodifiableSortedSet(new TreeSet<>(writes));
      writes.forEach(IndexRanges::requireIndex);
      if (writes.isEmpty()) {
        throw new IllegalArgumentException("Nothing is lost: that is a prefix");
      }
    }

    @Override
    public Family family() {
      return Family.LOST;
    }

    @Override
    public int place() {
      return epoch;
    }

    @Override
    public String toString() {
      return "lost:%d:%s".formatted(epoch, IndexRanges.ranges(writes));
    }
  }

  /**
   * All writes of the epoch of entry {@code write} arrived, that one in part.
   *
   * @param firstUnit the first of its units that arrived, from 0
   * @param lastUnit the last one
   * @param unitBytes the atomic unit of the disk: a power of two from 512 on
   */
  record Torn(int write, int firstUnit, int lastUnit, int unitBytes) implements CrashState {
    public Torn {
      IndexRanges.requireIndex(write);
      IndexRanges.requireIndex(firstUnit);
      if (lastUnit < firstUnit) {
        throw new IllegalArgumentException(
            "The last unit, %d, comes before the first, %d".formatted(lastUnit, firstUnit));
      }
      AtomicUnit.requireValid(unitBytes);
    }

    @Override
    public Family family() {
      return Family.TORN;
    }

    @Override
    public int place() {
      return write;
    }

    @Override
    public String toString() {
      return "torn:%d:%d-%d:%d".formatted(write, firstUnit, lastUnit, unitBytes);
    }
  }

  /** The kinds of crash states, in rising order of severity. */
  enum Family {
    /** Prefixes of the log: (a) and (b). */
    PREFIX,
    /** One write of the epoch in flight did not arrive (c). */
    DROPPED,
    /** One write of the epoch in flight arrived (c). */
    KEPT,
    /** A random part of the epoch in flight arrived (c). */
    SUBSET,
    /** Named writes of the epoch in flight did not arrive (c). */
    LOST,
    /** One write of the epoch in flight arrived in part (d). */
    TORN
  }

  /** Which kind it is. */
  Family family();

  /** The entry of the log that it is named after. */
  int place();

  /** The order of a report. */
  @Override
  default int compareTo(CrashState other) {
    return Comparator.comparing(CrashState::family)
        .thenComparingInt(CrashState::place)
        .thenComparingLong(CrashState::withinPlace)
        .thenComparing(CrashState::toString)
        .compare(this, other);
  }

  /** Tells states of one family at one place apart, before their text does. */
  private long withinPlace() {
    return switch (this) {
      case Prefix _, Dropped _, Kept _ -> 0;
      case Subset subset -> subset.seed();
      // A suffix that is lost comes later in time the shorter it is.
      case Lost lost -> -lost.writes().size();
      case Torn torn -> ((long) torn.firstUnit() << 32) + torn.lastUnit();
    };
  }

  /**
   * Reads the text form, and nothing but it.
   *
   * @throws IllegalArgumentException with a sentence that says what was wrong and which forms there
   *     are
   */
  static CrashState parse(String text) {
    return CrashStateText.parse(text);
  }
}
