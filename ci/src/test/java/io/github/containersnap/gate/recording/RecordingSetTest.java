package io.github.containersnap.gate.recording;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.experiment.Transition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordingSetTest {
  @TempDir Path directory;

  @Test
  void it_lists_what_was_recorded_once_all_of_it_was() throws IOException {
    RecordingSet set = new RecordingSet(directory.resolve("recordings"));
    set.prepare();
    assertThat(set.exists()).isFalse();

    set.finish(List.of(Transition.PIN, Transition.UPDATE));
    assertThat(set.exists()).isTrue();
    assertThat(set.transitions()).containsExactly(Transition.PIN, Transition.UPDATE);
    assertThat(set.of(Transition.PIN).oldImage())
        .isEqualTo(set.of(Transition.UPDATE).oldImage())
        .isEqualTo(directory.resolve("recordings/old"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "[]|it holds no JSON object",
        "{\"schema\":1}|it lacks 'transitions'",
        "{\"schema\":2,\"transitions\":[\"pin\"]}|it lists no transitions",
        "{\"schema\":1,\"transitions\":[]}|it lists no transitions",
        "{\"schema\":1,\"transitions\":[null]}|it lists a transition that there is not",
        "{\"schema\":1,\"transitions\":[\"../..\"]}|it lists a transition that there is not",
        "{\"schema\":1,\"transitions\":[\"pin\",\"pin\"]}|it lists a transition twice",
      })
  void a_list_that_is_none_is_refused(String json, String why) throws IOException {
    Files.writeString(directory.resolve(RecordingSet.NAME), json);

    assertThatThrownBy(() -> new RecordingSet(directory).transitions())
        .isInstanceOf(UnusableInputException.class)
        .hasMessage(
            "%s/recordings.json does not list recordings: %s. `ci/gate record --transition"
                    .formatted(directory, why)
                + " NAME,NAME` makes them.");
  }

  @Test
  void a_directory_with_anything_in_it_takes_no_recordings() throws IOException {
    Files.writeString(directory.resolve("x"), "x");

    assertThatThrownBy(() -> new RecordingSet(directory).prepare())
        .hasMessageContaining("is not empty");
  }
}
