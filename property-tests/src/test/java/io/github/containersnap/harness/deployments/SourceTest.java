package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where updates come from: set once, it is the machine's, whatever its deployments came from. */
@ExtendWith(TestDisks.Shared.class)
class SourceTest {
  private static final String ELSEWHERE = "docker://registry.example/os:stable";

  private final TestDisks disks;

  SourceTest(TestDisks disks) {
    this.disks = disks;
  }

  @Test
  void updates_go_to_the_source_that_is_set_and_not_to_where_the_default_came_from()
      throws IOException {
    disks.onUpdated(
        machine -> {
          assertThat(machine.succeeds("source")).isEqualTo(disks.second().reference());
          String wanted = disks.third().reference();

          assertThat(machine.succeeds("source", wanted)).isEqualTo(wanted);

          assertThat(machine.succeeds("update", "--check")).isEqualTo(disks.third().id());
          assertThat(machine.succeeds("update")).isEqualTo(disks.third().id());
          machine.succeeds("update", disks.first().reference());
          assertThat(machine.succeeds("source")).isEqualTo(wanted);
        });
  }

  @Test
  void it_belongs_to_the_machine_and_survives_a_rollback() throws IOException {
    disks.onUpdated(
        machine -> {
          machine.succeeds("source", ELSEWHERE);
          machine.succeeds("rollback");

          assertThat(machine.succeeds("source")).isEqualTo(ELSEWHERE);
          assertThat(machine.succeeds("status"))
              .contains("updates   from " + ELSEWHERE + "  (set by `source`)");
          assertThat(machine.succeeds("status", "--json"))
              .contains("\"source\" : \"" + ELSEWHERE + "\"", "\"sourceSet\" : true");
        });
  }

  @Test
  void without_it_updates_follow_the_default_again() throws IOException {
    disks.onUpdated(
        machine -> {
          machine.succeeds("source", ELSEWHERE);
          assertThat(machine.succeeds("source", "--reset")).isEmpty();
          assertThat(machine.succeeds("source", "--reset")).isEmpty();

          assertThat(machine.succeeds("source")).isEqualTo(disks.second().reference());
          assertThat(machine.succeeds("status"))
              .contains("updates   from " + disks.second().reference())
              .doesNotContain("(set by");
          assertThat(machine.succeeds("status", "--json")).contains("\"sourceSet\" : false");
        });
  }

  @Test
  void what_names_no_image_is_refused_and_changes_nothing() throws IOException {
    disks.onUpdated(
        machine -> {
          machine.succeeds("source", ELSEWHERE);
          for (String[] bad :
              List.of(
                  new String[] {"source", "--reset", ELSEWHERE},
                  new String[] {"source", ""},
                  new String[] {"source", "docker-daemon:os:1"},
                  new String[] {"source", "/no/such/file.tar"})) {
            assertThat(machine.run(bad).exit()).as(String.join(" ", bad)).isEqualTo(2);
          }
          assertThat(machine.succeeds("source")).isEqualTo(ELSEWHERE);
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\0", "-o", "docker://a\ndocker://b\n"})
  void a_damaged_setting_is_named_stops_no_other_command_and_can_be_replaced(String damage)
      throws IOException {
    disks.onUpdated(
        machine -> {
          Files.writeString(machine.layout().source(), damage);

          CommandLineRun update = machine.run("update");
          assertThat(update.exit()).isEqualTo(1);
          assertThat(update.error())
              .contains(machine.layout().source().toString(), "`container-snap source REF`");
          assertThat(machine.succeeds("status")).contains("warning: where updates come from");
          machine.succeeds("update", disks.third().reference());
          assertThat(machine.succeeds("source", ELSEWHERE)).isEqualTo(ELSEWHERE);
        });
  }

  @Test
  void what_a_crash_left_beside_it_is_removed_by_recovery() throws IOException {
    disks.onUpdated(
        machine -> {
          machine.succeeds("source", ELSEWHERE);
          var unfinished = machine.layout().source().resolveSibling("source.new");
          Files.writeString(unfinished, "docker://");

          machine.succeeds("recover");

          assertThat(unfinished).doesNotExist();
          assertThat(machine.succeeds("source")).isEqualTo(ELSEWHERE);
        });
  }
}
