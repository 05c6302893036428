package io.github.containersnap.cli;

import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.output.LineProgress;
import java.util.List;
import picocli.CommandLine;

/**
 * Says on standard error what is wrong with a command line, and where its help is. The help itself
 * would push the error off the screen.
 */
final class UsageReport implements CommandLine.IParameterExceptionHandler {
  @Override
  public int handleParseException(CommandLine.ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    new LineProgress(command.getErr(), ProgressOption.isTerminal())
        .fails(
            sentence(failure),
            "See `%s --help`.".formatted(command.getCommandSpec().qualifiedName()),
            FailureReport.UNUSABLE);
    return FailureReport.UNUSABLE;
  }

  private static String sentence(CommandLine.ParameterException failure) {
    if (!(failure instanceof CommandLine.UnmatchedArgumentException unmatched)) {
      return ended(String.valueOf(failure.getMessage()));
    }
    String first = unmatched.getUnmatched().getFirst();
    boolean isVerb = failure.getCommandLine().getParent() == null && !first.startsWith("-");
    String what =
        isVerb
            ? "There is no command '%s'.".formatted(first)
            : ended(String.valueOf(failure.getMessage()));
    List<String> similar = unmatched.getSuggestions();
    return similar.isEmpty() ? what : "%s Did you mean %s?".formatted(what, similar.getFirst());
  }

  private static String ended(String message) {
    return message.endsWith(".") ? message : message + ".";
  }
}
