package io.github.containersnap.command;

import java.util.Objects;

/** An external command ended with another status than 0, or could not be started. */
public sealed class CommandFailedException extends RuntimeException
    permits CommandStalledException {
  private static final long serialVersionUID = 1L;
  private static final int LONGEST_TAIL = 2_000;

  private final int exitCode;
  private final String standardError;

  CommandFailedException(String commandLine, CommandOutput output) {
    super(
        "`%s` ended with status %d: %s"
            .formatted(commandLine, output.exitCode(), tail(output.standardError())));
    this.exitCode = output.exitCode();
    this.standardError = output.standardError();
  }

  CommandFailedException(String commandLine, Exception cause) {
    super("`%s` could not be run: %s".formatted(commandLine, cause.getMessage()), cause);
    this.exitCode = -1;
    this.standardError = "";
  }

  CommandFailedException(String message, String standardError) {
    super(message);
    this.exitCode = -1;
    this.standardError = standardError;
  }

  private static String tail(String text) {
    String stripped = text.strip();
    if (stripped.isEmpty()) {
      return "(it printed no error)";
    }
    return stripped.length() <= LONGEST_TAIL
        ? stripped
        : "…" + stripped.substring(stripped.length() - LONGEST_TAIL);
  }

  /** The command, its exit status and the end of what it wrote to standard error. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  /** The exit status, or -1 if the command could not be started or was ended by us. */
  public int exitCode() {
    return exitCode;
  }

  /** All that the command wrote to standard error. */
  public String standardError() {
    return standardError;
  }
}
