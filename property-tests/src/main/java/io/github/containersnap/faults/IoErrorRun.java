package io.github.containersnap.faults;

import io.github.containersnap.adapter.BtrfsProgs;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.loopback.disk.FailingDisk;
import io.github.containersnap.loopback.disk.IoFault;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One write of an update fails. If the update says so, it is tried again at once, without a reboot;
 * then the machine is rebooted with a sound disk: what was promised is there (property P9).
 */
record IoErrorRun(FaultBench bench, Subject subject) implements FaultRun {
  /** The first writes are the data of the pulled layers. */
  private static final int[] WRITES = {1, 2, 3, 5, 8, 13, 21, 34};

  @Override
  public void run(Tries tries) throws IOException {
    int struck = 0;
    for (int number : WRITES) {
      tries.next("write %d of the update fails".formatted(number));
      Path image = bench.copy();
      try {
        struck += strike(image, new IoFault(IoFault.Access.WRITE, number, false)) ? 1 : 0;
      } finally {
        Files.delete(image);
      }
    }
    if (struck == 0) {
      throw new IllegalStateException("void: no write failed");
    }
  }

  /** Returns whether the fault struck: an update has only so many writes. */
  private boolean strike(Path image, IoFault fault) throws IOException {
    Update update = updateOnFailingDisk(image, fault);
    bench.on(
        bench.base().at(image),
        patient -> {
          Patient machine = patient.with(subject);
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

  private Update updateOnFailingDisk(Path image, IoFault fault) throws IOException {
    Update[] update = new Update[1];
    try (FailingDisk disk = FailingDisk.start(bench.base().at(image), bench.workspace());
        LoopDevice loop = disk.disk().attachSystem()) {
      bench.on(
          loop,
          patient -> {
            Patient machine = patient.with(subject);
            new BtrfsProgs().commit(machine.top()); // what is left to write is the update's
            disk.arm(fault);
            boolean promised = update(machine);
            if (!promised) {
              promised = update(machine);
            }
            update[0] = new Update(promised, FailingMachine.errors(loop));
            disk.disarm();
          });
    }
    return update[0];
  }

  private boolean update(Patient machine) {
    Updater.Result result = machine.run("update", bench.second().reference());
    if (!result.succeeded()) {
      Patient.requireClearFailure(result);
    }
    return result.succeeded();
  }
}
