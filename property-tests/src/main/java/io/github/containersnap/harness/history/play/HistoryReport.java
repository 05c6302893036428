package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.harness.world.RunningCommand;
import io.github.containersnap.harness.world.WorldFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** What happens in a history, in sentences for people and in counts for statistics. */
final class HistoryReport {
  private final boolean telling;
  private final List<String> sentences = new ArrayList<>();
  private final Map<String, Integer> counts = new TreeMap<>();
  private final Set<String> transitions = new TreeSet<>();
  private Optional<UpdateStep> step = Optional.empty();

  HistoryReport(boolean telling) {
    this.telling = telling;
  }

  void tell(Supplier<String> sentence) {
    if (telling) {
      sentences.add(sentence.get());
    }
  }

  void count(String what) {
    counts.merge(what, 1, Integer::sum);
  }

  /** Hears in which step of an update a command is. */
  Progress progress() {
    step = Optional.empty();
    return new Progress() {
      @Override
      public void enters(UpdateStep entered) {
        step = Optional.of(entered);
      }

      @Override
      public void notes(String line) {
        tell(() -> "(The engine notes: %s)".formatted(line));
      }
    };
  }

  void struck(RunningCommand.Struck struck) {
    WorldFault fault = struck.strike().fault();
    String kind = fault.getClass().getSimpleName();
    count("faults: " + kind);
    if (struck.call().contains("boot.cfg") || struck.call().equals("commit at @boot")) {
      if (fault instanceof WorldFault.PowerCut) {
        count("power cuts in the commit window");
      }
    }
    if (fault instanceof WorldFault.DiskFills) {
      count(
          step.map(it -> "the disk filled in step %d, %s".formatted(it.number(), it.description()))
              .orElse("the disk filled outside of an update"));
    }
    tell(
        () ->
            "%s %s call %d (%s)%s."
                .formatted(
                    inWords(fault),
                    struck.after() ? "after" : struck.done() == 0 ? "before" : "within",
                    struck.strike().call(),
                    struck.call(),
                    struck.after() || struck.done() == 0
                        ? ""
                        : ", %d steps of which are done".formatted(struck.done())));
  }

  private static String inWords(WorldFault fault) {
    return switch (fault) {
      case WorldFault.PowerCut(boolean committed) ->
          committed ? "The kernel commits by itself, and the power is lost" : "The power is lost";
      case WorldFault.Kill _ -> "The command is killed";
      case WorldFault.InputOutputError _ -> "An input/output error comes";
      case WorldFault.DiskFails _ -> "The disk fails and takes no more writes, from";
      case WorldFault.ContentsLost _ -> "The disk loses contents that were being written back,";
      case WorldFault.DiskFills(long data, long metadata) ->
          "Somebody fills the disk until %d KiB of data and %d KiB of metadata are free,"
              .formatted(data / 1024, metadata / 1024);
      case WorldFault.KernelCommits _ -> "The kernel commits by itself";
      case WorldFault.LineBreaks line -> "The registry " + line.kind().words() + ", from";
      case WorldFault.SecondCommand second ->
          "A second command (%s) is started"
              .formatted(second.command().name().toLowerCase(java.util.Locale.ROOT));
    };
  }

  /** A command that one fault struck has come to something. */
  void transition(
      io.github.containersnap.harness.history.HistoryStep command,
      CommandRun<?> run,
      boolean happened) {
    if (run.struck().size() == 1) {
      String ending =
          switch (run.ending()) {
            case CommandRun.Ending.Done<?> _ -> "done";
            case CommandRun.Ending.Failed<?> _ -> "failed";
            case CommandRun.Ending.Over<?> _ -> "over";
          };
      transitions.add(
          "%s, %s: %s, %s"
              .formatted(
                  command.verb(),
                  run.struck().getFirst().strike().fault().getClass().getSimpleName(),
                  ending,
                  happened ? "as after" : "as before"));
    }
  }

  void takeTransitionsOf(HistoryReport other) {
    transitions.addAll(other.transitions);
  }

  Set<String> transitions() {
    return transitions;
  }

  List<String> sentences() {
    return sentences;
  }

  Map<String, Integer> counts() {
    return counts;
  }
}
