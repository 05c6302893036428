package io.github.containersnap.harness.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.history.play.Player;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Histories that a fault was found by, of the engine or of what the model says of it; each is named
 * after what went wrong in it.
 */
class FoundHistoriesTest {
  static List<Path> found() throws IOException, URISyntaxException {
    URL directory = Objects.requireNonNull(FoundHistoriesTest.class.getResource("found"));
    try (Stream<Path> files = Files.list(Path.of(directory.toURI()))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("found")
  void what_was_found_is_mended(Path file) {
    History history = HistoryFile.read(file);
    HistoryResult played = Player.play(history, Player.SHIPPED, true);
    assertThat(played.faults() > 0).as("faults struck").isEqualTo(history.strikes() > 0);
    assertThat(played.violation()).as(String.join("\n", played.story())).isEmpty();
  }
}
