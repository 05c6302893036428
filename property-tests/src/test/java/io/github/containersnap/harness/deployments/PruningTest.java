package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.Pruning;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(TestDisks.Shared.class)
class PruningTest {
  private final TestDisks disks;

  PruningTest(TestDisks disks) {
    this.disks = disks;
  }

  /** The machine so many days from now. */
  private static Machine in(MachineOnDisk machine, int days, List<String> notes) {
    InstantSource later = Clock.offset(Clock.systemUTC(), Duration.ofDays(days));
    return machine.machine(Optional.empty(), notes, ports -> ports.with(later));
  }

  private static List<String> pruned(MachineOnDisk machine, int days) {
    return new Pruning(in(machine, days, new ArrayList<>())).run();
  }

  private static void policy(MachineOnDisk machine, String text) throws IOException {
    Files.writeString(machine.root(machine.second()).resolve("etc/container-snap.toml"), text);
  }

  @Test
  void work_in_progress_outlives_an_update_for_a_week() throws IOException {
    disks.onUpdated(
        machine -> {
          DeploymentId open = machine.snapshotOf(machine.second());
          DeploymentId closed = machine.snapshotOf(machine.second());
          machine.close(closed);
          machine.succeeds("update", disks.third().reference());
          assertThat(machine.root(open)).exists();
          assertThat(machine.root(closed)).exists();
          assertThat(machine.root(machine.first())).as("made by an update").doesNotExist();
          machine.succeeds("rollback", machine.second().toString());
          assertThat(pruned(machine, 6)).isEmpty();
          assertThat(pruned(machine, 8))
              .containsExactlyInAnyOrder(
                  "pruned deployment " + open.shortForm(),
                  "pruned deployment " + closed.shortForm());
          assertThat(machine.root(open)).doesNotExist();
        });
  }

  @Test
  void the_policy_keeps_the_newest() throws IOException {
    disks.onUpdated(
        machine -> {
          List<DeploymentId> made = new ArrayList<>();
          for (int i = 0; i < 3; i++) {
            made.add(machine.snapshotOf(machine.second()));
            ExternalCommand.of("sleep", "1.1").run(); // creation times are in seconds
          }
          policy(machine, "keep = 1\nkeep-days = 0\n");
          assertThat(machine.succeeds("prune", "--dry-run").lines())
              .hasSize(2)
              .allMatch(line -> line.startsWith("would prune deployment "));
          assertThat(machine.root(made.getFirst())).as("only rehearsed").exists();
          assertThat(machine.succeeds("prune"))
              .isEqualTo(
                  "pruned deployment %s%npruned deployment %s"
                      .formatted(made.get(1).shortForm(), made.get(0).shortForm()));
          assertThat(machine.root(made.get(2))).exists();
        });
  }

  @Test
  void the_policy_keeps_for_days_what_updates_made_too() throws IOException {
    disks.onUpdated(
        machine -> {
          policy(machine, "keep-days = 30\n");
          machine.succeeds("update", disks.third().reference());
          assertThat(machine.root(machine.first())).exists();
          assertThat(pruned(machine, 29)).isEmpty();
          assertThat(pruned(machine, 31))
              .contains("pruned deployment " + machine.first().shortForm());
        });
  }

  @Test
  void what_is_pinned_is_never_pruned() throws IOException {
    disks.onUpdated(
        machine -> {
          machine.succeeds("pin", machine.first().toString());
          machine.succeeds("update", disks.third().reference());
          assertThat(pruned(machine, 10_000)).isEmpty();
          assertThat(machine.root(machine.first())).exists();
          assertThat(machine.succeeds("list-images")).contains(disks.first().id());
          machine.succeeds("unpin", machine.first().toString());
          assertThat(pruned(machine, 0))
              .containsExactly(
                  "pruned deployment " + machine.first().shortForm(),
                  "pruned image " + machine.first().image().shortForm());
        });
  }

