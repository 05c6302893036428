package io.github.containersnap.bundle;

import java.util.Arrays;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The completion for fish.
 *
 * @param program the model of the whole command line
 */
record FishCompletion(CommandSpec program) {
  /** The file's text. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "# Completion of %s for fish, generated from its command line.%n".formatted(name()));
    text.append(
        "function __fish_container_snap_ids%n    %s%nend%n".formatted(Completions.LIST_IDS));
    text.append("complete -c %s -f%n".formatted(name()));
    new DocumentedCommand(program).options().forEach(option -> text.append(line("", option)));
    for (DocumentedCommand verb : DocumentedCommand.of(program)) {
      text.append(
          "complete -c %s -n __fish_use_subcommand -a %s -d %s%n"
              .formatted(name(), verb.name(), quoted(verb.summary())));
    }
    for (DocumentedCommand verb : DocumentedCommand.of(program)) {
      String condition = "-n '__fish_seen_subcommand_from %s' ".formatted(verb.name());
      verb.options().stream()
          .filter(option -> !option.inherited() && !option.usageHelp() && !option.versionHelp())
          .forEach(option -> text.append(line(condition, option)));
      verb.parameters().forEach(p -> text.append(values(condition, p.paramLabel())));
    }
    return text.toString();
  }

  private String name() {
    return program.name();
  }

  private String line(String condition, OptionSpec option) {
    String names =
        Arrays.stream(option.names())
            .map(name -> name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.charAt(1))
            .collect(Collectors.joining(" "));
    String value = option.arity().max() == 0 ? "" : " -r" + candidates(option.paramLabel());
    return "complete -c %s %s%s%s -d %s%n"
        .formatted(
            name(), condition, names, value, quoted(DocumentedCommand.line(option.description())));
  }

  private String values(String condition, String label) {
    String candidates = candidates(label);
    return candidates.isEmpty()
        ? ""
        : "complete -c %s %s%s%n".formatted(name(), condition, candidates.strip());
  }

  private static String candidates(String label) {
    return switch (Completions.Values.of(label)) {
      case DEPLOYMENTS -> " -a '(__fish_container_snap_ids)'";
      case PATHS -> " -F";
      case DIRECTORIES -> " -a '(__fish_complete_directories)'";
      case FREE -> "";
    };
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
