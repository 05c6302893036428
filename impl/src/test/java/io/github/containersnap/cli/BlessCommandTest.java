package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.RecordingPorts;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.health.HealthChecks;
import io.github.containersnap.image.RegistryAccess;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bless} with real health checks: what is blessed, what is kept, what status says. */
class BlessCommandTest {
  private static final DeploymentId OLD = DeploymentId.pristine(new ImageId("a".repeat(64)));
  private static final DeploymentId NEW = DeploymentId.pristine(new ImageId("b".repeat(64)));
  private static final ImageReference REFERENCE = new ImageReference("oci:/srv/os:1");

  @TempDir private Path directory;
  private RecordingPorts ports;
  private Path checks;

  private record Result(int status, String output, String error) {}

  @BeforeEach
  void new_is_on_trial_and_runs() {
    checks = directory.resolve("checks");
    ports = new RecordingPorts(directory.resolve("machine"));
    ports.addTheBlessingUnit();
    new Initialization(ports.machine(Progress.NONE)).run();
    update(OLD);
    boots(OLD, "boot-1");
    assertThat(bless().status()).isZero();
    update(NEW);
    boots(NEW, "boot-2");
    assertThat(standing()).isInstanceOf(TrialState.OnTrial.class);
  }

  private void update(DeploymentId id) {
    ports.offer(id.image());
    new Update(ports.machine(Progress.NONE)).run(REFERENCE);
  }

  private void boots(DeploymentId id, String bootId) {
    ports.boot(new BootedDeployment(id, Optional.empty(), Optional.of(bootId)));
  }