  @Test
  void a_policy_that_cannot_be_followed_is_told_of_and_the_default_holds() throws IOException {
    disks.onUpdated(
        machine -> {
          machine.snapshotOf(machine.second());
          Path file = machine.root(machine.second()).resolve("etc/container-snap.toml");
          for (String text :
              new String[] {
                "keep = -1",
                "keep = \"all\"",
                "keep = 1e9",
                "keep = 99999999999999999999",
                "keeep = 1",
                "keep = [",
                "[keep]\nx = 1",
                "\0",
                "[".repeat(60_000),
                "x".repeat(70_000)
              }) {
            Files.writeString(file, text);
            warnsOnly(machine, text.substring(0, Math.min(20, text.length())));
          }
          Files.delete(file);
          Files.createSymbolicLink(file, Path.of("/etc/passwd"));
          warnsOnly(machine, "a link out of the deployment");
          Files.delete(file);
          ExternalCommand.of("mkfifo", file).run();
          warnsOnly(machine, "a pipe");
        });
  }

  private static void warnsOnly(MachineOnDisk machine, String what) {
    List<String> notes = new ArrayList<>();
    assertThat(new Pruning(in(machine, 0, notes)).rehearse()).as(what).isEmpty();
    assertThat(notes)
        .as(what)
        .singleElement()
        .asString()
        .startsWith("warning: /etc/container-snap.toml")
        .matches(".*(is ignored|the default holds).*")
        .doesNotContain("root:");
    assertThat(new Pruning(in(machine, 8, notes)).rehearse()).as(what).hasSize(1);
  }

  @Test
  void what_cannot_be_read_is_a_warning_for_every_reader_and_for_prune() throws IOException {
    disks.onUpdated(
        machine -> {
          Path stray =
              Files.createDirectory(
                  machine.layout().deployments().resolve("f".repeat(64) + "-work7"));
          Files.createDirectory(machine.layout().deployments().resolve(".discard-strange"));
          Files.createDirectory(machine.layout().deployments().resolve("no id"));
          Files.writeString(machine.layout().pins().resolve("no id"), "");
          DeploymentId blank = machine.snapshotOf(machine.second());
          Files.delete(
              machine.root(blank).resolve("usr/lib/container-snap-deployment/deployment.json"));
          CommandLineRun list = machine.run("list-snapshots");
          assertThat(list.exit()).isZero();
          assertThat(list.out()).doesNotContain("-work7").contains(blank + ",false");
          assertThat(list.error())
              .isEqualTo(
                  "warning: %s cannot be read: it is no subvolume%n"
                      .formatted(stray.getFileName()));
          assertThat(machine.succeeds("status").replaceAll("\n +", " "))
              .contains("warning: " + stray.getFileName() + " cannot be read: it is no subvolume")
              .contains(blank.shortForm() + "  writable");
          assertThat(machine.succeeds("status", "--json"))
              .contains("\"warnings\" : [ \"" + stray.getFileName());
          CommandLineRun prune = machine.run("prune");
          assertThat(prune.exit()).isZero();
          assertThat(prune.error())
              .contains("ffffffffffff-work7 is left alone: it is no subvolume");
          assertThat(machine.run("update", disks.third().reference()).exit()).isZero();
          assertThat(stray).exists();
          machine.succeeds("delete", "--id=" + stray.getFileName());
          assertThat(stray).doesNotExist();
        });
  }

  @Test
  void an_update_prunes_as_before_where_nobody_said_otherwise() throws IOException {
    disks.onUpdated(
        machine -> {
          List<String> notes = new ArrayList<>();
          new Update(in(machine, 0, notes)).run(new ImageReference(disks.third().reference()));
          assertThat(notes)
              .containsExactly(
                  "pruned deployment " + machine.first().shortForm(),
                  "pruned image " + machine.first().image().shortForm());
        });
  }
}
