package io.github.containersnap.harness.fault;

import java.io.IOException;

/**
 * A snapshot is made, deleted, and one is made again: the first one's id must not name another tree
 * (property P1).
 */
record DeletedSnapshotRun(FaultBench bench, MutantCandidate subject) implements FaultRun {
  @Override
  public void run(Tries tries) throws IOException {
    tries.next("a snapshot is deleted, and another is made");
    bench.onCopy(
        patient -> {
          FaultedSystem machine = patient.with(subject);
          String one = machine.succeeds("create-snapshot", bench.first().id());
          machine.succeeds("delete", "--id=" + one);
          String other = machine.succeeds("create-snapshot", bench.first().id());
          if (one.equals(other)) {
            throw new PropertyViolatedException("two deployments had the id " + one);
          }
        });
  }
}
