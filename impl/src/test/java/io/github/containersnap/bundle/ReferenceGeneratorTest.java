package io.github.containersnap.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.cli.ContainerSnap;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

final class ReferenceGeneratorTest {
  private static final Path EXAMPLES = Path.of("src/main/packaging/examples.txt");

  private static CommandLine commandLine() {
    return ContainerSnap.commandLine(new RealMachineAccess());
  }

  private static Map<String, String> files = Map.of();

  @BeforeAll
  static void write() throws IOException {
    files = ReferenceGenerator.of(commandLine(), Examples.read(EXAMPLES), "2026-01-01").files();
  }

  static List<DocumentedCommand> verbs() {
    return DocumentedCommand.of(commandLine().getCommandSpec());
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void every_verb_has_a_page_that_names_all_its_options(DocumentedCommand verb) {
    String page = file("usr/share/man/man8/container-snap-" + verb.name() + ".8");

    for (OptionSpec option : verb.options()) {
      for (String name : option.names()) {
        assertThat(page).contains(Roff.bold(name));
      }
    }
    verb.parameters()
        .forEach(parameter -> assertThat(page).contains(Roff.italic(parameter.paramLabel())));
    assertThat(page)
        .contains(".SH \"NAME\"")
        .contains(".SH \"SYNOPSIS\"")
        .contains(".SH \"DESCRIPTION\"")
        .contains(".SH \"OPTIONS\"")
        .contains(".SH \"EXIT STATUS\"")
        .contains(".SH \"FILES\"")
        .contains(".SH \"EXAMPLES\"")
        .contains(".SH \"SEE ALSO\"");
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void the_program_s_page_lists_every_verb(DocumentedCommand verb) {
    assertThat(file("usr/share/man/man8/container-snap.8"))
        .contains(".TP\n" + Roff.bold(verb.name()) + "\n")
        .contains(Roff.bold("container-snap-" + verb.name()) + "(8)");
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void every_completion_knows_every_verb_and_its_options(DocumentedCommand verb) {
    String bash = file("usr/share/bash-completion/completions/container-snap");
    String zsh = file("usr/share/zsh/vendor-completions/_container-snap");
    String fish = file("usr/share/fish/vendor_completions.d/container-snap.fish");
    String zshVerb =
        zsh.lines()
            .filter(line -> line.strip().startsWith(verb.name() + ") "))
            .findFirst()
            .orElse("");

    assertThat(fish).contains("-a " + verb.name() + " ");
    assertThat(zsh).contains("'" + verb.name() + ":");
    for (OptionSpec option : verb.options()) {
      for (String name : option.names()) {
        assertThat(bash).contains("'" + name + "'");
        assertThat(zshVerb).contains("'" + name);
        assertThat(fish)
            .contains(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.charAt(1));
      }
    }
    assertThat(bash)
        .contains("function _picocli_container-snap_" + verb.name().replace("-", "") + "()");
  }

  @Test
  void every_example_of_a_verb_is_a_command_line_that_parses() throws IOException {
    for (Examples.Example example : Examples.read(EXAMPLES).all()) {
      if (verbs().stream().anyMatch(example::isOf)) {
        assertThatCode(() -> commandLine().parseArgs(example.arguments().toArray(String[]::new)))
            .as(example.command())
            .doesNotThrowAnyException();
      }
    }
  }

  static Stream<String> pages() {
    return files.keySet().stream().filter(name -> name.endsWith(".8"));
  }

  @ParameterizedTest
  @MethodSource("pages")
  void pages_are_formatted_without_a_warning(String page, @TempDir Path directory)
      throws IOException {
    Path file = Files.writeString(directory.resolve("page.8"), file(page));

    CommandOutput output =
        ExternalCommand.of("man", "--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", file)
            .withEnvironment("MANWIDTH", "80")
            .runAnyStatus();

    assertThat(output.succeeded()).as(output.standardError()).isTrue();
    assertThat(output.standardError()).isEmpty();
  }

  @Test
  void a_completion_is_valid_in_its_shell(@TempDir Path directory) throws IOException {
    Path bash =
        Files.writeString(
            directory.resolve("bash"),
            file("usr/share/bash-completion/completions/container-snap"));

    CommandOutput output = ExternalCommand.of("bash", "-n", bash).runAnyStatus();

    assertThat(output.succeeded()).as(output.standardError()).isTrue();
  }

  @Test
  void text_that_looks_like_a_request_stays_text() {
    Roff page = new Roff("page", "2026-01-01", "source");

    page.text(".so /etc/passwd \\fB and `--code` – 'x'");
    page.text("'quoted at the beginning'");

    assertThat(page.toString())
        .endsWith(
            """
            \\&.so /etc/passwd \\efB and \\fB\\-\\-code\\fR \\[u2013] 'x'
            \\&'quoted at the beginning'
            """);
  }

  private static String file(String name) {
    assertThat(files).containsKey(name);
    return files.getOrDefault(name, "");
  }
}
