package io.github.containersnap.adapter;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.UpdateException;

/** Restarts the running system by systemd, which tells logged-in users and asks inhibitors. */
final class SystemRestart {
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
    CommandOutput output =
        ExternalCommand.of("systemctl", "reboot", "--check-inhibitors=yes", "--message=" + message)
            .runAnyStatus();
    if (!output.succeeded()) {
      throw new RefusedRestartException(
          output.standardError().strip().lines().findFirst().orElse("systemctl reboot failed"));
    }
  }
}
