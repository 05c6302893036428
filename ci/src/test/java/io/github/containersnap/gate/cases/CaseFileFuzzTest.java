package io.github.containersnap.gate.cases;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.loopback.crash.CrashState;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as a case file. Only an {@link UnusableInputException} may refuse them, in a sentence
 * without the name of a Java class. The gate can use what a case says: the state, the disk's id,
 * where the disk was kept. A case that is written is read as the same case.
 */
final class CaseFileFuzzTest {
  private static final File CORPUS = new File("src/test/resources/fuzz/CaseFile");

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Files.write(Place.CASE, input);
    CaseFile read;
    try {
      read = new CaseReader(Place.CASE).read();
    } catch (UnusableInputException refused) {
      assertThat(refused.getMessage())
          .startsWith(Place.CASE + " is no case file: ")
          .doesNotContain("java.", "com.fasterxml", "io.github");
      return;
    }
    assertThat(CrashState.parse(read.address())).isEqualTo(read.state());
    assertThat(read.scenario()).isPresent();
    assertThat(UUID.fromString(read.disk().filesystemUuid())).isNotNull();
    if (read.kept() != null) {
      assertThat(Path.of(read.kept())).isAbsolute();
    }
    Files.write(Place.CASE, ResultJson.text(read).getBytes(StandardCharsets.UTF_8));
    assertThat(new CaseReader(Place.CASE).read()).isEqualTo(read);
  }

  /** Where the case lies, one for all inputs. */
  private static final class Place {
    private static final Path CASE = made();

    private static Path made() {
      try {
        return Files.createTempFile("case", ".json");
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
