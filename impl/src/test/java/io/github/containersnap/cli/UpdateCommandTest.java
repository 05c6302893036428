package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.LastUpdate;
import io.github.containersnap.engine.RecordingPorts;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.health.UpdateHooks;
import io.github.containersnap.image.RegistryAccess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What stands around an update: hooks, the restart, the note of how it ended, the timer's rules.
 */
class UpdateCommandTest {
  private static final String REFERENCE = "docker://registry.example/os:stable";
  private static final DeploymentId OLD = DeploymentId.parse("1".repeat(64));
  private static final DeploymentId NEW = DeploymentId.parse("2".repeat(64));

  @TempDir private Path directory;

  @SuppressWarnings("NullAway.Init") // in the first method
  private RecordingPorts ports;

  @SuppressWarnings("NullAway.Init") // in the first method
  private Path hooks;

  private final List<String> restarts = new ArrayList<>();
  private boolean inhibited;
  private boolean refused;

  private record Result(int status, String output, String error) {}

  @BeforeEach
  void a_machine_that_runs_its_first_deployment() throws IOException {
    ports = new RecordingPorts(Files.createDirectory(directory.resolve("machine")));
    hooks = directory.resolve("hooks.d");
    new Initialization(ports.machine(Progress.NONE)).run();
    ports.offer(OLD.image());
    assertThat(run("update", REFERENCE).status()).isZero();
    ports.boot(BootedDeployment.of(OLD));
    ports.offer(new ImageId("2".repeat(64)));
    restarts.clear();
  }

  private Result run(String... arguments) {
    MachineAccess access =
        new MachineAccess() {
          @Override
          public Machine open(Optional<Path> root, RegistryAccess registries, Progress progress) {
            return ports.machine(progress);
          }

          @Override
          public UpdateHooks updateHooks() {
            return new UpdateHooks(List.of(hooks));
          }

          @Override
          public void restart(String message) {
            restarts.add(message);
            refused = inhibited;
            if (inhibited) {
              throw new LockedException(directory, "a backup");
            }
          }

          @Override
          public boolean restartWasRefused() {
            return refused;
          }
        };
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    int status =
        ContainerSnap.commandLine(access)
            .setOut(new PrintWriter(output, true))
            .setErr(new PrintWriter(error, true))
            .execute(arguments);
    return new Result(status, output.toString(), error.toString());
  }

