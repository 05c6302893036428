package io.github.containersnap.harness.fault;

import io.github.containersnap.harness.fault.FaultBench.Blob;
import io.github.containersnap.harness.registry.FaultProxy;
import io.github.containersnap.harness.registry.PullFault;
import io.github.containersnap.harness.registry.RequestMatcher;
import io.github.containersnap.harness.updater.Updater;
import java.io.IOException;

/** The line to the registry is cut, or lies; then it heals (property P8). */
record BrokenPullRun(FaultBench bench, MutantCandidate subject) implements FaultRun {

  @Override
  public void run(Tries tries) throws IOException {
    Blob data = bench.secondBlobs().get(2);
    Blob top = bench.secondBlobs().getLast();
    long half = data.bytes() / 2;
    strike(tries, "the line is cut in the middle of a layer", data, new PullFault.Cut(half, true));
    strike(tries, "a layer ends too early", data, new PullFault.WrongLength(-1_000));
    strike(tries, "the last layer does not come", top, new PullFault.Cut(0, false));
    strike(tries, "a bit of a layer is another", data, new PullFault.Corrupted(half));
    strike(tries, "a layer is empty", top, new PullFault.Substituted(new byte[0]));
  }

  private void strike(Tries tries, String where, Blob blob, PullFault fault) throws IOException {
    tries.next(where);
    bench.onCopy(
        patient -> {
          FaultedSystem machine = patient.with(subject);
          try (FaultProxy proxy = FaultProxy.before(bench.registry().address())) {
            String[] update = {"--insecure", "update", FaultBench.reference(proxy.address())};
            proxy.strike(RequestMatcher.blob(blob.digest()), fault);
            Updater.Result result = machine.run(update);
            requireOld(machine, result);
            proxy.heal();
            machine.succeeds(update);
            machine.requireNew();
          }
        });
  }

  private static void requireOld(FaultedSystem machine, Updater.Result result) throws IOException {
    if (result.succeeded()) {
      machine.requireNew(); // which it cannot be: what is wrong says more than that it succeeded
    }
    FaultedSystem.requireClearFailure(result);
    machine.succeeds("recover");
    machine.requireOld();
  }
}
