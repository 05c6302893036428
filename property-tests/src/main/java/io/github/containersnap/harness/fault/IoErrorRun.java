package io.github.containersnap.harness.fault;

import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.FailingDisk;
import io.github.containersnap.loopback.disk.IoFault;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * One write of an update fails, some time after a step has begun. If the update says so, it is
 * tried again at once, without a reboot; then the machine is rebooted with a sound disk: what was
 * promised is there (property P9).
 */
record IoErrorRun(FaultBench bench, MutantCandidate subject) implements FaultRun {
  /** What was pulled is written out when step 4 has begun. */
  private static final List<Place> PLACES =
      List.of(
          new Place(UpdateStep.PROVE, 1),
          new Place(UpdateStep.PROVE, 2),
          new Place(UpdateStep.PROVE, 5),
          new Place(UpdateStep.RECOVER, 5),
          new Place(UpdateStep.PULL, 20),
          new Place(UpdateStep.DRAFT, 1),
          new Place(UpdateStep.SEAL, 1),
          new Place(UpdateStep.COMMIT, 1),
          new Place(UpdateStep.COMMIT, 6));

  /**
   * Which write fails.
   *
   * @param step the step that has begun
   * @param write the number of the write from then on, from 1
   */
  private record Place(UpdateStep step, int write) {}

  @Override
  public void run(Tries tries) throws IOException {
    int struck = 0;
    for (Place place : PLACES) {
      tries.next(
          "write %d fails from step %d on, %s"
              .formatted(place.write(), place.step().number(), place.step().description()));
      Path image = bench.copy();
      try {
        struck += strike(image, place) ? 1 : 0;
      } finally {
        Files.delete(image);
      }
    }
    if (struck == 0) {
      throw new IllegalStateException("void: no write failed");
    }
  }

  /** Returns whether the fault struck: an update has only so many writes. */
  private boolean strike(Path image, Place place) throws IOException {
    Update update = updateOnFailingDisk(image, place);
    bench.on(
        bench.base().at(image),
        patient -> {
          FaultedSystem machine = patient.with(subject);
          machine.succeeds("recover");
          if (update.promised()) {
            machine.requireNew();
          } else {
            machine.requireOldOrNew();
          }
          machine.succeeds("update", bench.second().reference());
          machine.requireNew();
        });
    return update.errors() > 0;
  }

  /**
   * How an update went.
   *
   * @param promised whether it said in the end that it succeeded
   * @param errors how many btrfs had seen by then
   */
  private record Update(boolean promised, long errors) {}

  private Update updateOnFailingDisk(Path image, Place place) throws IOException {
    Update[] update = new Update[1];
    try (FailingDisk disk = FailingDisk.start(bench.base().at(image), bench.workspace());
        LoopDevice loop = disk.disk().attachSystem()) {
      bench.on(
          loop,
          patient -> {
            FaultedSystem machine = patient.with(subject);
            new BtrfsProgs().commit(machine.top()); // what is left to write is the update's
            boolean promised = update(machine, disk, place);
            if (!promised) {
              promised = update(machine);
            }
            update[0] = new Update(promised, FailingMachine.errors(loop));
            disk.disarm();
          });
    }
    return update[0];
  }

  private boolean update(FaultedSystem machine, FailingDisk disk, Place place) {
    IoFault fault = new IoFault(IoFault.Access.WRITE, place.write(), false);
    return succeeds(
        machine.runWith(place.step(), () -> disk.arm(fault), "update", bench.second().reference()));
  }

  private boolean update(FaultedSystem machine) {
    return succeeds(machine.run("update", bench.second().reference()));
  }

  private static boolean succeeds(Updater.Result result) {
    if (!result.succeeded()) {
      FaultedSystem.requireClearFailure(result);
    }
    return result.succeeded();
  }
}
