package io.github.containersnap.bundle;

import io.github.containersnap.cli.output.VerbGroup;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * One command of the command line as its reference shows it.
 *
 * @param spec picocli's model of it
 */
record DocumentedCommand(CommandSpec spec) {
  /** The verbs of a program, in the order of its help. */
  static List<DocumentedCommand> of(CommandSpec program) {
    return program.subcommands().values().stream()
        .map(command -> new DocumentedCommand(command.getCommandSpec()))
        .filter(verb -> !verb.spec.usageMessage().hidden())
        .distinct()
        .toList();
  }

  /** The verbs of {@code group}, in its order. */
  static List<DocumentedCommand> of(CommandSpec program, VerbGroup group) {
    return of(program).stream()
        .filter(verb -> group.verbs().contains(verb.name()))
        .sorted(Comparator.comparingInt(verb -> group.verbs().indexOf(verb.name())))
        .toList();
  }

  String name() {
    return spec.name();
  }

  /** The first sentence of its description, or what is before a semicolon, without full stop. */
  String summary() {
    String first = paragraphs(spec.usageMessage().description()).stream().findFirst().orElse("");
    String sentence = first.split("[.;](\\s|$)", 2)[0];
    return sentence.replace("`", "").strip();
  }

  /** The paragraphs of its description. */
  List<String> description() {
    return paragraphs(spec.usageMessage().description());
  }

  /** Its options, its own before those of the whole program. */
  List<OptionSpec> options() {
    Stream<OptionSpec> visible = spec.options().stream().filter(option -> !option.hidden());
    return visible.sorted((one, other) -> Boolean.compare(isCommon(one), isCommon(other))).toList();
  }

  private static boolean isCommon(OptionSpec option) {
    return option.inherited() || option.usageHelp() || option.versionHelp();
  }

  /** Its parameters. */
  List<PositionalParamSpec> parameters() {
    return spec.positionalParameters().stream().filter(parameter -> !parameter.hidden()).toList();
  }

  /** Text as it is meant, from lines as picocli keeps them: formats, with empty lines between. */
  static List<String> paragraphs(String... lines) {
    String text =
        Arrays.stream(lines)
            .map(line -> line.isBlank() ? "\n\n" : line + "\n")
            .collect(Collectors.joining())
            .replace("%n", "\n")
            .replace("%%", "%");
    return Arrays.stream(text.split("\n{2,}"))
        .map(paragraph -> paragraph.replaceAll("^\n+|\n+$", ""))
        .filter(paragraph -> !paragraph.isBlank())
        .toList();
  }

  /** An option's or a parameter's description in one line. */
  static String line(String... description) {
    return paragraphs(description).stream()
        .map(paragraph -> paragraph.replaceAll("\\s+", " ").strip())
        .collect(Collectors.joining(" "));
  }
}
