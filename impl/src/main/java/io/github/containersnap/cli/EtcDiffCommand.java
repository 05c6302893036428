package io.github.containersnap.cli;

import io.github.containersnap.adapter.linux.UnifiedDiff;
import io.github.containersnap.cli.output.EtcDiffJson;
import io.github.containersnap.engine.EtcRestoration;
import io.github.containersnap.engine.etc.EtcChanges;
import io.github.containersnap.engine.etc.EtcVersions;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.etc.EtcChange;
import io.github.containersnap.tree.FileKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "etc-diff",
    description = {
      "Shows what this machine changed in /etc, against the image of its deployment. With"
          + " --restore it puts the image's version of a file or directory back; without, it only"
          + " reads.",
      "",
      "One line a change, sorted by path:",
      "  A  added here; the image does not have it",
      "  M  other content",
      "  D  deleted here",
      "  T  another type of file, such as a link instead of a file",
      "  m  same content, but another mode, owner or extended attribute",
      "",
      "Left out are files that every system writes by itself: machine-id, .updated, .pwd.lock,"
          + " ld.so.cache, and passwd- and the like. --all and --json list them too.",
      "",
      "With a PATH that begins with /etc/ it shows the file instead: a unified diff from the"
          + " image's version to the one here, and where both lie.",
      "",
      "An update carries all of these over to the new deployment. Where the new image changed the"
          + " same file, the one from here is kept and the update says so.",
      "",
      "--restore works on the running system, at once: it prints the changes that it has undone, as"
          + " above. A program that reads the file meanwhile, and a power cut, find the version"
          + " from here or the image's, whole. The version from here is then gone. Refused are"
          + " machine-id, SSH host keys and the files of users and groups, whose image's version is"
          + " not this machine's; a file that the image does not have; and a directory with such"
          + " files, unless --remove-added is given."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap etc-diff",
      "  container-snap etc-diff --long | less",
      "  container-snap etc-diff --all",
      "  container-snap etc-diff /etc/ssh/sshd_config",
      "  container-snap etc-diff --restore /etc/ssh/sshd_config",
      "  container-snap etc-diff --restore --remove-added /etc/cron.d",
      "",
      "Exit status: 0 whether there are changes or not; 1 /etc could not be read, or nothing was"
          + " restored; 2 usage, no such deployment or file, or one that is not restored; 75"
          + " another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class EtcDiffCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;
  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Option(
      names = {"-l", "--long"},
      description = "Also say how each path differs.")
  private boolean inWords;

  @Option(
      names = {"-a", "--all"},
      description = "Also list files that every system writes by itself.")
  private boolean all;

  @Option(names = "--json", description = "Print JSON (schema 1) for machines.")
  private boolean json;

  @Option(
      names = "--restore",
      description = "Put the image's version of PATH back into the /etc of this system.")
  private boolean restore;

  @Option(
      names = "--remove-added",
      description =
          "With --restore, also remove files of that directory which the image does not have.")
  private boolean removeAdded;

  @Parameters(
      paramLabel = "[ID] [PATH]",
      hideParamSyntax = true,
      arity = "0..2",
      description =
          ContainerSnap.A_DEPLOYMENT + " Without it, the current one. And a path below /etc.")
  private List<String> arguments = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // picocli injects it
  EtcDiffCommand() {}

  @Override
  public void run() {
    List<String> paths = arguments.stream().filter(it -> it.startsWith("/")).toList();
    List<String> ids = arguments.stream().filter(it -> !it.startsWith("/")).toList();
    if (paths.size() > 1 || ids.size() > 1 || (json && !paths.isEmpty())) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "Name one deployment and one path at the most; --json takes no PATH.");
    }
    if (restore) {
      restore(paths, ids);
      return;
    }
    if (removeAdded) {
      throw new CommandLine.ParameterException(
          spec.commandLine(), "--remove-added goes with --restore.");
    }
    Optional<DeploymentId> id = ids.stream().findFirst().map(parent::deployment);
    if (!paths.isEmpty()) {
      print(EtcVersions.of(parent.lookedAt(), id, paths.getFirst()), paths.getFirst());
      return;
    }
    EtcChanges found = EtcChanges.of(parent.lookedAt(), id);
    if (json) {
      parent.out().println(EtcDiffJson.of(found));
    } else if (found.changes().isEmpty()) {
      parent.error().printf("/etc of %s is as its image has it.%n", found.deployment().shortForm());
    } else {
      printList(found);
    }
  }

  private void restore(List<String> paths, List<String> ids) {
    if (paths.size() != 1 || !ids.isEmpty() || json) {
      throw new CommandLine.ParameterException(
          spec.commandLine(),
          "--restore takes one PATH, such as /etc/hosts; no ID, since it works on the current"
              + " deployment; and no --json.");
    }
    String path = paths.getFirst();
    EtcRestoration.Restored restored = new EtcRestoration(parent.machine()).of(path, removeAdded);
    restored.undone().forEach(this::print);
    parent
        .error()
        .println(
            (restored.undone().isEmpty()
                    ? "%s was as the image of %s has it."
                    : "Restored %s as the image of %s has it.")
                .formatted(path, restored.deployment().shortForm()));
  }

  private void printList(EtcChanges found) {
    List<EtcChange> shown =
        found.changes().stream().filter(change -> all || !change.isRoutine()).toList();
    shown.forEach(this::print);
    int leftOut = found.changes().size() - shown.size();
    if (leftOut > 0) {
      parent
          .error()
          .printf("Left out: %,d that every system writes by itself; --all lists them.%n", leftOut);
    }
  }

  private void print(EtcVersions versions, String path) {
    print("image: ", versions.image());
    print("here:  ", versions.here());
    if (isFileOrNothing(versions.image()) && isFileOrNothing(versions.here())) {
      UnifiedDiff.of(content(versions.image()), "image's " + path, content(versions.here()), path)
          .forEach(parent.out()::println);
    }
  }

  private static boolean isFileOrNothing(EtcVersions.Version version) {
    return version.seen().filter(it -> it.kind() != FileKind.FILE).isEmpty();
  }

  private static Path content(EtcVersions.Version version) {
    return version.seen().isPresent() ? version.place() : Path.of("/dev/null");
  }

  /** The place has a line of its own, so that it can be copied. */
  private void print(String name, EtcVersions.Version version) {
    parent.out().println(name + version.seen().map(EtcDiffCommand::inWords).orElse("no such file"));
    if (version.seen().isPresent()) {
      parent.out().println("  " + version.place());
    }
  }

  private static String inWords(SystemFiles.Seen seen) {
    return seen.kind() == FileKind.SYMLINK
        ? "a link to " + seen.linkTarget()
        : "%s, mode %04o".formatted(seen.kind().words(), seen.mode());
  }

  private void print(EtcChange change) {
    String line = change.kind().letter() + " " + EtcDiffJson.path(change);
    parent.out().println(inWords ? line + "  (" + change.what() + ")" : line);
  }
}
