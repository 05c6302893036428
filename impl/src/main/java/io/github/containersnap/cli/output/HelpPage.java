package io.github.containersnap.cli.output;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * A verb's help in 80 columns. picocli breaks lines within paths and references; this breaks them
 * at blanks only, and a command of an example goes on behind a backslash, so that it can be copied.
 *
 * @param spec picocli's model of the command
 */
public record HelpPage(CommandSpec spec) {
  private static final int COLUMNS = 80;

  /** Where the meaning of an option or an argument begins. */
  private static final int MEANING = 27;

  /** Where the purpose of a verb begins. */
  private static final int PURPOSE = 22;

  private static final String PROGRAM = "container-snap ";
  private static final String CONTINUED = " \\";

  /** Lets {@code program} and all its verbs print their help in this way. */
  public static void applyTo(CommandLine program) {
    apply(program);
    program.getSubcommands().values().forEach(HelpPage::apply);
  }

  private static void apply(CommandLine command) {
    HelpPage page = new HelpPage(command.getCommandSpec());
    Map<String, CommandLine.IHelpSectionRenderer> sections = command.getHelpSectionMap();
    sections.put(UsageMessageSpec.SECTION_KEY_DESCRIPTION, _ -> page.description());
    sections.put(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST, _ -> page.arguments());
    sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, _ -> page.options());
    sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, _ -> "");
    sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, _ -> page.verbs());
    sections.put(UsageMessageSpec.SECTION_KEY_FOOTER, _ -> page.footer());
    command.setHelpSectionMap(sections);
  }

  private String description() {
    return lines(spec.usageMessage().description()) + "\n";
  }

  private String footer() {
    return lines(spec.usageMessage().footer());
  }

  private static String lines(String... paragraphs) {
    return Arrays.stream(paragraphs)
        .flatMap(paragraph -> wrapped(paragraph).stream())
        .map(line -> line + "\n")
        .collect(Collectors.joining());
  }

  /** A line that is indented is a command, or an item of a list. */
  private static List<String> wrapped(String line) {
    if (!line.startsWith(" ")) {
      return new TextWrap("", "", COLUMNS).lines(line);
    }
    String indentation = line.substring(0, line.length() - line.stripLeading().length());
    List<String> lines =
        new TextWrap(indentation, indentation + "    ", COLUMNS - CONTINUED.length())
            .lines(line.strip());
    List<String> whole = new ArrayList<>(lines);
    if (line.strip().startsWith(PROGRAM)) {
      whole.replaceAll(it -> it + CONTINUED);
      whole.set(whole.size() - 1, lines.getLast());
    }
    return whole;
  }

  private String arguments() {
    return spec.positionalParameters().stream()
        .filter(parameter -> !parameter.hidden())
        .map(
            parameter ->
                entry("  " + name(parameter), MEANING, String.join(" ", parameter.description())))
        .collect(Collectors.joining());
  }

  private static String name(PositionalParamSpec parameter) {
    boolean optional = parameter.arity().min() == 0 && !parameter.hideParamSyntax();
    return optional ? "[" + parameter.paramLabel() + "]" : parameter.paramLabel();
  }

  /** The verb's own options before those of all verbs. */
  private String options() {
    return spec.options().stream()
        .filter(option -> !option.hidden())
        .sorted(
            Comparator.<OptionSpec, Boolean>comparing(
                    option -> option.inherited() || option.usageHelp() || option.versionHelp())
                .thenComparing(OptionSpec::longestName))
        .map(option -> entry(names(option), MEANING, String.join(" ", option.description())))
        .collect(Collectors.joining());
  }

  private static String names(OptionSpec option) {
    Predicate<String> isLong = name -> name.startsWith("--");
    String brief = Arrays.stream(option.names()).filter(isLong.negate()).findFirst().orElse("");
    Stream<String> names = Arrays.stream(option.names()).filter(isLong);
    String value = option.arity().max() == 0 ? "" : "=" + option.paramLabel();
    return (brief.isEmpty() ? "      " : "  " + brief + ", ")
        + names.collect(Collectors.joining(", "))
        + value;
  }

  private String verbs() {
    if (spec.subcommands().isEmpty()) {
      return "";
    }
    return Arrays.stream(VerbGroup.values())
        .map(group -> "\n" + group.heading() + ":\n" + verbs(group))
        .collect(Collectors.joining());
  }

  private String verbs(VerbGroup group) {
    return group.verbs().stream()
        .map(name -> entry("  " + name, PURPOSE, purpose(name)))
        .collect(Collectors.joining());
  }

  /** The first sentence of a verb's description, or what is before a semicolon. */
  private String purpose(String verb) {
    CommandLine command = Objects.requireNonNull(spec.subcommands().get(verb), verb);
    return command.getCommandSpec().usageMessage().description()[0].split("[.;](\\s|$)", 2)[0];
  }

  /** A term and what it means, beside each other, or below each other where the term is long. */
  private static String entry(String term, int column, String meaning) {
    String beside = " ".repeat(column);
    boolean fits = term.length() + 1 < column;
    String first = fits ? term + " ".repeat(column - term.length()) : beside;
    String lines = String.join("\n", new TextWrap(first, beside + "  ", COLUMNS).lines(meaning));
    return (fits ? "" : term + "\n") + lines + "\n";
  }
}
