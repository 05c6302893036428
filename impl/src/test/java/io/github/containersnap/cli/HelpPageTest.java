package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.cli.output.VerbGroup;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** What {@code --help} prints, of the program and of each verb. */
class HelpPageTest {
  private static final String PROGRAM = "container-snap ";

  private static CommandLine program() {
    return ContainerSnap.commandLine(new RealMachineAccess());
  }

  /** The program has the name "". */
  static List<String> pages() {
    return Stream.concat(Stream.of(""), verbs().stream()).toList();
  }

  static List<String> verbs() {
    return List.copyOf(program().getSubcommands().keySet());
  }

  private static CommandLine command(String page) {
    return page.isEmpty()
        ? program()
        : Objects.requireNonNull(program().getSubcommands().get(page));
  }

  private static String help(String page) {
    StringWriter out = new StringWriter();
    command(page).usage(new PrintWriter(out, true));
    return out.toString();
  }

  private static List<String> words(String... texts) {
    return Arrays.stream(texts)
        .flatMap(text -> Arrays.stream(text.strip().split("\\s+", -1)))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private static List<String> examples(String page) {
    return Arrays.stream(command(page).getCommandSpec().usageMessage().footer())
        .map(String::strip)
        .filter(line -> line.startsWith(PROGRAM))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("pages")
  void no_line_is_longer_than_80_columns_and_no_word_is_broken(String page) {
    String help = help(page);
    CommandSpec spec = command(page).getCommandSpec();

    assertThat(help.lines()).allMatch(line -> line.length() <= 80);
    assertThat(words(help))
        .containsAll(words(spec.usageMessage().description()))
        .containsAll(words(spec.usageMessage().footer()))
        .containsAll(
            spec.args().stream()
                .filter(argument -> !argument.hidden())
                .map(ArgSpec::description)
                .flatMap(description -> words(description).stream())
                .toList());
  }

  @ParameterizedTest
  @MethodSource("pages")
  void a_long_example_can_be_copied_as_it_is_shown(String page) {
    String asTheShellReadsIt = help(page).replaceAll(" \\\\\n +", " ");

    assertThat(asTheShellReadsIt.lines().map(String::strip)).containsAll(examples(page));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void it_has_examples_and_exit_statuses(String page) {
    assertThat(help(page))
        .contains("\nExamples:\n  " + PROGRAM)
        .containsPattern("\nExit status: 0 [^;,]+[;,]");
  }

  @ParameterizedTest
  @MethodSource("pages")
  void each_example_is_a_command_line_that_parses(String page) {
    for (String example : examples(page)) {
      String arguments =
          example
              .substring(PROGRAM.length())
              .replaceFirst(" (?:[|]|&&|\\d?>).*", "")
              .replaceAll("\"\\$\\([^)]*\\)\"", "default");
      assertThatCode(() -> program().parseArgs(arguments.split(" ", -1)))
          .as(example)
          .doesNotThrowAnyException();
    }
  }

  @Test
  void each_verb_is_in_one_group() {
    List<String> grouped =
        Arrays.stream(VerbGroup.values()).flatMap(group -> group.verbs().stream()).toList();

    assertThat(grouped).containsExactlyInAnyOrderElementsOf(verbs());
  }

  @Test
  void the_first_page_has_the_verbs_in_groups() {
    assertThat(help(""))
        .contains(
            """

            Look:
              status              Shows what runs, what boots next and what is on disk
            """)
        .contains("\nUpdate the system, and go back:\n  update              Deploys an image");
  }
}
