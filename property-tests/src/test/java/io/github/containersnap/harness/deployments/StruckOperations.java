package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.Deletion;
import io.github.containersnap.engine.Discard;
import io.github.containersnap.engine.EtcRestoration;
import io.github.containersnap.engine.Finalization;
import io.github.containersnap.engine.KernelArgumentChange;
import io.github.containersnap.engine.Pinning;
import io.github.containersnap.engine.Pruning;
import io.github.containersnap.engine.ReadOnlyState;
import io.github.containersnap.engine.Snapshot;
import io.github.containersnap.engine.SourceChange;
import io.github.containersnap.engine.Switch;
import io.github.containersnap.engine.arguments.KernelArgumentEdit;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.Pins;
import io.github.containersnap.engine.health.CheckFolder;
import io.github.containersnap.engine.health.FailedCheck;
import io.github.containersnap.engine.health.HealthRecord;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.harness.testkit.FailingPorts;
import io.github.containersnap.harness.testkit.FailingPorts.Manner;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Each operation, struck at calls to a port that it makes, each time at one. One that fails has
 * changed nothing (P13); one that is killed has changed nothing or everything, after a recovery;
 * one that succeeds in spite of the strike has done all it says.
 */
@ExtendWith(TestDisks.Shared.class)
abstract class StruckOperations {
  /** More calls than any operation makes. */
  private static final int TOO_MANY = 500;

  private final TestDisks disks;
  private final int step;

  /** Strikes at every {@code step}th call, and at every commit. */
  StruckOperations(TestDisks disks, int step) {
    this.disks = disks;
    this.step = step;
  }

