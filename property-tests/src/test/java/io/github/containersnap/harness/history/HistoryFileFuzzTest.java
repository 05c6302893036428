package io.github.containersnap.harness.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as the file of a history. Only an {@link HistoryFile.UnusableHistoryException} may
 * refuse them. A history is read again from the text it is written as.
 */
final class HistoryFileFuzzTest {
  private static final File CORPUS = new File("src/test/resources/fuzz/HistoryFile");

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Files.write(Place.HISTORY, input);
    History read;
    try {
      read = HistoryFile.read(Place.HISTORY);
    } catch (HistoryFile.UnusableHistoryException refused) {
      assertThat(refused.getMessage())
          .doesNotContain("java.", "com.fasterxml", "io.github")
          .doesNotContainPattern("\\p{Cc}");
      return;
    }
    Files.writeString(Place.HISTORY, HistoryFile.text(read));
    assertThat(HistoryFile.read(Place.HISTORY)).isEqualTo(read);
  }

  /** Where the history lies, one for all inputs. */
  private static final class Place {
    private static final Path HISTORY = made();

    private static Path made() {
      try {
        return Files.createTempFile("history", ".json");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return DynamicTest.stream(
        Arrays.stream(Objects.requireNonNull(CORPUS.listFiles())).sorted(),
        File::getName,
        file -> fuzzerTestOneInput(Files.readAllBytes(file.toPath())));
  }
}
