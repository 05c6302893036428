package io.github.containersnap.vm.images;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.PrintableText;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as what a user types for an image. Only an {@link ImageInputException} may refuse them.
 * A path that is read is there; a name for the storage is no option of podman.
 */
final class TypedReferenceFuzzTest {
  private static final File CORPUS = new File("src/test/resources/fuzz/TypedReference");

  public static void fuzzerTestOneInput(byte[] input) {
    TypedReference reference;
    try {
      reference = TypedReference.parse(new String(input, StandardCharsets.UTF_8));
    } catch (ImageInputException refused) {
      assertThat(PrintableText.of(String.valueOf(refused.getMessage())))
          .doesNotContainPattern("[\\p{Cc}&&[^\n\t]]");
      return;
    }
    switch (reference) {
      case TypedReference.Layout layout -> assertThat(layout.directory()).exists();
      case TypedReference.Archive archive -> assertThat(archive.file()).exists();
      case TypedReference.Stored stored -> assertThat(stored.name()).doesNotContain("\0");
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