  /** All of a system that an operation may change. */
  private record State(
      String snapshots,
      String menu,
      SortedSet<String> subvolumes,
      SortedMap<String, TreeManifest> etc,
      String pins,
      String source) {
    static State of(MachineOnDisk machine) {
      try {
        return new State(
            machine.succeeds("list-snapshots"),
            Files.readString(machine.layout().bootMenu()),
            machine.subvolumesOutsideTheStore(),
            etc(machine),
            new Pins(machine.running(machine.first())).all().toString(),
            machine.succeeds("source"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static SortedMap<String, TreeManifest> etc(MachineOnDisk machine) {
      SortedMap<String, TreeManifest> all = new TreeMap<>();
      for (DeploymentId id : machine.running(machine.first()).deployments().all()) {
        all.put(id.toString(), TreeScan.of(machine.root(id).resolve("etc")));
      }
      return all;
    }
  }

  /** An operation and what is expected of it. */
  private final class Operation {
    private final Consumer<Machine> work;
    private Optional<DeploymentId> running = Optional.empty();
    private Runnable preparation = () -> {};
    private BiConsumer<State, State> whenKilled = (before, after) -> {};
    private Runnable whenDone = () -> {};

    Operation(Consumer<Machine> work) {
      this.work = work;
    }

    /** On a machine that runs this. */
    Operation whileRunning(DeploymentId id) {
      running = Optional.of(id);
      return this;
    }

    /** What is done before each strike. */
    Operation after(Runnable other) {
      preparation = other;
      return this;
    }

    /** Judges the state before and the state after a kill and a recovery. */
    Operation whenKilled(BiConsumer<State, State> judge) {
      whenKilled = judge;
      return this;
    }

    /** What is there once it reports success. */
    Operation whenDone(Runnable judge) {
      whenDone = judge;
      return this;
    }

    /**
     * Strikes at one call after the other, until the operation makes fewer.
     *
     * @return how many calls it makes, rounded up to the next one that would be struck
     */
    int struck(MachineOnDisk machine, Manner manner) {
      int next = manner == Manner.FAILS_AT_ITS_SYNC ? 1 : step;
      Podman podman = new Podman(machine.disks().runtimeDirectory(), true);
      for (int at = 0; at < TOO_MANY; at += next) {
        preparation.run();
        FailingPorts ports = FailingPorts.at(at, manner);
        State before = State.of(machine);
        try {
          work.accept(
              new Machine(
                  ports.of(machine.layout(), podman),
                  machine.layout(),
                  running.map(BootedDeployment::of),
                  Progress.NONE));
          whenDone.run();
          if (ports.struck().isEmpty()) {
            return at;
          }
          machine.succeeds("recover"); // of what it could not clear up
        } catch (FailingPorts.Killed expected) {
          machine.succeeds("recover");
          whenKilled.accept(before, State.of(machine));
        } catch (RuntimeException expected) {
          assertThat(ports.struck()).as(String.valueOf(expected.getMessage())).isNotEmpty();
          assertThat(State.of(machine))
              .as("call %d, %s, made it report a failure", at, ports.struck())
              .isEqualTo(before);
        }
      }
      return fail("the operation does not end");
    }
  }

  private static void stays(State before, State after) {
    assertThat(after).isEqualTo(before);
  }

  @ParameterizedTest
  @EnumSource
  void a_snapshot_that_fails_or_is_killed_leaves_the_old_state(Manner manner) throws IOException {
    disks.onUpdated(
        machine -> {
          Deque<DeploymentId> made = new ArrayDeque<>();
          int calls =
              new Operation(it -> made.add(new Snapshot(it).of(machine.second())))
                  .after(
                      () -> {
                        // It may succeed in spite of a strike; the next begins like the first.
                        if (!made.isEmpty()) {
                          machine.succeeds("delete", "--id=" + made.remove());
                        }
                      })
                  .whenDone(
                      () ->
                          assertThat(
                                  machine.succeeds("get-readonly-state", made.element().toString()))
                              .isEqualTo("false"))
                  .whenKilled(StruckOperations::stays)
                  .struck(machine, manner);
          assertThat(calls).isGreaterThan(manner == Manner.FAILS_AT_ITS_SYNC ? 3 : 15);
        });
  }

  @ParameterizedTest
  @EnumSource
  void a_switch_that_fails_leaves_the_old_menu_and_a_kill_that_or_the_new(Manner manner)
      throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId wanted = machine.first();
          int calls =
              new Operation(it -> new Switch(it).to(wanted))
                  .after(() -> machine.succeeds("switch", machine.second().toString()))
                  .whenDone(
                      () ->
                          assertThat(machine.succeeds("get-default")).isEqualTo(wanted.toString()))
                  .whenKilled(
                      (before, after) -> {
                        // Killed in the last commit, after the rename, it is there already.
                        if (!machine.succeeds("get-default").equals(wanted.toString())) {
                          stays(before, after);
                        }
                      })
                  .struck(machine, manner);
          assertThat(calls).isGreaterThan(manner == Manner.FAILS_AT_ITS_SYNC ? 1 : 10);
        });
  }

  @ParameterizedTest
  @EnumSource
  void a_deletion_that_fails_leaves_the_deployment_and_a_kill_that_or_nothing(Manner manner)
      throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId[] work = {machine.snapshotOf(machine.second())};
          new Operation(it -> new Deletion(it).deployment(work[0]))
              .after(
                  () -> {
                    if (!Files.exists(machine.root(work[0]))) {
                      work[0] = machine.snapshotOf(machine.second());
                    }
                  })
              .whenDone(() -> assertThat(machine.root(work[0])).doesNotExist())
              .whenKilled(
                  (before, after) -> {
                    if (Files.exists(machine.root(work[0]))) {
                      stays(before, after);
                    } else {
                      assertThat(after.subvolumes())
                          .noneMatch(path -> path.contains(work[0].toString()));
                    }
                  })
              .struck(machine, manner);
        });
  }

  @ParameterizedTest
  @EnumSource
  void a_prune_that_fails_leaves_all_and_one_that_is_killed_whole_deployments(Manner manner)
      throws IOException {
    disks.onUpdated(
        machine -> {
          new TestTree(machine.root(machine.second()))
              .write("etc/container-snap.toml", "keep-days = 0\n");
          int calls =
              new Operation(it -> new Pruning(it).run())
                  .after(
                      () -> {
                        if (!machine.succeeds("list-snapshots").contains("-work")) {
                          machine.snapshotOf(machine.second());
                        }
                      })
                  .whenKilled((before, after) -> assertThat(after.menu()).isEqualTo(before.menu()))
                  .struck(machine, manner);
          assertThat(calls).isGreaterThan(manner == Manner.FAILS_AT_ITS_SYNC ? 1 : 15);
          assertThat(machine.succeeds("list-snapshots")).doesNotContain("-work");
        });
  }

  @ParameterizedTest
  @EnumSource
  void changes_in_etc_are_carried_over_or_not_at_all(Manner manner) throws IOException {
    disks.onUpdated(
        machine -> {
          int[] changes = {0};
          int calls =
              new Operation(it -> new Finalization(it).run())
                  .whileRunning(machine.first())
                  .after(() -> write(machine, machine.first(), "changed " + ++changes[0]))
                  .whenDone(
                      () ->
                          assertThat(machine.root(machine.second()).resolve("etc/changed"))
                              .hasContent("changed " + changes[0]))
                  .whenKilled(
                      (before, after) -> {
                        assertThat(after.snapshots()).isEqualTo(before.snapshots());
                        assertThat(after.subvolumes()).isEqualTo(before.subvolumes());
                      })
                  .struck(machine, manner);
          assertThat(calls).isGreaterThan(manner == Manner.FAILS_AT_ITS_SYNC ? 4 : 30);
        });
  }

  private static void write(MachineOnDisk machine, DeploymentId id, String text) {
    try {
      new TestTree(machine.root(id)).write("etc/changed", text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"FAILS", "FAILS_AT_ITS_SYNC"})
  void closing_and_pinning_that_fail_change_nothing_and_can_be_done_again(Manner manner)
      throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId work = machine.snapshotOf(machine.second());
          String id = work.toString();
          new Operation(it -> new ReadOnlyState(it).close(work))
              .after(() -> machine.succeeds("set-readonly-state", "--no-readonly", id))
              .whenDone(
                  () -> assertThat(machine.succeeds("get-readonly-state", id)).isEqualTo("true"))
              .struck(machine, manner);
          new Operation(it -> new ReadOnlyState(it).open(work))
              .after(() -> machine.succeeds("set-readonly-state", "--readonly", id))
              .whenDone(
                  () -> assertThat(machine.succeeds("get-readonly-state", id)).isEqualTo("false"))
              .struck(machine, manner);
          new Operation(it -> new Pinning(it).pin(work))
              .after(() -> machine.succeeds("unpin", id))
              .whenDone(
                  () -> assertThat(machine.run("delete", "--id=" + id).error()).contains("pinned"))
              .struck(machine, manner);
          new Operation(it -> new Pinning(it).unpin(work))
              .after(() -> machine.succeeds("pin", id))
              .struck(machine, manner);
          machine.succeeds("delete", "--force", "--id=" + id);
        });
  }

  @ParameterizedTest
  @EnumSource
  void a_discard_that_fails_or_is_killed_leaves_the_update_pending_or_taken_back(Manner manner)
      throws IOException {
    disks.onUpdated(
        machine -> {
          String first = machine.first().toString();
          new Operation(it -> new Discard(it).run())
              .whileRunning(machine.first())
              .after(() -> machine.succeeds("update", disks.second().reference()))
              .whenKilled(
                  (before, after) -> {
                    if (!machine.succeeds("get-default").equals(first)) {
                      stays(before, after);
                    }
                  })
              .whenDone(() -> assertThat(machine.succeeds("get-default")).isEqualTo(first))
              .struck(machine, manner);
        });
  }

  /** The menu and the arguments in /etc agree, old or new, whatever strikes. */
  @ParameterizedTest
  @EnumSource
  void kernel_arguments_that_are_changed_are_the_old_or_the_new_in_the_menu_and_in_etc(
      Manner manner) throws IOException {
    disks.onUpdated(
        machine -> {
          KernelArgumentEdit edit = new KernelArgumentEdit(List.of(), List.of(), List.of("a=1"));
          new Operation(it -> new KernelArgumentChange(it).to(edit))
              .whileRunning(machine.second())
              .after(
                  () -> {
                    machine.succeeds("switch", machine.first().toString());
                    machine.succeeds("switch", machine.second().toString());
                    removeSnapshots(machine);
                  })
              .whenKilled(
                  (before, after) -> {
                    if (machine.succeeds("get-default").equals(machine.second().toString())) {
                      stays(before, after);
                    } else {
                      assertThat(argumentsOf(machine)).contains("a=1");
                    }
                  })
              .whenDone(() -> assertThat(argumentsOf(machine)).contains("a=1"))
              .struck(machine, manner);
        });
  }

  @ParameterizedTest
  @EnumSource
  void a_file_of_etc_that_is_restored_is_the_old_or_the_images(Manner manner) throws IOException {
    disks.onUpdated(
        machine -> {
          Path file = machine.root(machine.second()).resolve("etc/hostname");
          int calls =
              new Operation(it -> new EtcRestoration(it).of("/etc/hostname", false))
                  .whileRunning(machine.second())
                  .after(() -> writeIn(file, "mine\n"))
                  .whenDone(() -> assertThat(file).hasContent("tiny"))
                  .whenKilled(
                      (before, after) -> {
                        if (!after.equals(before)) {
                          assertThat(machine.succeeds("etc-diff")).isEmpty();
                        }
                        assertThat(MountedSystem.strays(machine.top(), Set.of())).isEmpty();
                      })
                  .struck(machine, manner);
          assertThat(calls).isGreaterThan(manner == Manner.FAILS_AT_ITS_SYNC ? 3 : 10);
        });
  }

  private static void writeIn(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> argumentsOf(MachineOnDisk machine) {
    Machine running = machine.running(machine.second());
    BootEntry next = running.ports().bootloader().menu().orElseThrow().byDefault();
    assertThat(running.deployments().kernelArguments(next.deployment()).arguments())
        .isEqualTo(next.arguments());
    return next.arguments();
  }

  private static void removeSnapshots(MachineOnDisk machine) {
    for (DeploymentId id : machine.running(machine.second()).deployments().all()) {
      if (id.work() > 0) {
        machine.succeeds("delete", "--force", "--id=" + id);
      }
    }
  }

  @Tag("exhaustive") // a small change, as a pin is
  @ParameterizedTest
  @EnumSource
  void a_source_that_is_not_set_changes_nothing(Manner manner) throws IOException {
    disks.onUpdated(
        machine -> {
          String origin = machine.succeeds("source");
          String one = "docker://registry.example/os:one";
          String other = "docker://registry.example/os:other";
          new Operation(it -> new SourceChange(it).to(new ImageReference(other)))
              .after(() -> machine.succeeds("source", one))
              .whenKilled((before, after) -> assertThat(after.source()).isIn(one, other))
              .whenDone(() -> assertThat(machine.succeeds("source")).isEqualTo(other))
              .struck(machine, manner);
          new Operation(it -> new SourceChange(it).reset())
              .after(() -> machine.succeeds("source", one))
              .whenKilled((before, after) -> assertThat(after.source()).isIn(one, origin))
              .whenDone(() -> assertThat(machine.succeeds("source")).isEqualTo(origin))
              .struck(machine, manner);
        });
  }

  @ParameterizedTest
  @EnumSource
  void a_failing_required_check_never_blesses_and_its_record_is_whole_or_not_there(Manner manner)
      throws IOException {
    disks.onUpdated(
        machine -> {
          FailedCheck check = CheckFolder.REQUIRED.failed("database", "exit status 3", List.of());
          HealthRecord record = new HealthRecord(new LinuxFiles(), machine.layout());
          int calls =
              new Operation(
                      it ->
                          assertThat(new Blessing(it).run(List.of(check)))
                              .isEqualTo(
                                  new Blessing.BlessingResult.Unhealthy(
                                      machine.second(), List.of(check))))
                  .whileRunning(machine.second())
                  .after(() -> forget(machine))
                  .whenDone(
                      () -> assertThat(machine.succeeds("status")).doesNotContain("; blessed)"))
                  .whenKilled(
                      (before, after) -> {
                        stays(before, after);
                        assertThat(record.read())
                            .allSatisfy(it -> assertThat(it.failed()).containsExactly(check));
                      })
                  .struck(machine, manner);
          assertThat(calls).isGreaterThan(manner == Manner.FAILS_AT_ITS_SYNC ? 0 : 4);
          assertThat(record.read()).hasSize(1);
          assertThat(machine.succeeds("status"))
              .contains("required.d/database: exit status 3")
              .doesNotContain("; blessed)");

          new Blessing(machine.running(machine.second())).run(List.of());

          assertThat(machine.succeeds("status"))
              .contains("; blessed)")
              .doesNotContain("required.d/database");
        });
  }

  private static void forget(MachineOnDisk machine) {
    try {
      Files.deleteIfExists(machine.layout().health());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
