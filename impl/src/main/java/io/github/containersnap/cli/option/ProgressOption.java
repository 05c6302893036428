package io.github.containersnap.cli.option;

import io.github.containersnap.cli.output.JsonProgress;
import io.github.containersnap.cli.output.LineProgress;
import io.github.containersnap.cli.output.ProgressReporter;
import io.github.containersnap.cli.output.QuietProgress;
import io.github.containersnap.cli.output.TerminalProgress;
import io.github.containersnap.command.PrintableText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The option {@code --progress}, for commands that fetch images. */
public final class ProgressOption {
  /** The name under which commands mix it in. */
  public static final String NAME = "progress";

  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  @Option(
      names = "--progress",
      paramLabel = "HOW",
      converter = HowByName.class,
      description =
          "How to tell on standard error how far it is: ${COMPLETION-CANDIDATES}. By itself it is"
              + " terminal where standard error is one, else plain.")
  private Optional<How> how = Optional.empty();

  private Optional<ProgressReporter> narrator = Optional.empty();

  /** The forms of progress. */
  enum How {
    PLAIN,
    TERMINAL,
    JSON_LINES,
    NONE;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** For picocli. */
  static final class HowByName extends NamedValueConverter<How> {
    HowByName() {
      super(How.class);
    }
  }

  /** The one that tells of this run. */
  public ProgressReporter narrator(PrintWriter error) {
    ProgressReporter chosen =
        narrator.orElseGet(
            () ->
                switch (how.orElseGet(ProgressOption::usual)) {
                  case PLAIN -> new LineProgress(error, isTerminal());
                  case TERMINAL -> new TerminalProgress(PrintableText.unprotected(error));
                  case JSON_LINES -> new JsonProgress(error);
                  case NONE -> new QuietProgress(error);
                });
    narrator = Optional.of(chosen);
    return chosen;
  }

  /** The one that {@code command} was told to use, if it has the option. */
  public static Optional<ProgressReporter> narratorOf(CommandLine command) {
    return Optional.ofNullable(command.getCommandSpec().mixins().get(NAME))
        .map(CommandLine.Model.CommandSpec::userObject)
        .map(ProgressOption.class::cast)
        .map(option -> option.narrator(command.getErr()));
  }

  private static How usual() {
    return isTerminal() && !"dumb".equals(System.getenv("TERM")) ? How.TERMINAL : How.PLAIN;
  }

  /** Whether standard error is a terminal, so that a person reads it. */
  public static boolean isTerminal() {
    try {
      String target = Files.readSymbolicLink(STANDARD_ERROR).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException e) {
      return false;
    }
  }
}
