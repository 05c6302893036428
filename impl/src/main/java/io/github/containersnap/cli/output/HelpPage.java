package io.github.containersnap.cli.output;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
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
 * @param groups how its verbs are shown, if it has any; empty for one list of all
 */
public record HelpPage(CommandSpec spec, List<VerbGroup> groups) {
  private static final int COLUMNS = 80;

  /** Where the meaning of an option or an argument begins. */
  private static final int MEANING = 27;

  /** Where the purpose of a verb begins. */
  private static final int PURPOSE = 22;

  /** What a line that is a command begins with. */
  private static final Pattern COMMAND = Pattern.compile(" +(?:container-snap|ci/gate) .*");

  /** What is said behind a command. */
  private static final Pattern REMARK = Pattern.compile(" +(# .*)$");

  private static final String CONTINUED = " \\";

  /** Lets {@code program} and all its verbs print their help in this way. */
  public static void applyTo(CommandLine program, List<VerbGroup> groups) {
    new HelpPage(program.getCommandSpec(), groups).apply();
    program.getSubcommands().values().stream()
        .map(verb -> new HelpPage(verb.getCommandSpec(), List.of()))
        .forEach(HelpPage::apply);
  }

  private void apply() {
    CommandLine command = spec.commandLine();
    Map<String, CommandLine.IHelpSectionRenderer> sections = command.getHelpSectionMap();
    sections.put(UsageMessageSpec.SECTION_KEY_DESCRIPTION, _ -> description());
    sections.put(UsageMessageSpec.SECTION_KEY_PARAMETER_LIST, _ -> arguments());
    sections.put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, _ -> options());
    sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING, _ -> "");
    sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, _ -> verbs());
    sections.put(UsageMessageSpec.SECTION_KEY_FOOTER, _ -> footer());
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
    if (line.length() <= COLUMNS) {
      return List.of(line);
    }
    String indentation = line.substring(0, line.length() - line.stripLeading().length());
    Matcher remark = REMARK.matcher(line);
    if (remark.find()) {
      return List.of(indentation + remark.group(1), line.substring(0, remark.start()));
    }
    boolean command = COMMAND.matcher(line).matches();
    List<String> lines =
        new TextWrap(indentation, indentation + "    ", COLUMNS - CONTINUED.length())
            .lines(line.strip());
    return IntStream.range(0, lines.size())
        .mapToObj(i -> lines.get(i) + (command && i < lines.size() - 1 ? CONTINUED : ""))
        .toList();
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
    return groups.isEmpty()
        ? "\nCommands:\n" + verbs(spec.subcommands().keySet())
        : groups.stream()
            .map(group -> "\n" + group.heading() + ":\n" + verbs(group.verbs()))
            .collect(Collectors.joining());
  }

  private String verbs(Collection<String> names) {
    return names.stream()
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
