package io.github.containersnap.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.PrintableText;
import io.github.containersnap.fuzz.KeptInputs;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as the reference of an image. Only an {@link UnusableImageReferenceException} may
 * refuse them. What is read has a transport, no option of a tool in front, and is the same
 * reference when it is read again.
 */
final class ImageReferenceFuzzTest {
  public static void fuzzerTestOneInput(byte[] input) {
    ImageReference reference;
    try {
      reference = new ImageReference(new String(input, StandardCharsets.UTF_8));
    } catch (UnusableImageReferenceException refused) {
      assertThat(PrintableText.of(String.valueOf(refused.getMessage())))
          .doesNotContainPattern("[\\p{Cc}&&[^\n\t]]");
      return;
    }
    assertThat(reference.text()).matches("(?s)[a-z][a-z-]*:.*").doesNotContainPattern("\\p{Cc}");
    assertThat(new ImageReference(reference.text())).isEqualTo(reference);
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("ImageReference", ImageReferenceFuzzTest::fuzzerTestOneInput);
  }
}
