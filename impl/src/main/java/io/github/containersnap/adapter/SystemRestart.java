package io.github.containersnap.adapter;

import io.github.containersnap.base.UnreadableJsonException;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.UpdateException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Restarts the running system by systemd, which tells logged-in users, unless an inhibitor keeps it
 * up.
 *
 * <p>The inhibitors are asked for here. {@code systemctl --check-inhibitors=yes} would refuse, too,
 * while anybody else is logged in: one forgotten session and an unattended machine never restarts.
 */
final class SystemRestart {
  private static final Path RUNTIME = Path.of("/run/container-snap");

  /** Made when a restart was refused; it is gone after one. */
  private static final Path REFUSED = RUNTIME.resolve("restart-refused");

  private static final String LOGIND = "org.freedesktop.login1";

  private SystemRestart() {}

  /** An inhibitor, or systemd itself, keeps the system from restarting. */
  static final class RefusedRestartException extends UpdateException {
    private static final long serialVersionUID = 1L;

    RefusedRestartException(String why) {
      super(
          "The new system is deployed, and the restart into it was refused: %s.".formatted(why),
          "`systemd-inhibit --list` shows who wants the system to stay up. It boots the new system"
              + " whenever it restarts: `systemctl reboot`.");
    }
  }

  /**
   * Begins the restart and returns; systemd stops this process before long.
   *
   * @param message what logged-in users are told, a sentence
   * @throws RefusedRestartException if it is refused
   */
  static void begin(String message) {
    List<RestartInhibitor> inhibitors = inhibitors();
    if (!inhibitors.isEmpty()) {
      noteRefusal();
      throw new RefusedRestartException("it is inhibited by " + inhibitors.getFirst().inWords());
    }
    CommandOutput output =
        ExternalCommand.of("systemctl", "reboot", "--check-inhibitors=no", "--message=" + message)
            .runAnyStatus();
    if (!output.succeeded()) {
      noteRefusal();
      throw new RefusedRestartException(
          output.standardError().strip().lines().findFirst().orElse("systemctl reboot failed"));
    }
  }

  /** Whether one was refused since the system has started. */
  static boolean wasRefused() {
    return Files.exists(REFUSED);
  }

  /** Without the note, the next window restarts the system. */
  private static void noteRefusal() {
    try {
      Files.createDirectories(RUNTIME);
      Files.writeString(REFUSED, "");
    } catch (IOException _) {
      // The refusal itself is what has to be said.
    }
  }

  /** None on a system without logind or D-Bus, where nobody can hold one. */
  private static List<RestartInhibitor> inhibitors() {
    try {
      CommandOutput output =
          ExternalCommand.of("busctl", "--json=short", "call", LOGIND)
              .with("/org/freedesktop/login1", LOGIND + ".Manager", "ListInhibitors")
              .runAnyStatus();
      return output.succeeded() ? RestartInhibitor.in(output.text()) : List.of();
    } catch (CommandFailedException | UnreadableJsonException e) {
      return List.of();
    }
  }
}
