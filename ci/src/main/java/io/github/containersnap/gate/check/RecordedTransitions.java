package io.github.containersnap.gate.check;

import io.github.containersnap.gate.recording.RecordingSet;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.gate.shard.WholeParts;
import io.github.containersnap.harness.experiment.Transition;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;

/**
 * A check of several recorded transitions. A shard checks some of them, each whole: dividing each
 * would have every shard unpack and read all of them.
 */
public final class RecordedTransitions {
  /** What a shard says of a transition that it checks whole. */
  private static final Shard WHOLE = new Shard(1, 1);

  private final Map<Scenario, RecordedCheck> checks = new LinkedHashMap<>();
  private final GateContext surroundings;

  /**
   * A check of the recordings in a directory.
   *
   * @throws UnusableInputException if one of them is missing, or is of another transition
   */
  public RecordedTransitions(RecordingSet set, GateContext surroundings) throws IOException {
    this.surroundings = surroundings;
    for (Transition transition : set.transitions()) {
      RecordedCheck check = new RecordedCheck(set.of(transition), surroundings);
      if (check.scenario().transition() != transition) {
        throw new UnusableInputException(
            "%s has the recording of another transition (%s); record them again."
                .formatted(
                    set.of(transition).directory(), check.scenario().transition().optionName()));
      }
      checks.put(check.scenario(), check);
    }
  }

  /**
   * Checks them.
   *
   * @param asked the plan by the options of the command line
   * @param named the updater that the command line names
   * @param shard which part of the transitions; empty for all
   */
  public ExitStatus run(CheckPlan asked, Optional<UpdaterUnderTest> named, Optional<Shard> shard)
      throws IOException, InterruptedException, XMLStreamException {
    if (asked.boot()) {
      throw new UnusableInputException("--boot needs a recording of --transition update alone.");
    }
    List<Scenario> own = own(shard);
    shard.ifPresent(
        part ->
            surroundings
                .console()
                .explain(
                    "%s checks %d of %d transitions."
                        .formatted(part.inWords(), own.size(), checks.size())));
    return new TransitionsRun(
            asked,
            own,
            (scenario, report, archived) ->
                Objects.requireNonNull(checks.get(scenario))
                    .inPart(asked, named, shard.map(_ -> WHOLE), report, archived),
            surroundings)
        .run();
  }

  private List<Scenario> own(Optional<Shard> shard) {
    if (shard.isEmpty()) {
      return List.copyOf(checks.keySet());
    }
    Map<String, Integer> sizes = new HashMap<>();
    checks.forEach(
        (scenario, check) -> sizes.put(scenario.transition().optionName(), check.entries()));
    Set<String> own = WholeParts.of(sizes, shard.get());
    return checks.keySet().stream()
        .filter(each -> own.contains(each.transition().optionName()))
        .toList();
  }
}
