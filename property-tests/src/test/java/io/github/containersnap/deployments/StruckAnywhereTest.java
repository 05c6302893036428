package io.github.containersnap.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.containersnap.adapter.Podman;
import io.github.containersnap.engine.Deletion;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Machine;
import io.github.containersnap.engine.Pins;
import io.github.containersnap.engine.Progress;
import io.github.containersnap.engine.Pruning;
import io.github.containersnap.engine.ReadOnlyState;
import io.github.containersnap.engine.Snapshot;
import io.github.containersnap.engine.Switch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each operation, with a failure, and then a kill, at every call to a port that it makes. */
@ExtendWith(Laboratory.Shared.class)
class StruckAnywhereTest {
  /** More calls than any operation makes. */
  private static final int TOO_MANY = 200;

  private final Laboratory laboratory;

  StruckAnywhereTest(Laboratory laboratory) {
    this.laboratory = laboratory;
  }

  /** All of a system that an operation may change. */
  private record State(String snapshots, String menu, SortedSet<String> subvolumes) {
    static State of(Installed machine) {
      try {
        return new State(
            machine.succeeds("list-snapshots"),
            Files.readString(machine.layout().bootMenu()),
            machine.subvolumesOutsideTheStore());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Strikes at the first call, at the second, and so on, until the operation gets through.
   *
   * @param judge is shown the state before and after each strike, after recovery
   */
  private static int strikeEverywhere(
      Installed machine,
      boolean deadly,
      Consumer<Machine> operation,
      BiConsumer<State, State> judge) {
    Podman podman = new Podman(machine.laboratory().runtimeDirectory(), true);
    for (int at = 0; at < TOO_MANY; at++) {
      State before = State.of(machine);
      StruckPorts ports = new StruckPorts(at, deadly);
      boolean through = false;
      try {
        operation.accept(
            new Machine(
                ports.of(machine.layout(), podman),
                machine.layout(),
                Optional.empty(),
                Progress.NONE));
        through = true;
      } catch (RuntimeException | StruckPorts.Killed expected) {
        assertThat(ports.struck()).as(String.valueOf(expected.getMessage())).isNotEmpty();
      }
      if (through && ports.struck().isEmpty()) {
        return at;
      }
      if (through && ports.struckACache()) {
        continue;
      }
      if (deadly) {
        machine.succeeds("recover");
      }
      judge.accept(before, State.of(machine));
    }
    return fail("the operation does not end");
  }

  private static void stays(State before, State after) {
    assertThat(after).isEqualTo(before);
  }

  @Test
  void a_snapshot_that_fails_leaves_the_old_state() throws IOException {
    laboratory.onCopy(
        machine -> {
          DeploymentId base = machine.second();
          int calls =
              strikeEverywhere(
                  machine, false, it -> new Snapshot(it).of(base), StruckAnywhereTest::stays);
          assertThat(calls).isGreaterThan(15);
          assertThat(machine.succeeds("list-snapshots")).contains("-work");
        });
  }

  @Test
  void a_snapshot_that_is_killed_leaves_the_old_state() throws IOException {
    laboratory.onCopy(
        machine -> {
          DeploymentId base = machine.second();
          int calls =
              strikeEverywhere(
                  machine, true, it -> new Snapshot(it).of(base), StruckAnywhereTest::stays);
          assertThat(calls).isGreaterThan(15);
        });
  }

  @Test
  void a_switch_that_fails_or_is_killed_before_its_commit_leaves_the_old_state()
      throws IOException {
    laboratory.onCopy(
        machine -> {
          for (boolean deadly : new boolean[] {false, true}) {
            DeploymentId wanted = DeploymentId.parse(otherThanDefault(machine));
            int calls =
                strikeEverywhere(
                    machine,
                    deadly,
                    it -> new Switch(it).to(wanted),
                    (before, after) -> {
                      // Struck in the last commit, after the rename, the switch is there already.
                      if (!machine.succeeds("get-default").equals(wanted.toString())) {
                        stays(before, after);
                      }
                    });
            assertThat(calls).isGreaterThan(10);
            assertThat(machine.succeeds("get-default")).isEqualTo(wanted.toString());
          }
        });
  }

  private static String otherThanDefault(Installed machine) {
    String byDefault = machine.succeeds("get-default");
    return byDefault.equals(machine.first().toString())
        ? machine.second().toString()
        : machine.first().toString();
  }

  @Test
  void a_deletion_that_fails_or_is_killed_leaves_the_deployment_or_nothing() throws IOException {
    laboratory.onCopy(
        machine -> {
          for (boolean deadly : new boolean[] {false, true}) {
            DeploymentId work = machine.snapshotOf(machine.second());
            boolean[] gone = {false};
            strikeEverywhere(
                machine,
                deadly,
                it -> {
                  if (!gone[0]) {
                    new Deletion(it).deployment(work);
                  }
                },
                (before, after) -> {
                  machine.succeeds("recover");
                  gone[0] = !Files.exists(machine.root(work));
                  assertThat(machine.subvolumesOutsideTheStore())
                      .noneMatch(path -> gone[0] && path.contains(work.toString()));
                });
            assertThat(machine.root(work)).doesNotExist();
          }
        });
  }

  @Test
  void a_prune_that_is_killed_leaves_whole_deployments_and_can_be_done_again() throws IOException {
    laboratory.onCopy(
        machine -> {
          TinyImage.write(
              machine.root(machine.second()), "etc/container-snap.toml", "keep-days = 0\n");
          int calls =
              strikeEverywhere(
                  machine,
                  true,
                  it -> {
                    if (!machine.succeeds("list-snapshots").contains("-work")) {
                      machine.snapshotOf(machine.second());
                    }
                    new Pruning(it).run();
                  },
                  (before, after) -> assertThat(after.menu()).isEqualTo(before.menu()));
          assertThat(calls).isGreaterThan(15);
          assertThat(machine.succeeds("list-snapshots")).doesNotContain("-work");
        });
  }

  @Test
  void closing_and_pinning_that_fail_can_be_done_again() throws IOException {
    laboratory.onCopy(
        machine -> {
          DeploymentId work = machine.snapshotOf(machine.second());
          strikeEverywhere(machine, false, it -> new ReadOnlyState(it).close(work), (a, b) -> {});
          assertThat(machine.succeeds("get-readonly-state", work.toString())).isEqualTo("true");
          strikeEverywhere(machine, false, it -> new Pins(it).pin(work), (a, b) -> {});
          assertThat(machine.run("delete", "--id=" + work).error()).contains("is pinned");
          strikeEverywhere(machine, false, it -> new Pins(it).unpin(work), (a, b) -> {});
          machine.succeeds("delete", "--force", "--id=" + work);
        });
  }
}
