package io.github.containersnap.loopback.fuzz;

import java.io.File;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.function.ThrowingConsumer;

/** The inputs of this module's fuzz targets that every test run replays (docs/fuzzing.md). */
public final class KeptInputs {
  private static final File ALL = new File("src/test/resources/fuzz");

  private KeptInputs() {}

  /** A test for each kept input of {@code target}, named after its file. */
  public static Stream<DynamicTest> of(String target, ThrowingConsumer<byte[]> holds) {
    File[] inputs = new File(ALL, target).listFiles();
    return DynamicTest.stream(
        Arrays.stream(Objects.requireNonNull(inputs, target)).sorted(),
        File::getName,
        file -> holds.accept(Files.readAllBytes(file.toPath())));
  }
}
