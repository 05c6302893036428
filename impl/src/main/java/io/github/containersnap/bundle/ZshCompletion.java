package io.github.containersnap.bundle;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * The completion for zsh.
 *
 * @param program the model of the whole command line
 */
record ZshCompletion(CommandSpec program) {
  /** The file's text. */
  String text() {
    String verbs =
        DocumentedCommand.of(program).stream()
            .map(verb -> "    " + quoted(verb.name() + ":" + verb.summary()) + "\n")
            .collect(Collectors.joining());
    String cases =
        DocumentedCommand.of(program).stream().map(this::verb).collect(Collectors.joining());
    return """
    #compdef %1$s
    # Completion of %1$s for zsh, generated from its command line.
    _container_snap_ids() {
      local -a ids
      ids=(${(f)"$(%2$s)"})
      compadd -a ids
    }
    _container_snap() {
      local context state state_descr line
      typeset -A opt_args
      local -a verbs
      verbs=(
    %3$s  )
      _arguments -C -S %4$s \\
        '1:verb:->verb' '*::argument:->argument'
      case $state in
        verb) _describe -t verbs verb verbs ;;
        argument)
          case $line[1] in
    %5$s      esac
          ;;
      esac
    }
    _container_snap "$@"
    """
        .formatted(
            program.name(),
            Completions.LIST_IDS,
            verbs,
            options(new DocumentedCommand(program)),
            cases);
  }

  private String verb(DocumentedCommand verb) {
    List<String> specs = new ArrayList<>();
    specs.add(options(verb));
    verb.parameters()
        .forEach(
            parameter ->
                specs.add(
                    quoted(
                        (parameter.arity().max() > 1 ? "*" : "")
                            + (parameter.arity().min() == 0 ? "::" : ":")
                            + parameter.paramLabel()
                            + action(parameter.paramLabel()))));
    return "        %s) _arguments -S %s ;;%n".formatted(verb.name(), String.join(" ", specs));
  }

  private static String options(DocumentedCommand verb) {
    return verb.options().stream()
        .flatMap(option -> Arrays.stream(option.names()).map(name -> option(option, name)))
        .collect(Collectors.joining(" "));
  }

  private static String option(OptionSpec option, String name) {
    String meaning = "[" + inBrackets(DocumentedCommand.line(option.description())) + "]";
    if (option.arity().max() == 0) {
      return quoted(name + meaning);
    }
    String separator = name.startsWith("--") ? "=" : "+";
    String label = option.paramLabel();
    return quoted(name + separator + meaning + ":" + label + action(label));
  }

  private static String action(String label) {
    return switch (Completions.Values.of(label)) {
      case DEPLOYMENTS -> ":_container_snap_ids";
      case PATHS -> ":_files";
      case DIRECTORIES -> ":_files -/";
      case FREE -> ": ";
    };
  }

  private static String inBrackets(String text) {
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:");
  }

  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }
}
