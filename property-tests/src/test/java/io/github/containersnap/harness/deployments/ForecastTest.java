package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code update} with {@code --check}, {@code --dry-run}, {@code --download-only}, without REF. */
@ExtendWith(TestDisks.Shared.class)
class ForecastTest {
  private final TestDisks disks;

  ForecastTest(TestDisks disks) {
    this.disks = disks;
  }

  private String first() {
    return "oci:" + disks.first().layout();
  }

  @Test
  void the_same_image_as_before_is_nothing_to_do() throws IOException {
    disks.onUpdated(
        machine -> {
          for (String option : new String[] {"--check", "--dry-run"}) {
            CommandLineRun result = machine.run("update", option);
            assertThat(result.exit()).as(result.error()).isZero();
            assertThat(result.out()).isEmpty();
            assertThat(result.error())
                .startsWith("Nothing to do: " + machine.second().shortForm() + " is oci:");
          }
          assertThat(machine.run("update").error()).contains("Nothing to do: ");
        });
  }

  @Test
  void another_image_is_announced_and_nothing_is_written() throws IOException {
    disks.onUpdated(
        machine -> {
          var before = machine.subvolumesOutsideTheStore();
          for (String option : new String[] {"--check", "--dry-run"}) {
            CommandLineRun result = machine.run("update", option, first());
            assertThat(result.exit()).as(result.error()).isZero();
            assertThat(result.out().strip()).startsWith(disks.first().id());
            assertThat(result.error())
                .startsWith("An update to " + first() + " would fetch ")
                .endsWith("Nothing was changed.\n");
          }
          assertThat(machine.subvolumesOutsideTheStore()).isEqualTo(before);
          assertThat(machine.succeeds("get-default")).isEqualTo(machine.second().toString());
        });
  }

  @Test
  void an_image_that_is_only_downloaded_is_not_deployed() throws IOException {
    disks.onUpdated(
        machine -> {
          var before = machine.subvolumesOutsideTheStore();
          assertThat(machine.succeeds("update", "--download-only", first()))
              .isEqualTo(disks.first().id());
          assertThat(machine.subvolumesOutsideTheStore()).isEqualTo(before);
          assertThat(machine.succeeds("get-default")).isEqualTo(machine.second().toString());
        });
  }

  @Test
  void only_one_of_them_can_be_asked_for() throws IOException {
    disks.onUpdated(
        machine -> assertThat(machine.run("update", "--check", "--dry-run").exit()).isEqualTo(2));
  }
}
