package io.github.containersnap.vm.images.build;

import io.github.containersnap.command.ExternalCommand;

/**
 * Commands that mount things and start processes of their own, kept from leaving any behind: they
 * run in mount and process namespaces that end with them, and they die with this process, also when
 * it is killed.
 */
public final class NamespacedCommand {
  private NamespacedCommand() {}

  /** A command in namespaces of its own, which ends with this process. */
  public static ExternalCommand command(Object... arguments) {
    return ExternalCommand.of("setpriv", "--pdeathsig", "KILL")
        .with("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
        .with(arguments);
  }
}