  private void hook(String name, String script) throws IOException {
    Path file = hooks.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void settings(String text) throws IOException {
    Machine machine = ports.machine(Progress.NONE);
    Files.writeString(machine.deployments().root(OLD).etc().resolve("container-snap.toml"), text);
  }

  private String byDefault() {
    return ports.menu().orElseThrow().byDefault().deployment().toString();
  }

  private LastUpdate.Ended last() {
    return new LastUpdate(ports.machine(Progress.NONE)).read().orElseThrow();
  }

  @Test
  void hooks_run_before_and_after_and_know_what_it_is_about() throws IOException {
    Path heard = directory.resolve("heard");
    hook("before-update.d/10", "echo before $CONTAINER_SNAP_REFERENCE >>" + heard);
    hook(
        "after-update.d/10",
        "echo after $CONTAINER_SNAP_REFERENCE $CONTAINER_SNAP_DEPLOYMENT >>" + heard);

    assertThat(run("update", REFERENCE).status()).isZero();

    assertThat(heard).hasContent("before %s\nafter %s %s".formatted(REFERENCE, REFERENCE, NEW));
    assertThat(last().result()).isEqualTo(LastUpdate.Result.UPDATED);
    assertThat(last().deployment()).isEqualTo(NEW.toString());

    assertThat(run("update", REFERENCE).status()).isZero();
    assertThat(last().result()).isEqualTo(LastUpdate.Result.UNCHANGED);
    assertThat(heard).as("nothing was deployed").content().containsOnlyOnce("after");
  }

  @Test
  void a_hook_before_that_fails_stops_it_before_anything_is_changed() throws IOException {
    hook("before-update.d/10", "echo no backup; exit 4");
    hook("before-update.d/20", "touch " + directory.resolve("never"));
    ports.takeCalls();

    Result result = run("update", "--apply", REFERENCE);

    assertThat(result.status()).isEqualTo(1);
    assertThat(result.error())
        .contains("| no backup", "The hook before-update.d/10 failed: exit status 4.");
    assertThat(byDefault()).isEqualTo(OLD.toString());
    assertThat(directory.resolve("never")).doesNotExist();
    assertThat(restarts).isEmpty();
    assertThat(ports.takeCalls()).as("only the note of it").noneMatch(it -> it.contains("journal"));
    assertThat(last().result()).isEqualTo(LastUpdate.Result.FAILED);
    assertThat(last().message()).contains("before-update.d/10");
    assertThat(run("status").output()).contains("FAILED: The hook before-update.d/10");
  }

  @Test
  void a_hook_that_others_could_change_is_not_run() throws IOException {
    hook("before-update.d/10", "touch " + directory.resolve("never"));
    Files.setPosixFilePermissions(
        hooks.resolve("before-update.d/10"), PosixFilePermissions.fromString("rwxrwxrwx"));

    assertThat(run("update", REFERENCE).status()).isEqualTo(1);
    assertThat(directory.resolve("never")).doesNotExist();
  }

  @Test
  void a_hook_after_that_fails_is_a_warning() throws IOException {
    hook("after-update.d/10", "exit 1");

    Result result = run("update", "--apply", REFERENCE);

    assertThat(result.status()).isZero();
    assertThat(result.error()).contains("warning: the hook after-update.d/10 failed");
    assertThat(restarts).hasSize(1);
  }

  @Test
  void apply_restarts_into_what_does_not_run_yet() {
    assertThat(run("update", "--apply", REFERENCE).status()).isZero();
    assertThat(restarts)
        .containsExactly("container-snap: the system restarts into its update, " + NEW.shortForm());

    assertThat(run("update", "--apply", REFERENCE).status()).isZero();
    assertThat(restarts).as("it is deployed, and still does not run").hasSize(2);

    ports.boot(BootedDeployment.of(NEW));
    assertThat(run("update", "--apply", REFERENCE).status()).isZero();
    assertThat(restarts).as("it runs").hasSize(2);
  }

  @Test
  void apply_goes_with_an_update_of_the_running_system() {
    for (String other : new String[] {"--check", "--dry-run", "--download-only", "--root=/mnt"}) {
      assertThat(run("update", "--apply", other, REFERENCE).status()).as(other).isEqualTo(2);
    }
    assertThat(run("update", "--unattended", "--root=/mnt").status()).isEqualTo(2);
    assertThat(restarts).isEmpty();
  }

  @Test
  void an_unattended_update_waits_a_day_and_then_restarts_if_that_is_set() throws IOException {
    settings("update-apply = true\n");
    Result waits = run("update", "--unattended", REFERENCE);
    assertThat(waits.status()).isZero();
    assertThat(waits.error()).contains("No unattended update now: the last update ended");
    assertThat(byDefault()).isEqualTo(OLD.toString());

    Files.delete(ports.machine(Progress.NONE).layout().lastUpdate());
    assertThat(run("update", "--unattended", REFERENCE).status()).isZero();
    assertThat(byDefault()).isEqualTo(NEW.toString());
    assertThat(restarts).hasSize(1);
  }

  @Test
  void an_unattended_restart_that_was_refused_is_tried_again() throws IOException {
    settings("update-apply = true\n");
    Files.delete(ports.machine(Progress.NONE).layout().lastUpdate());
    inhibited = true;
    assertThat(run("update", "--unattended", REFERENCE).status()).isNotZero();
    assertThat(byDefault()).isEqualTo(NEW.toString());

    inhibited = false;
    assertThat(run("update", "--unattended", REFERENCE).status()).isZero();
    assertThat(restarts).hasSize(2);

    assertThat(run("update", "--unattended", REFERENCE).status()).isZero();
    assertThat(restarts).as("it was not refused again").hasSize(2);
  }

  @Test
  void a_restart_that_was_refused_is_not_tried_again_once_the_update_is_discarded()
      throws IOException {
    settings("update-apply = true\n");
    refused = true;

    assertThat(run("update", "--unattended", REFERENCE).status()).isZero();

    assertThat(restarts).as("what runs boots next").isEmpty();
  }

  @Test
  void a_window_that_cannot_be_read_is_a_failure_of_the_unit() throws IOException {
    settings("update-days = \"Sonntag\"\n");

    Result result = run("update", "--unattended", REFERENCE);

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.error()).contains("update-days and update-hours are not a window");
    assertThat(byDefault()).isEqualTo(OLD.toString());
  }
}
