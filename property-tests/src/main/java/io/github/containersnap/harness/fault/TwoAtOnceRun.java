package io.github.containersnap.harness.fault;

import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.harness.updater.Updater;
import java.io.IOException;
import java.util.List;

/**
 * As an update enters a step, another is started and has its say; the first then goes on and must
 * not notice (property P12).
 */
record TwoAtOnceRun(FaultBench bench, MutantCandidate subject) implements FaultRun {
  private static final List<UpdateStep> STEPS =
      List.of(UpdateStep.PULL, UpdateStep.DRAFT, UpdateStep.SEAL, UpdateStep.COMMIT);

  @Override
  public void run(Tries tries) throws IOException {
    for (UpdateStep step : STEPS) {
      tries.next(
          "another update comes in step %d, %s".formatted(step.number(), step.description()));
      bench.onCopy(machine -> two(machine.with(subject), step));
    }
  }

  private void two(FaultedSystem machine, UpdateStep step) throws IOException {
    String[] update = {"update", bench.second().reference()};
    Updater.Result first = machine.runWith(step, () -> machine.run(update), update);
    if (!first.succeeded()) {
      throw new PropertyViolatedException(
          "the first update fails because of the second: " + first.complaint());
    }
    machine.succeeds("recover");
    machine.requireNew();
  }
}
