package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The templates for engines of continuous integration are YAML, and the gate takes their lines. */
final class TemplatesTest {
  private static final Path TEMPLATES = Path.of("templates");

  /** A line of a script, up to what ends a command in a shell. */
  private static final Pattern GATE =
      Pattern.compile("ci/gate ((?:check|record|merge)\\b[^\\n;&|]*)");

  private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");

  static List<Path> templates() throws IOException {
    try (Stream<Path> files = Files.list(TEMPLATES)) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("templates")
  void the_gate_takes_every_line_that_calls_it(Path template) throws IOException {
    List<String> texts = new ArrayList<>();
    collect(
        new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(template)), texts);
    List<String> lines =
        texts.stream()
            .flatMap(text -> GATE.matcher(text).results())
            .map(found -> found.group(1))
            .toList();

    assertThat(lines).isNotEmpty();
    assertThat(lines)
        .allSatisfy(
            line -> {
              // With --help nothing is run, and an option that there is not is refused all the
              // same.
              GateRun run = GateRun.of(Stream.concat(words(line), Stream.of("--help")).toArray());
              assertThat(run.status()).as(line + "\n" + run.err()).isZero();
            });
  }

  private static void collect(@Nullable Object node, List<String> texts) {
    switch (node) {
      case Map<?, ?> map -> map.values().forEach(value -> collect(value, texts));
      case List<?> list -> list.forEach(value -> collect(value, texts));
      case String text -> texts.add(text);
      case null, default -> {}
    }
  }

  /** What the engine and the shell put in for their variables does not matter here. */
  private static Stream<String> words(String line) {
    String filled = line.replaceAll("\\$\\{\\{[^}]*}}", "1").replace("\"$STATES\"", "write");
    return WORD.matcher(filled.replace("\"$states\"", "flush"))
        .results()
        .map(TemplatesTest::word)
        .map(word -> word.replaceAll("\\$\\w+", "1"));
  }

  private static String word(MatchResult found) {
    return found.group(1) != null ? found.group(1) : found.group(2);
  }
}
