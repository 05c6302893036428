package io.github.containersnap.oracle;

/**
 * The address of a crash state of the prefix kind: a disk made from the first entries of the write
 * log.
 *
 * @param entries how many entries of the log arrived
 */
public record CrashState(int entries) implements Comparable<CrashState> {
  @Override
  public int compareTo(CrashState other) {
    return Integer.compare(entries, other.entries);
  }
}
