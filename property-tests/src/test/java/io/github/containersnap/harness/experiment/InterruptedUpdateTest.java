package io.github.containersnap.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.testkit.FailingPorts;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An update of which one port call fails, at every call; and one that is struck down there, so that
 * it cannot undo anything either. What follows is always a settled machine, of which the same
 * update makes the same system.
 */
@ExtendWith({TestDisks.Shared.class, UndisturbedUpdate.Shared.class})
class InterruptedUpdateTest {
  /** The call that makes the new system the default: the last of its name. */
  private static final String COMMIT_POINT = "SystemFiles.renameOver";

  private static final int AROUND_THE_COMMIT_POINT = 2;

  private static final Set<String> READS =
      Set.of(
          "Bootloader.menu",
          "Btrfs.isReadOnly",
          "Btrfs.isSubvolume",
          "Btrfs.space",
          "ImageStore.list",
          "ImageStore.missing",
          "ImageStore.prove",
          "ImageStore.resolve",
          "SystemFiles.exists",
          "SystemFiles.names",
          "SystemFiles.read",
          "SystemFiles.scan");

  private final TestDisks disks;
  private final UndisturbedUpdate undisturbed;

  InterruptedUpdateTest(TestDisks disks, UndisturbedUpdate undisturbed) {
    this.disks = disks;
    this.undisturbed = undisturbed;
  }

  @Test
  void a_failure_at_some_calls_is_settled_and_the_next_update_is_whole() throws IOException {
    requireFailuresSettled(some());
  }

  @Test
  @Tag("exhaustive")
  void a_failure_at_any_call_is_settled_and_the_next_update_is_whole() throws IOException {
    requireFailuresSettled(_ -> true);
  }

  @Test
  void an_update_that_dies_at_some_calls_is_settled_by_recovery_and_the_next_update_is_whole()
      throws IOException {
    requireDeathsSettled(some());
  }

  @Test
  @Tag("exhaustive")
  void an_update_that_dies_at_any_call_is_settled_by_recovery_and_the_next_update_is_whole()
      throws IOException {
    requireDeathsSettled(_ -> true);
  }

  /** All around the commit point, and of the others every sixteenth. */
  private IntPredicate some() throws IOException {
    int commitPoint = undisturbed.calls().lastIndexOf(COMMIT_POINT);
    return at -> at % 16 == 0 || Math.abs(at - commitPoint) <= AROUND_THE_COMMIT_POINT;
  }

  private void requireFailuresSettled(IntPredicate wanted) throws IOException {
    List<String> calls = undisturbed.calls();
    for (int at = 0; at < calls.size(); at++) {
      int number = at;
      if (wanted.test(at)) {
        requireSettled(at, call -> call == number, 1);
      }
    }
  }

  /** Deaths between which nothing but reads was done leave the same disk; one of them is tried. */
  private void requireDeathsSettled(IntPredicate wanted) throws IOException {
    List<String> calls = undisturbed.calls();
    for (int at = 0; at <= calls.size(); at++) {
      if ((at == 0 || !isRead(calls.get(at - 1))) && wanted.test(at)) {
        int number = at;
        requireSettled(at, call -> call >= number, 0);
      }
    }
  }

  private static boolean isRead(String call) {
    return READS.contains(call.replace(FailingPorts.OF_THE_RECORDS, ""));
  }

  /**
   * Requires that a failing call is settled.
   *
   * @param takenBack how many calls after the commit point the update takes it back if they fail:
   *     its commit, unless the process has died
   */
  private void requireSettled(int at, IntPredicate fails, int takenBack) throws IOException {
    String where =
        "a failure at call %d of %d, after %s"
            .formatted(
                at,
                undisturbed.calls().size(),
                at == 0 ? "nothing" : undisturbed.calls().get(at - 1));
    disks.onInstalled(
        machine -> {
          FailingPorts ports = FailingPorts.where(fails);
          CommandLineRun result =
              CommandLineRun.onRoot(
                  machine.top(),
                  ports.access(disks.podman()),
                  "update",
                  disks.second().reference());
          // What an earlier proof noted is a cache: without it the update goes on, only slower.
          // What else an update goes on without, it says.
          boolean survived =
              result.exit() == 0
                  && (ports.struck().endsWith(FailingPorts.OF_THE_RECORDS)
                      || result.error().contains("injected"));
          boolean committed =
              survived || at > undisturbed.calls().lastIndexOf(COMMIT_POINT) + takenBack;
          String expected = (committed ? disks.second() : disks.first()).id();
          assertThat(machine.byDefault()).as("the default after " + where).isEqualTo(expected);
          if (!committed) {
            assertThat(result.exit()).as(where).isEqualTo(1);
            assertThat(result.error()).as(where).contains("injected");
          }
          assertThat(machine.run("recover").exit()).as("recovery after " + where).isZero();
          assertThat(machine.run("recover"))
              .as("a second recovery after " + where)
              .isEqualTo(new CommandLineRun(0, "", ""));
          assertThat(undisturbed.subvolumes())
              .as("subvolumes after recovery from " + where)
              .containsAll(MountedSystem.subvolumes(machine.top()));
          machine.succeeds("update", disks.second().reference());
          assertThat(machine.byDefault()).as(where).isEqualTo(disks.second().id());
          assertThat(UndisturbedUpdate.tree(machine, disks.second()))
              .as(where)
              .isEqualTo(undisturbed.tree());
          assertThat(MountedSystem.subvolumes(machine.top()))
              .as(where)
              .isEqualTo(undisturbed.subvolumes());
        });
  }
}
