package io.github.containersnap.engine.bootable;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.fuzz.KeptInputs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as {@code /etc/kernel/cmdline}. Nothing is refused. What the kernel is told holds
 * nothing that the boot loader's shell would take for its own, fits beside the menu's arguments,
 * and does not say where the root is; what is left out is said in printable characters.
 */
final class KernelArgumentsFuzzTest {
  private static final String HARMLESS = "\\w[\\w.,:/=@%+~-]*";

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    Files.write(Root.FILE, input);
    KernelArguments.Reading reading =
        KernelArguments.of(new LinuxFiles(), new SealedRoot(Root.DIRECTORY));
    assertThat(reading.arguments())
        .allSatisfy(
            word ->
                assertThat(word)
                    .matches(HARMLESS)
                    .doesNotMatch("(root|rootflags|container-snap[.].*)=.*"));
    assertThat(String.join(" ", reading.arguments()).length())
        .isLessThanOrEqualTo(KernelArguments.ROOM);
    assertThat(reading.leftOut()).allSatisfy(line -> assertThat(line).matches("[ -~…]+"));
  }

  /** A root with the file, one for all inputs. */
  private static final class Root {
    private static final Path DIRECTORY = made();
    private static final Path FILE = DIRECTORY.resolve("etc/kernel/cmdline");

    private static Path made() {
      try {
        Path directory = Files.createTempDirectory("root");
        Files.createDirectories(directory.resolve("etc/kernel"));
        return directory;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("KernelArguments", KernelArgumentsFuzzTest::fuzzerTestOneInput);
  }
}
