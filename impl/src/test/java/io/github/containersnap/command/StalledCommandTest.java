package io.github.containersnap.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StalledCommandTest {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @Test
  void a_command_that_does_nothing_is_ended_and_so_are_those_below_it(@TempDir Path directory)
      throws Exception {
    Path child = directory.resolve("child");
    ExternalCommand waiting =
        ExternalCommand.of("sh", "-c", "echo $$ > \"$0\"; echo so far >&2; sleep 1000; :", child);

    assertThatThrownBy(() -> waiting.runUnlessStalled(PATIENCE))
        .isInstanceOfSatisfying(
            CommandStalledException.class,
            stalled -> {
              assertThat(stalled)
                  .hasMessageContaining(
                      "was ended: it had read and written next to nothing for 1 second");
              assertThat(stalled.standardError()).isEqualTo("so far\n");
            });

    long pid = Long.parseLong(Files.readString(child).strip());
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void a_command_that_is_slow_but_moves_something_runs_to_its_end() {
    CommandOutput output =
        ExternalCommand.of(
                "sh", "-c", "for i in 1 2 3 4 5; do head -c 200 /dev/zero; sleep 0.4; done")
            .runUnlessStalled(PATIENCE);

    assertThat(output.standardOutput()).hasSize(1000);
  }

  @Test
  void a_command_that_fails_by_itself_fails_as_ever() {
    assertThatThrownBy(() -> ExternalCommand.of("false").runUnlessStalled(PATIENCE))
        .isInstanceOf(CommandFailedException.class)
        .isNotInstanceOf(CommandStalledException.class)
        .hasMessageContaining("`false` ended with status 1");
  }

  @Test
  void a_time_is_told_in_words() {
    assertThat(CommandStalledException.inWords(Duration.ofMinutes(2))).isEqualTo("2 minutes");
    assertThat(CommandStalledException.inWords(Duration.ofMinutes(1))).isEqualTo("1 minute");
    assertThat(CommandStalledException.inWords(Duration.ofSeconds(90))).isEqualTo("90 seconds");
    assertThat(CommandStalledException.inWords(Duration.ofMillis(500))).isEqualTo("0 seconds");
  }
}