  private Result run(String... arguments) {
    MachineAccess access =
        new MachineAccess() {
          @Override
          public Machine open(Optional<Path> root, RegistryAccess registries, Progress progress) {
            return ports.machine(progress);
          }

          @Override
          public HealthChecks healthChecks() {
            return new HealthChecks(List.of(checks));
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

  private Result bless() {
    return run("bless");
  }

  private String status() {
    Result result = run("status");
    assertThat(result.status()).isZero();
    return result.output();
  }

  private String metrics() throws IOException {
    Path file = directory.resolve("os.prom");
    assertThat(run("status", "--prometheus", file.toString()).status()).isZero();
    return Files.readString(file);
  }

  private BootMenu menu() {
    return ports.menu().orElseThrow();
  }

  private TrialState standing() {
    return menu().byDefault().standing();
  }

  private void check(String name, String script) throws IOException {
    Path file = checks.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path record() {
    return ports.machine(Progress.NONE).layout().health();
  }

  @Test
  void a_failing_required_check_blesses_nothing_and_status_names_it() throws IOException {
    check("required.d/10-good", "exit 0");
    check("required.d/20-database", "echo connecting; echo 'no answer'; exit 3");

    Result result = bless();

    assertThat(result)
        .isEqualTo(
            new Result(
                2,
                "",
                """
                health check required.d/10-good
                health check required.d/20-database
                warning: health check required.d/20-database failed: exit status 3
                  | connecting
                  | no answer
                bbbbbbbbbbbb is not blessed: it does not pass required.d/20-database. Mend that, or mask the check.
                """));
    assertThat(standing()).isInstanceOf(TrialState.OnTrial.class);
    assertThat(menu().fallback().orElseThrow().standing()).isInstanceOf(TrialState.Blessed.class);
    assertThat(status())
        .contains(
            """

            health checks of bbbbbbbbbbbb that failed, in this boot:
              required.d/20-database: exit status 3
                | connecting
                | no answer

            next:
              bbbbbbbbbbbb is on trial, and is not blessed: a required health check failed.
                Mend that, then run `container-snap bless`.
            """);
    assertThat(run("status", "--json").output())
        .contains(
            """
              "health" : [ {
                "deployment" : "%s",
                "thisBoot" : true,
            """
                .formatted(NEW))
        .contains(
            """
                "failed" : [ {
                  "name" : "required.d/20-database",
                  "required" : true,
                  "what" : "exit status 3",
                  "output" : [ "connecting", "no answer" ]
                } ]
            """);
  }

  @Test
  void a_failing_wanted_check_is_reported_and_blessed() throws IOException {
    check("wanted.d/mail", "exit 1");

    Result result = bless();

    assertThat(result.status()).isZero();
    assertThat(result.error())
        .contains("warning: health check wanted.d/mail failed: exit status 1\n")
        .endsWith("Blessed. bbbbbbbbbbbb has come up and is on trial no more.\n");
    assertThat(standing()).isInstanceOf(TrialState.Blessed.class);
    assertThat(status()).contains("in this boot:\n  wanted.d/mail: exit status 1\n");
  }

  @Test
  void the_timeout_is_that_of_the_running_deployment() throws IOException {
    check("required.d/hangs", "echo waiting; sleep 600");
    Path etc = ports.machine(Progress.NONE).layout().deployment(NEW).resolve("etc");
    Files.writeString(
        etc.resolve("container-snap.toml"), "health-check-timeout = 1\nhealth-checks = 2\n");

    Result result = bless();

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.error())
        .contains(
            "warning: /etc/container-snap.toml, line 2: 'health-checks' is not a setting and is"
                + " ignored")
        .contains("required.d/hangs failed: timed out after 1 s\n  | waiting\n");
    assertThat(standing()).isInstanceOf(TrialState.OnTrial.class);
  }

  @Test
  void what_failed_in_an_earlier_boot_is_not_told_as_todays() throws IOException {
    check("required.d/database", "exit 3");
    bless();
    assertThat(metrics()).contains("container_snap_required_health_checks_failed 1\n");
    boots(NEW, "boot-3");

    assertThat(metrics()).contains("container_snap_required_health_checks_failed 0\n");
    assertThat(status())
        .doesNotContain("in this boot")
        .containsPattern("health checks of bbbbbbbbbbbb that failed, in its boot of \\d{4}-");
    assertThat(run("status", "--json").output()).contains("\"thisBoot\" : false");
  }

  @Test
  void the_fallback_still_names_what_failed_and_its_own_checks_only_report() throws IOException {
    check("required.d/database", "exit 3");
    bless();
    ports.boot(new BootedDeployment(OLD, Optional.of(NEW), Optional.of("boot-5")));

    Result result = bless();

    assertThat(result.status()).isZero();
    assertThat(result.error())
        .contains("bbbbbbbbbbbb did not come up. aaaaaaaaaaaa is the default");
    assertThat(menu().byDefault().deployment()).isEqualTo(OLD);
    assertThat(standing()).isInstanceOf(TrialState.Blessed.class);
    assertThat(menu().fallback().orElseThrow().standing()).isInstanceOf(TrialState.Failed.class);
    assertThat(status())
        .contains("health checks of bbbbbbbbbbbb that failed, in its boot of ")
        .contains("health checks of aaaaaaaaaaaa that failed, in this boot:");
  }

  @Test
  void a_good_boot_forgets_what_failed_before() throws IOException {
    check("required.d/database", "exit 3");
    bless();
    assertThat(record()).exists();
    check("required.d/database", "exit 0");
    boots(NEW, "boot-3");

    assertThat(bless().status()).isZero();

    assertThat(record()).doesNotExist();
    assertThat(standing()).isInstanceOf(TrialState.Blessed.class);
    assertThat(status()).doesNotContain("health checks");
  }

  @Test
  void a_blessed_system_stays_blessed_when_a_required_check_fails_later() throws IOException {
    assertThat(bless().status()).isZero();
    check("required.d/database", "exit 3");

    assertThat(bless().status()).isEqualTo(2);

    assertThat(standing()).isInstanceOf(TrialState.Blessed.class);
    assertThat(status()).contains("required.d/database: exit status 3");
  }

  @Test
  void what_is_recorded_of_a_deployment_that_is_gone_is_not_shown() throws IOException {
    check("wanted.d/mail", "exit 1");
    bless();
    Files.writeString(record(), Files.readString(record()).replace(NEW.toString(), "c".repeat(64)));

    assertThat(status()).doesNotContain("health checks");
  }

  @Test
  void a_damaged_record_is_a_warning_and_is_replaced() throws IOException {
    check("required.d/database", "exit 3");
    Files.writeString(record(), "{");

    assertThat(status()).contains("warning: which health checks failed cannot be read:");
    assertThat(bless().status()).isEqualTo(2);
    assertThat(status()).contains("required.d/database: exit status 3").doesNotContain("warning");
  }

  @Test
  void that_nothing_can_be_recorded_changes_no_verdict() throws IOException {
    check("required.d/database", "exit 3");
    ports.failAt("files.replaceDurably");

    Result result = bless();

    assertThat(result.status()).isEqualTo(2);
    assertThat(result.error())
        .contains("warning: which health checks failed could not be recorded: ");
    assertThat(standing()).isInstanceOf(TrialState.OnTrial.class);
  }

  @Test
  void a_record_is_bounded_however_many_checks_fail_and_whatever_they_print() throws IOException {
    for (int i = 0; i < 40; i++) {
      check(
          "required.d/" + "n".repeat(200) + i,
          "i=0; while [ $i -lt 40 ]; do printf '\\033%0120d\\\\\\n' 0; i=$((i+1)); done; exit 1");
    }
    assertThat(bless().status()).isEqualTo(2);

    assertThat(record()).exists();
    assertThat(Files.size(record())).isLessThan(256 * 1024);
    assertThat(status()).contains("in this boot:").doesNotContain("warning");
  }
}
