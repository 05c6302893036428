package io.github.containersnap.adapter.bootloader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.fuzz.KeptInputs;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as the command line of a running kernel. Nothing is refused. A deployment that it names
 * is in its text; a root subvolume is a path with one slash before it.
 */
final class KernelCommandLineFuzzTest {
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    KernelCommandLine line = new KernelCommandLine(text);
    Stream.of(line.deployment(), line.insteadOf())
        .forEach(id -> assertThat(text).contains(id.map(DeploymentId::toString).orElse("")));
    line.rootSubvolume().ifPresent(path -> assertThat(path).startsWith("/").doesNotStartWith("//"));
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("KernelCommandLine", KernelCommandLineFuzzTest::fuzzerTestOneInput);
  }
}
