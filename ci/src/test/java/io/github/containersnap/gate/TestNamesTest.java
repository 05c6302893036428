package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The build finds tests by the names of their classes; one with another name would never run. */
class TestNamesTest {

  private static final List<String> MODULES =
      List.of("impl", "loopback-btrfs", "vm-tests", "property-tests", "ci");
  private static final Pattern TEST_METHOD =
      Pattern.compile(
          "(?m)^ +@(Test|ParameterizedTest|TestFactory|RepeatedTest|Property|Example)\\b");

  /** Its tests run in the classes that extend it. */
  private static final Pattern ABSTRACT = Pattern.compile("(?m)^(public )?abstract class ");

  private static final Pattern NAME_THAT_RUNS = Pattern.compile("\\w+(Test|Properties|IT)\\.java");

  @Test
  void every_class_with_tests_has_a_name_that_the_build_runs() throws IOException {
    List<Path> never = new ArrayList<>();
    int classes = 0;
    for (String module : MODULES) {
      for (Path source : sources(Path.of("..", module, "src", "test", "java"))) {
        String text = Files.readString(source);
        if (TEST_METHOD.matcher(text).find() && !ABSTRACT.matcher(text).find()) {
          classes++;
          if (!NAME_THAT_RUNS.matcher(source.getFileName().toString()).matches()) {
            never.add(source);
          }
        }
      }
    }
    assertThat(never).isEmpty();
    assertThat(classes).isGreaterThan(100); // or nothing was looked at
  }

  private static List<Path> sources(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(file -> file.toString().endsWith(".java")).toList();
    }
  }
}
