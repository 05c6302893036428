package io.github.containersnap.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.updater.Updater;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * {@code kill -9} of an update, of its podman, and of the recovery after it (property P12), at
 * moments drawn from a seed: some time after a step has begun.
 */
@ExtendWith(SharedBench.class)
class KilledTest {
  private static final int STEPS = 9;
  private static final int LONGEST_DELAY_MILLISECONDS = 250;

  private final FaultBench bench;

  KilledTest(FaultBench bench) {
    this.bench = bench;
  }

  /**
   * A moment.
   *
   * @param step in which step of the update
   * @param delay milliseconds after it began
   * @param recoveries how many recoveries are killed too
   * @param recoveryDelay milliseconds after the start of each
   */
  private record Case(int step, int delay, int recoveries, int recoveryDelay)
      implements Cases.Named {
    @Override
    public String name() {
      return toString();
    }
  }

  private static List<Case> drawn(int count, long seed) {
    Random random = new Random(seed);
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cases.add(
          new Case(
              1 + i % STEPS,
              random.nextInt(LONGEST_DELAY_MILLISECONDS),
              random.nextInt(3),
              200 + random.nextInt(600)));
    }
    return cases;
  }

  @Test
  void an_update_killed_in_any_step_is_settled_also_when_its_recovery_is_killed() {
    new Cases(2).run(drawn(STEPS, 1), this::requireSettledAfterKills);
  }

  @Test
  @Tag("exhaustive")
  void an_update_killed_at_any_of_300_moments_is_settled() {
    new Cases(2).run(drawn(300, 2), this::requireSettledAfterKills);
  }

  @Test
  void an_update_whose_podman_is_killed_fails_clearly_or_succeeds() {
    List<Case> cases = List.of(new Case(3, 0, 0, 0), new Case(3, 60, 0, 0), new Case(3, 150, 0, 0));
    new Cases(2).run(cases, this::requireSettledAfterKillOfPodman);
  }

  private void requireSettledAfterKills(Case it) throws IOException {
    bench.onCopy(
        machine -> {
          try (UpdaterChild update =
              UpdaterChild.start(machine, "update", bench.second().reference())) {
            update.awaitLine("[%d/".formatted(it.step()));
            TimeUnit.MILLISECONDS.sleep(it.delay());
            update.kill();
            for (int i = 0; i < it.recoveries(); i++) {
              killRecovery(machine, it.recoveryDelay());
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
          }
          requireSettled(machine);
        });
  }

  private static void killRecovery(FaultedSystem machine, int delay)
      throws IOException, InterruptedException {
    try (UpdaterChild recovery = UpdaterChild.start(machine, "recover")) {
      TimeUnit.MILLISECONDS.sleep(delay);
      recovery.kill();
    }
  }

  private void requireSettledAfterKillOfPodman(Case it) throws IOException {
    bench.onCopy(
        machine -> {
          try (UpdaterChild update =
              UpdaterChild.start(machine, "update", bench.second().reference())) {
            update.awaitLine("[%d/".formatted(it.step()));
            Optional<ProcessHandle> podman = Optional.empty();
            while (podman.isEmpty() && update.process().isAlive()) {
              TimeUnit.MILLISECONDS.sleep(5);
              podman = update.podman();
            }
            TimeUnit.MILLISECONDS.sleep(it.delay());
            podman.ifPresent(ProcessHandle::destroyForcibly);
            int exit = update.await();
            if (exit == 0) {
              machine.requireNew();
            } else {
              FaultedSystem.requireClearFailure(new Updater.Result(exit, "", update.said()));
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
          }
          requireSettled(machine);
        });
  }

  private void requireSettled(FaultedSystem machine) throws IOException {
    machine.succeeds("recover");
    machine.requireOldOrNew();
    assertThat(machine.run("recover")).isEqualTo(new Updater.Result(0, "", ""));
    machine.succeeds("update", bench.second().reference());
    machine.requireNew();
  }
}
