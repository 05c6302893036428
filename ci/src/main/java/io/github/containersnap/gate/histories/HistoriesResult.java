package io.github.containersnap.gate.histories;

import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.JsonObjectFile;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.shard.Shard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code properties.json}, schema 1. Later schemas only add fields.
 *
 * @param world where the histories were played
 * @param seed the first history's seed
 * @param histories how many were played
 * @param struck in how many of them a fault came
 * @param faults how many faults came
 * @param crashStates how many crash states of recorded commands were looked at
 * @param violated in how many something does not hold
 * @param violations the first of these
 * @param seconds how long it took
 * @param unknown the first histories that could not be played; missing in older results
 * @param unplayed how many could not be played; missing in older results
 * @param counts in how many histories there was what; missing in older results
 * @param shard which part of a run this is; null if it is all of it
 */
public record HistoriesResult(
    int schema,
    String world,
    long seed,
    int histories,
    int struck,
    long faults,
    long crashStates,
    int violated,
    List<Violated> violations,
    double seconds,
    @Nullable List<Unplayed> unknown,
    @Nullable Integer unplayed,
    @Nullable Map<String, Integer> counts,
    @Nullable Part shard) {
  /** The name of the file in the directory of a report. */
  public static final String NAME = "properties.json";

  /** So many of the histories that could not be played are named. */
  static final int NAMED = 1_000;

  private static final long LARGEST = 64L << 20;
  private static final List<String> NEEDED =
      List.of("schema", "world", "seed", "histories", "violated", "violations", "seconds");

  /** A history in which something does not hold. */
  public record Violated(
      long seed, String property, String text, String history, String replay, List<String> story) {}

  /** A history that could not be played. */
  public record Unplayed(long seed, String text) {}

  /**
   * Which part of a run.
   *
   * @param index which shard, from 1
   * @param count how many there are
   * @param seed the first seed of all shards
   * @param histories how many all shards are to play
   * @param gate the gate that played them
   */
  public record Part(int index, int count, long seed, int histories, String gate) {
    /** How many histories the shards before this one have. */
    public int offset() {
      return Math.toIntExact((long) histories * (index - 1) / count);
    }

    /** How many histories this one has. */
    public int length() {
      return Math.toIntExact((long) histories * index / count - offset());
    }
  }

  /**
   * Reads a file; nothing in it is trusted.
   *
   * @throws UnusableInputException if it is not one
   * @throws IOException if it cannot be read
   */
  public static HistoriesResult read(Path file) throws IOException {
    JsonObjectFile json = new JsonObjectFile(file, LARGEST, NEEDED, why -> refused(file, why));
    HistoriesResult found = json.as(HistoriesResult.class, json.read());
    String wrong = found.wrongField();
    if (wrong != null) {
      throw refused(file, "its '%s' is not what a result has there".formatted(wrong));
    }
    return found;
  }

  private static UnusableInputException refused(Path file, String why) {
    return new UnusableInputException(
        "%s is not a result of ci/gate properties: %s.".formatted(file, why));
  }

  /** The JSON reader leaves null what is missing, whatever the record says. */
  @SuppressWarnings("ConstantValue")
  private @Nullable String wrongField() {
    if (schema < 1) {
      return "schema";
    }
    if (!PropertiesRun.WORLDS.contains(world)) {
      return "world";
    }
    if (histories < 0 || violated < 0 || violated > histories || struck < 0 || faults < 0) {
      return "histories";
    }
    for (Violated each : violations) {
      if (each == null
          || each.property() == null
          || each.text() == null
          || each.history() == null
          || each.replay() == null
          || each.story() == null
          || each.story().stream().anyMatch(Objects::isNull)) {
        return "violations";
      }
    }
    if (unknown != null && unknown.stream().anyMatch(it -> it == null || it.text() == null)) {
      return "unknown";
    }
    if (notPlayed() < 0 || (long) notPlayed() + violated > histories) {
      return "unplayed";
    }
    if (counts != null && counts.values().stream().anyMatch(Objects::isNull)) {
      return "counts";
    }
    return shard == null || isPart(shard) ? null : "shard";
  }

  /** The JSON reader leaves null what is missing, whatever the record says. */
  @SuppressWarnings("ConstantValue")
  private static boolean isPart(Part part) {
    return part.count() >= 1
        && part.count() <= Shard.MOST
        && part.index() >= 1
        && part.index() <= part.count()
        && part.histories() >= 0
        && part.gate() != null;
  }

  /** How many histories could not be played. */
  int notPlayed() {
    return unplayed == null ? unknown == null ? 0 : unknown.size() : unplayed;
  }

  /** Violated beats unknown beats holds; nothing played is unknown. */
  public ExitStatus status() {
    if (violated > 0) {
      return ExitStatus.VIOLATED;
    }
    return notPlayed() > 0 || histories == 0 ? ExitStatus.CANNOT_TELL : ExitStatus.HOLDS;
  }
}
