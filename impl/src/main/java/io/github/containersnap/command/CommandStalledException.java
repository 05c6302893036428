package io.github.containersnap.command;

import java.time.Duration;

/** An external command was killed, since it had read and written next to nothing for a while. */
public final class CommandStalledException extends CommandFailedException {
  private static final long serialVersionUID = 1L;

  private final Duration patience;

  CommandStalledException(String commandLine, Duration patience, String standardError) {
    super(
        "`%s` was ended: it had read and written next to nothing for %s"
            .formatted(commandLine, inWords(patience)),
        standardError);
    this.patience = patience;
  }

  /** How long it was waited for. */
  public Duration patience() {
    return patience;
  }

  /** As a person says it: {@code 2 minutes}, {@code 90 seconds}. */
  public static String inWords(Duration patience) {
    long seconds = patience.toSeconds();
    if (seconds == 1) {
      return "1 second";
    }
    if (seconds == 60) {
      return "1 minute";
    }
    return seconds > 0 && seconds % 60 == 0 ? seconds / 60 + " minutes" : seconds + " seconds";
  }
}
