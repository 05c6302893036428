package io.github.containersnap.cli;

import io.github.containersnap.cli.option.ProgressOption;
import io.github.containersnap.cli.option.RegistryOptions;
import io.github.containersnap.cli.output.ProgressReporter;
import io.github.containersnap.cli.output.ProgressReporter.CommandResult;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.etc.EtcReset;
import io.github.containersnap.engine.etc.EtcVersions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "reset",
    description = {
      "Deploys the running image once more, with the image's own /etc, and makes it the default."
          + " Prints the new deployment's id.",
      "",
      "Kept of the /etc here are machine-id, hostname, hosts, fstab, crypttab, SSH host keys and"
          + " the configuration of the network: resolv.conf, network, netplan, systemd/network,"
          + " NetworkManager/system-connections, sysconfig/network, wpa_supplicant, iwd. Everything"
          + " else in /etc becomes the image's, also kernel arguments and container-snap's own"
          + " settings. /var, /home, /root and /srv stay as they are.",
      "",
      "Users, groups and passwords are not decided for you: --keep-users keeps all of them,"
          + " --drop-users takes those of the image. Make sure that somebody can log in then.",
      "",
      "--drop-users changes no owner in /var, /home, /root and /srv: files keep the numbers of"
          + " their users and groups. A number that the image does not know stays without a name,"
          + " until a new user gets it, and with it the files. A service whose number is another"
          + " one in the image no longer owns its files. After the restart, `find /var /home /srv"
          + " -nouser -o -nogroup` lists files without an owner, and `systemd-tmpfiles --create`"
          + " and chown mend what services need.",
      "",
      "It is a transaction and a trial like an update: the running system stays as it is, and is"
          + " fallen back to. `container-snap discard` takes the reset back before the restart,"
          + " `container-snap rollback` after it. What is changed in /etc between the reset and the"
          + " restart is carried over."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap reset --keep-users",
      "  container-snap reset --keep-users --keep /etc/kernel --keep /etc/container-snap.toml",
      "",
      "Exit status: 0 done; 1 failed, and nothing was changed; 2 usage, or no image to reset to; 75"
          + " another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class ResetCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @ArgGroup(multiplicity = "1")
  private Users users = new Users();

  @Option(
      names = "--keep",
      paramLabel = "PATH",
      description = "Keep this file or directory below /etc too; may be given more than once.")
  private List<String> kept = new ArrayList<>();

  @Mixin(name = ProgressOption.NAME)
  private ProgressOption progress = new ProgressOption();

  @SuppressWarnings("NullAway.Init") // picocli injects it
  ResetCommand() {}

  /** One of them: nobody is to lose the way in by not having thought of it. */
  static final class Users {
    @Option(
        names = "--keep-users",
        required = true,
        description = "Keep passwd, shadow, group, gshadow, subuid and subgid.")
    private boolean keep;

    @Option(
        names = "--drop-users",
        required = true,
        description = "Take the image's; users that were added here are gone, their files stay.")
    private boolean drop;
  }

  @Override
  public void run() {
    EtcReset reset =
        new EtcReset(users.keep && !users.drop, kept.stream().map(EtcVersions::belowEtc).toList());
    ProgressReporter narrator = progress.narrator(parent.error());
    Update.UpdateResult.Updated result =
        new Update(parent.machine(new RegistryOptions(), narrator)).reset(reset);
    narrator.ends(
        CommandResult.UPDATED,
        Optional.of(result.deployment()),
        "Reset. %s boots next, with the image's /etc.".formatted(result.deployment().shortForm()));
    parent.out().println(result.deployment());
  }
}
