package io.github.containersnap.gate.report.compare;

import io.github.containersnap.gate.report.LogSequence;
import io.github.containersnap.gate.report.MapReader;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StableNames;
import io.github.containersnap.gate.report.StateMap;
import io.github.containersnap.gate.report.page.ResultReader;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.loopback.crash.CrashState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One of two results that are compared.
 *
 * @param name where it was read from
 * @param result what the file says
 * @param kinds the kind of each entry of its write log
 * @param states what each checked state came to, in the order of a report
 * @param names the names of states that are the same in another recording
 */
public record ComparedResult(
    String name,
    ResultJson result,
    List<String> kinds,
    SortedMap<CrashState, MapReader.Entry> states,
    StableNames names) {
  private static final int MOST_ENTRIES = 4_000_000;

  /**
   * Reads a {@code result.json}, or the one in the directory of a report.
   *
   * @throws UnusableInputException if it is not one, or one of a gate that wrote no map of states
   * @throws IOException if it cannot be read
   */
  public static ComparedResult read(Path path) throws IOException {
    Path file = Files.isDirectory(path) ? path.resolve("result.json") : path;
    ResultJson result = new ResultReader(file).read();
    StateMap map = result.map();
    String sequence = result.log().sequence();
    List<ResultJson.Mark> marks = result.log().marks();
    if (map == null || sequence == null || marks == null) {
      throw new UnusableInputException(
          "%s has no map of its states: an older gate wrote it. Check again, then compare."
              .formatted(file));
    }
    try {
      List<String> kinds = LogSequence.kinds(sequence, MOST_ENTRIES);
      return new ComparedResult(
          path.toString(),
          result,
          kinds,
          Collections.unmodifiableSortedMap(new TreeMap<>(MapReader.entries(map))),
          new StableNames(
              kinds,
              marks.stream()
                  .collect(
                      Collectors.toMap(
                          ResultJson.Mark::entry, ResultJson.Mark::name, (one, _) -> one))));
    } catch (IllegalArgumentException e) {
      throw new UnusableInputException(
          "%s is not a result of the gate: its map of states is damaged: %s."
              .formatted(file, e.getMessage()));
    }
  }

  /** The states by the moments that another recording has too. */
  Map<String, CrashState> byMoment() {
    Map<String, CrashState> moments = new LinkedHashMap<>();
    states.keySet().forEach(state -> moments.putIfAbsent(names.of(state), state));
    return moments;
  }

  /** The updater, as a sentence names it. */
  String updater() {
    return result.updater() == null ? "container-snap" : result.updater();
  }

  /** Crash states that were checked in a second; 0 if it is not known. */
  double statesPerSecond() {
    return result.seconds().check() <= 0 ? 0 : result.states().checked() / result.seconds().check();
  }
}
