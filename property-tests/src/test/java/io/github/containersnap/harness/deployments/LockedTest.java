package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.FileLock;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import java.util.SortedSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDisks.Shared.class)
class LockedTest {
  private final TestDisks disks;

  LockedTest(TestDisks disks) {
    this.disks = disks;
  }

  @Test
  void while_one_is_at_work_others_are_told_and_readers_are_not_held_up() throws IOException {
    disks.onUpdated(
        machine -> {
          String work = machine.snapshotOf(machine.second()).toString();
          DeploymentId base = machine.second();
          SortedSet<String> before = machine.subvolumesOutsideTheStore();
          try (SystemLock.Held held = new FileLock(machine.layout().lock()).acquire()) {
            for (String[] verb :
                new String[][] {
                  {"create-snapshot", base.toString()},
                  {"set-readonly-state", "--readonly", work},
                  {"set-readonly-state", "--no-readonly", work},
                  {"switch", machine.first().toString()},
                  {"rollback"},
                  {"delete", "--id=" + work},
                  {"delete", "--url=" + base.image()},
                  {"pin", work},
                  {"unpin", work},
                  {"prune"},
                  {"recover"}
                }) {
              CommandLineRun result = machine.run(verb);
              assertThat(result.exit()).as(String.join(" ", verb)).isEqualTo(75);
              assertThat(result.out()).isEmpty();
              assertThat(result.error()).contains("Another container-snap is at work");
            }
            machine.succeeds("status");
            machine.succeeds("list-snapshots");
            machine.succeeds("prune", "--dry-run");
          }
          assertThat(machine.subvolumesOutsideTheStore()).isEqualTo(before);
          assertThat(machine.succeeds("get-default")).isEqualTo(base.toString());
        });
  }
}
