package io.github.containersnap.gate.terminal;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What the messages of this process are shown on.
 *
 * @param interactive whether it is a terminal, where a line can be drawn again
 * @param columns how many characters fit into a line
 */
public record Terminal(boolean interactive, int columns) {
  static final int USUAL_COLUMNS = 80;

  private static final int FEWEST_COLUMNS = 40;
  private static final Path STANDARD_INPUT = Path.of("/proc/self/fd/0");
  private static final Path STANDARD_ERROR = Path.of("/proc/self/fd/2");

  /** A log or a pipe. */
  public static Terminal none() {
    return new Terminal(false, USUAL_COLUMNS);
  }

  /**
   * Where standard error leads to. (System.console() speaks of standard output, which a person may
   * well send to a file.)
   */
  public static Terminal ofStandardError() {
    try {
      Path target = Files.readSymbolicLink(STANDARD_ERROR);
      return isTerminal(target) ? new Terminal(true, columns(target)) : none();
    } catch (IOException e) {
      return none();
    }
  }

  /** Whether somebody can type on standard input. */
  public static boolean isStandardInput() {
    try {
      return isTerminal(Files.readSymbolicLink(STANDARD_INPUT));
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isTerminal(Path target) {
    String name = target.toString();
    return name.startsWith("/dev/pts/") || name.startsWith("/dev/tty");
  }

  private static int columns(Path device) {
    try {
      CommandOutput size = ExternalCommand.of("stty", "-F", device, "size").runAnyStatus();
      String[] rowsAndColumns = size.text().split(" ", -1);
      int columns = rowsAndColumns.length == 2 ? Integer.parseInt(rowsAndColumns[1]) : 0;
      // A serial line knows no size and says 0.
      return columns == 0 ? USUAL_COLUMNS : Math.max(FEWEST_COLUMNS, columns);
    } catch (NumberFormatException | CommandFailedException e) {
      return USUAL_COLUMNS;
    }
  }
}
