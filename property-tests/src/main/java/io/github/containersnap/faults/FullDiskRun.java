package io.github.containersnap.faults;

import io.github.containersnap.engine.Step;
import io.github.containersnap.experiment.Updater;
import java.io.IOException;
import java.util.List;

/**
 * The disk is filled to its last byte, by the machine's own /var, as the update enters a step
 * (property P7).
 */
record FullDiskRun(FaultBench bench, Subject subject) implements FaultRun {
  private static final List<Step> STEPS = List.of(Step.DRAFT, Step.PULL, Step.COMMIT);

  @Override
  public void run(Tries tries) throws IOException {
    for (Step step : STEPS) {
      tries.next(
          "the disk is full from step %d on, %s".formatted(step.number(), step.description()));
      bench.onCopy(machine -> fill(machine.with(subject), step));
    }
  }

  private void fill(Patient machine, Step step) throws IOException {
    Filling filling = new Filling(machine.top());
    String[] update = {"update", bench.second().reference()};
    Updater.Result result = machine.runWith(step, filling::toTheLastByte, update);
    if (!result.succeeded()) {
      Patient.requireClearFailure(result);
    }
    machine.succeeds("status");
    machine.succeeds("recover");
    machine.succeeds("prune");
    if (result.succeeded()) {
      machine.requireNew();
    } else {
      machine.requireOld();
    }
    filling.remove();
    machine.succeeds(update);
    machine.requireNew();
  }
}
