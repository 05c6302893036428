package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * {@code tukit --discard} keeps a transaction that changed only /etc. tukit itself is not here: a
 * traversal like its own watches the snapshot, and the packaged plugin is called at its stages.
 */
@ExtendWith(TestDisks.Shared.class)
class TukitDiscardTest {
  private static final Path PLUGIN =
      Path.of("../impl/src/main/packaging/tree/usr/lib/tukit/plugins/container-snap");

  private final TestDisks disks;

  TukitDiscardTest(TestDisks disks) {
    this.disks = disks;
  }

  /** A transaction with --discard: a snapshot, with the file that tukit leaves in its root. */
  private record Transaction(Path root, DeploymentId id, Path run) {
    static Transaction of(MachineOnDisk machine, Path run) throws IOException {
      DeploymentId id = machine.snapshotOf(machine.second());
      Transaction transaction = new Transaction(machine.root(id), id, run);
      Files.createDirectories(transaction.root().resolve("etc/app"));
      Files.writeString(transaction.root().resolve("etc/app/settings"), "before\n");
      Files.writeString(transaction.flag(), machine.second().toString());
      return transaction;
    }

    Path flag() {
      return root.resolve("discardIfNoChange");
    }

    /** Runs the plugin as tukit does, with a /run of the test's own. */
    void plugin(String stage, Object... arguments) {
      CommandOutput output =
          ExternalCommand.of("unshare", "--mount", "--propagation", "private", "sh", "-c")
              .with("mount --bind \"$1\" /run; shift; exec \"$@\"", "sh", run)
              .with(PLUGIN.toAbsolutePath().normalize(), stage)
              .with(arguments)
              .runAnyStatus();
      assertThat(output.exitCode()).as(output.standardError()).isZero();
    }

    void shell(String command) {
      ExternalCommand.of("sh", "-euc", "cd \"$1\"; " + command, "sh", root).run();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo after >etc/app/settings",
        "echo new >etc/new",
        "rm etc/app/settings",
        "chmod 600 etc/app/settings",
        "chown 7 etc/app/settings",
        "setfattr -n user.note -v 1 etc/app/settings",
        "mv etc/app/settings etc/app/other",
        "printf 'behind\\n' >etc/app/settings; touch -d 2001-01-01 etc/app/settings"
      })
  void a_change_in_etc_alone_is_kept(String change) throws IOException {
    Path run = disks.newDirectory();
    disks.onUpdated(
        machine -> {
          Transaction transaction = Transaction.of(machine, run);
          transaction.plugin("init-post", transaction.root(), transaction.id());
          try (TukitWatch watch = TukitWatch.of(transaction.root())) {
            transaction.shell(change);
            assertThat(watch.sawAChange()).as("tukit by itself").isFalse();
            transaction.plugin("finalize-pre", transaction.root(), transaction.id());
            assertThat(watch.sawAChange()).as("tukit with the plugin").isTrue();
            assertThat(transaction.flag()).doesNotExist();
          }
        });
  }

  @Test
  void a_transaction_that_changed_nothing_is_discarded() throws IOException {
    Path run = disks.newDirectory();
    disks.onUpdated(
        machine -> {
          Transaction transaction = Transaction.of(machine, run);
          transaction.plugin("init-post", transaction.root(), transaction.id());
          try (TukitWatch watch = TukitWatch.of(transaction.root())) {
            assertThat(watch.watched()).isGreaterThan(5);
            transaction.shell("cat etc/app/settings; find . -name settings");
            transaction.plugin("keep-pre", transaction.root(), transaction.id());
            transaction.plugin("finalize-pre", transaction.root(), transaction.id());
            assertThat(watch.sawAChange()).isFalse();
            assertThat(transaction.flag()).exists();
          }
          transaction.plugin("finalize-post", transaction.id(), "discarded");
          assertThat(run.resolve("container-snap/tukit")).isEmptyDirectory();
        });
  }

  @Test
  void a_transaction_that_was_open_over_a_reboot_is_kept() throws IOException {
    Path before = disks.newDirectory();
    Path after = disks.newDirectory();
    disks.onUpdated(
        machine -> {
          Transaction begun = Transaction.of(machine, before);
          begun.plugin("init-post", begun.root(), begun.id());
          Transaction resumed = new Transaction(begun.root(), begun.id(), after);
          resumed.plugin("finalize-pre", resumed.root(), resumed.id());
          assertThat(resumed.flag()).doesNotExist();
        });
  }
}
