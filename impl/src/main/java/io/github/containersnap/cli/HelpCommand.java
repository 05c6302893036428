package io.github.containersnap.cli;

import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "help",
    description = "Shows what the command VERB does; without VERB, which commands there are.",
    footer = {
      "",
      "Examples:",
      "  container-snap help update",
      "",
      "Exit status: 0 done; 2 there is no such command."
    },
    helpCommand = true,
    mixinStandardHelpOptions = true)
final class HelpCommand implements Runnable {
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Parameters(paramLabel = "VERB", arity = "0..1", description = "The name of a command.")
  private Optional<String> verb = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli injects spec
  HelpCommand() {}

  @Override
  public void run() {
    CommandLine program = spec.parent().commandLine();
    verb.map(name -> find(program, name)).orElse(program).usage(program.getOut());
  }

  private CommandLine find(CommandLine program, String name) {
    return Optional.ofNullable(program.getSubcommands().get(name))
        .orElseThrow(
            () ->
                new CommandLine.ParameterException(
                    spec.commandLine(), "There is no command '%s'.".formatted(name)));
  }
}
