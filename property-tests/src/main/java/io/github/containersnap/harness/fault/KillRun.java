package io.github.containersnap.harness.fault;

import io.github.containersnap.harness.updater.PortCallCounter;
import io.github.containersnap.harness.updater.UpdaterProcess;
import java.io.IOException;

/**
 * kill -9 of an update, before one of its port calls, and of the recovery that follows it (property
 * P12). The calls are spread evenly over the update, and over the recovery.
 */
record KillRun(FaultBench bench, MutantCandidate subject) implements FaultRun {
  private static final int TRIES = 8;
  private static final int RECOVERY_STRIDE = 3;

  @Override
  public void run(Tries tries) throws IOException, InterruptedException {
    int calls = callsOfAnUpdate();
    for (int i = 1; i <= TRIES; i++) {
      int update = calls * i / (TRIES + 1);
      int recovery = RECOVERY_STRIDE * i;
      tries.next(
          "the update is killed before its call %d of %d, the recovery before its call %d"
              .formatted(update, calls, recovery));
      bench.onCopy(machine -> kill(machine.with(subject), update, recovery));
    }
  }

  private String[] update() {
    return new String[] {"update", bench.second().reference()};
  }

  private int callsOfAnUpdate() throws IOException {
    PortCallCounter calls = new PortCallCounter((number, call) -> {});
    bench.onCopy(machine -> machine.with(subject).run(calls, update()));
    return calls.count();
  }

  private void kill(FaultedSystem machine, int update, int recovery) throws IOException {
    int status = dies(update, machine, update());
    if (status != UpdaterProcess.KILLED) {
      throw new IllegalStateException(
          "void: the update was to die before its call %d and ended with %d"
              .formatted(update, status));
    }
    dies(recovery, machine, "recover"); // or has fewer calls, and ends by itself
    machine.succeeds("recover");
    machine.requireOldOrNew();
    machine.succeeds(update());
    machine.requireNew();
  }

  private static int dies(int call, FaultedSystem machine, String... arguments) throws IOException {
    try (UpdaterChild child = UpdaterChild.dyingAtCall(call, machine, arguments)) {
      return child.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a process dies", e);
    }
  }
}
