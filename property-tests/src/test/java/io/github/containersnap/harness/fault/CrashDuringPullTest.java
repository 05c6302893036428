package io.github.containersnap.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.registry.FaultProxy;
import io.github.containersnap.harness.registry.PullFault;
import io.github.containersnap.harness.registry.RequestMatcher;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.crash.CrashImage;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.disk.RecordedDisk;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The machine loses its power while it pulls from a registry, over a sound line and over one that
 * is cut in the middle of a layer (properties P1 and P8 together). Every block write of the update
 * is recorded; each disk that a power cut leaves is recovered, looked at, and updated again.
 */
@ExtendWith(SharedBench.class)
class CrashDuringPullTest {
  private static final int A_FEW = 10;

  private final FaultBench bench;

  CrashDuringPullTest(FaultBench bench) {
    this.bench = bench;
  }

  private record Case(int entries) implements Cases.Named {
    @Override
    public String name() {
      return "power cut after entry %d of the log".formatted(entries);
    }
  }

  /**
   * A recorded update.
   *
   * @param base the disk before it
   * @param succeeded whether the update says that it did
   */
  private record Recorded(Path base, WriteLog log, boolean succeeded) {
    private List<Case> all() {
      return IntStream.rangeClosed(0, log.entries().size()).mapToObj(Case::new).toList();
    }

    private List<Case> aFew() {
      int last = log.entries().size();
      TreeSet<Integer> places = new TreeSet<>();
      for (int i = 0; i < A_FEW; i++) {
        places.add(last * i / (A_FEW - 1));
      }
      return places.stream().map(Case::new).toList();
    }
  }

  @Test
  void a_few_power_cuts_while_an_update_from_a_registry_runs() throws IOException {
    Recorded whole = recorded(new PullFault.Cut(Long.MAX_VALUE, false));
    assertThat(whole.succeeded()).isTrue();
    requireOldOrNew(whole, whole.aFew());
  }

  @Test
  void a_few_power_cuts_while_a_pull_breaks_off() throws IOException {
    Recorded broken = recorded(halfOfALayer());
    assertThat(broken.succeeded()).isFalse();
    requireOld(broken, broken.aFew());
  }

  @Test
  @Tag("exhaustive")
  void every_power_cut_while_an_update_from_a_registry_runs() throws IOException {
    Recorded whole = recorded(new PullFault.Cut(Long.MAX_VALUE, false));
    requireOldOrNew(whole, whole.all());
  }

  @Test
  @Tag("exhaustive")
  void every_power_cut_while_a_pull_breaks_off() throws IOException {
    Recorded broken = recorded(halfOfALayer());
    requireOld(broken, broken.all());
  }

  private FaultBench.Blob layer() {
    return bench.secondBlobs().get(2);
  }

  private PullFault halfOfALayer() {
    return new PullFault.Cut(layer().bytes() / 2, true);
  }

  private Recorded recorded(PullFault fault) throws IOException {
    Path logFile = bench.workspace().file(bench.newName("pull") + ".log");
    SystemDisk copy = bench.base().at(bench.copy());
    try (FaultProxy proxy = FaultProxy.before(bench.registry().address());
        RecordedDisk disk = RecordedDisk.start(copy, logFile, bench.workspace())) {
      proxy.strike(RequestMatcher.blob(layer().digest()), fault);
      Updater.Result[] result = new Updater.Result[1];
      bench.on(
          copy.at(disk.export()),
          machine ->
              result[0] =
                  machine.run("--insecure", "update", FaultBench.reference(proxy.address())));
      disk.close();
      WriteLog log = disk.readLog();
      assertThat(log.flushes()).as("flushes that were recorded").isPositive();
      return new Recorded(bench.base().image(), log, result[0].succeeded());
    } finally {
      Files.delete(copy.image());
    }
  }

  private void requireOldOrNew(Recorded recorded, List<Case> cases) {
    int last = recorded.log().entries().size();
    requireEach(
        recorded,
        cases,
        it -> it.entries() == last ? FaultedSystem::requireNew : FaultedSystem::requireOldOrNew);
  }

  private void requireOld(Recorded recorded, List<Case> cases) {
    requireEach(recorded, cases, it -> FaultedSystem::requireOld);
  }

  private void requireEach(
      Recorded recorded, List<Case> cases, Function<Case, FaultBench.Work> expected) {
    new Cases(2)
        .run(
            cases,
            it -> {
              Path image = bench.copyOf(recorded.base());
              try {
                try (CrashImage crash = CrashImage.of(image, recorded.log())) {
                  crash.become(new CrashState.Prefix(it.entries()));
                }
                bench.on(
                    bench.base().at(image),
                    machine -> {
                      machine.succeeds("recover");
                      expected.apply(it).on(machine);
                      machine.succeeds(
                          "--insecure", "update", FaultBench.reference(bench.registry().address()));
                      machine.requireNew();
                    });
              } finally {
                Files.delete(image);
              }
            });
  }
}
