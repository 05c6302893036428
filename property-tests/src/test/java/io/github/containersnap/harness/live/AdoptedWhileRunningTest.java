package io.github.containersnap.harness.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.loopback.disk.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * A host that runs, asked before it is adopted, adopted, and updated: one machine for all tests.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AdoptedWhileRunningTest {
  private Workspace workspace;
  private RunningMachine machine;
  private OneLayerImage image;
  private String adopted = "";

  @BeforeAll
  void runAMachine(@TempDir Path parent) throws Exception {
    workspace = Workspace.open(parent);
    Path images = Files.createDirectory(workspace.file("images"));
    image = OneLayerImage.make(images.resolve("new"), 1);
    machine = RunningMachine.withHost(images, workspace);
  }

  @AfterAll
  void stop() {
    machine.close();
    workspace.close();
  }

  private CommandOutput onHost(String commands) {
    return machine.run(RunningMachine.HOST, "", commands);
  }

  @Test
  @Order(1)
  void questions_are_answered_by_the_way_in() {
    for (String verb : new String[] {"get-current", "get-default", "status"}) {
      CommandOutput answer = onHost("container_snap " + verb);
      assertThat(answer.exitCode()).as(verb).isEqualTo(1);
      assertThat(answer.standardError())
          .as(verb)
          .contains("This is not a container-snap system yet", "`container-snap adopt`");
    }
    CommandOutput list = onHost("container_snap list-snapshots");
    assertThat(list.text()).isEqualTo("# snapshot-id,ro");
    assertThat(list.standardError()).contains("`container-snap adopt`");
    assertThat(onHost("container_snap prune").standardError())
        .contains("is not a deployment: it is /@rootfs of", "`container-snap adopt`");
  }

  @Test
  @Order(2)
  void it_adopts_itself_and_a_second_time_has_nothing_to_do() {
    CommandOutput output =
        onHost("container_snap adopt --dry-run; container_snap adopt; container_snap adopt");
    assertThat(output.exitCode()).as(output.standardError()).isZero();
    assertThat(output.lines()).hasSize(3);
    adopted = output.lines().getFirst();
    assertThat(output.lines()).containsOnly(adopted);
    assertThat(output.standardError()).contains("restart now", "Nothing to do");
  }

  @Test
  @Order(3)
  void before_its_restart_it_can_be_updated() {
    CommandOutput output =
        onHost("container_snap update oci:/run/images/new/layout; container_snap rollback");
    assertThat(output.lines()).as(output.standardError()).containsExactly(image.id(), adopted);
  }

  @Test
  @Order(4)
  void after_its_restart_it_is_what_was_adopted() {
    CommandOutput output =
        machine.run(
            adopted,
            """
            container_snap get-current
            container_snap get-default
            ls /var/lib/container-snap/deployments | grep -c .
            cat /etc/os-release
            container_snap adopt || echo "exit $?"
            """);
    assertThat(output.lines())
        .as(output.standardError())
        .containsExactly(adopted, adopted, "2", "PRETTY_NAME=\"Tiny 0\"", "exit 2");
  }
}
