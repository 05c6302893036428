package io.github.containersnap.cli.output;

import java.util.List;
import picocli.CommandLine;

/**
 * What is wrong with a command line, in one sentence, and where its help is. The help itself would
 * push the error off the screen.
 *
 * @param failure what picocli found
 */
public record UsageSentence(CommandLine.ParameterException failure) {

  /** What is wrong, with the option or the verb that was perhaps meant. */
  public String text() {
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

  /** Where the help is. */
  public String advice() {
    return "See `%s --help`.".formatted(failure.getCommandLine().getCommandSpec().qualifiedName());
  }

  private static String ended(String message) {
    return message.endsWith(".") ? message : message + ".";
  }
}
