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
    for (int number : WRITES) {
      tries.next("write %d of the update fails".formatted(number));
      Path image = bench.copy();
      try {
        strike(image, new IoFault(IoFault.Access.WRITE, number, false));
      } finally {
        Files.delete(image);
      }
    }
  }

  private void strike(Path image, IoFault fault) throws IOException {
    boolean promised = updateOnFailingDisk(image, fault);
    bench.on(
        bench.base().at(image),
        patient -> {
          Patient machine = patient.with(subject);
          machine.succeeds("recover");
          if (promised) {
            machine.requireNew();
          } else {
            machine.requireOldOrNew();
          }
          machine.succeeds("update", bench.second().reference());
          machine.requireNew();
        });
  }

  /** Whether an update said in the end that it succeeded. */
  private boolean updateOnFailingDisk(Path image, IoFault fault) throws IOException {
    boolean[] promised = new boolean[1];
    try (FailingDisk disk = FailingDisk.start(bench.base().at(image), bench.workspace());
        LoopDevice loop = disk.disk().attachSystem()) {
      bench.on(
          loop,
          patient -> {
            Patient machine = patient.with(subject);
            new BtrfsProgs().commit(machine.top()); // what is left to write is the update's
            disk.arm(fault);
            promised[0] = update(machine);
            if (!promised[0]) {
              promised[0] = update(machine);
            }
            disk.disarm();
          });
    }
    return promised[0];
  }

  private boolean update(Patient machine) {
    Updater.Result result = machine.run("update", bench.second().reference());
    if (!result.succeeded()) {
      Patient.requireClearFailure(result);
    }
    return result.succeeded();
  }
}
