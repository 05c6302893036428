package io.github.containersnap.gate;

import io.github.containersnap.gate.cases.CaseOptions;
import io.github.containersnap.gate.cases.Reproduction;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code ci/gate reproduce CASE}. */
@Command(
    name = "reproduce",
    mixinStandardHelpOptions = true,
    description = {
      "Makes the disk of a failing crash again, bit for bit, and shows it.",
      "",
      "CASE is a case file of a report (REPORT/cases/….json). The disk is made from the disk before"
          + " the update and the write log, which lie in REPORT/disk, or where --keep left them;"
          + " it is checked against the case, and gone when the command ends. Without an option"
          + " the case is explained."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate reproduce report/cases/dropped-590.json",
      "  ci/gate reproduce report/cases/dropped-590.json --mount /mnt",
      "  ci/gate reproduce report/cases/dropped-590.json --shell",
      "  ci/gate reproduce report/cases/dropped-590.json --boot"
    })
final class ReproduceCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Mixin private CaseOptions options = new CaseOptions();

  @ArgGroup private Show show = new Show();

  /** At most one of these. */
  static final class Show {
    @Option(
        names = "--explain",
        description =
            "Say which writes were lost, which files and trees they belonged to, and what the boot"
                + " loader and the kernel see (the default).")
    private boolean explain;

    @Option(
        names = "--mount",
        paramLabel = "DIR",
        description =
            "Mount the btrfs (its top level) on DIR, as a boot would: the kernel replays its log."
                + " Ends, and unmounts it, when Enter is pressed or on Ctrl-C.")
    private Optional<Path> mount = Optional.empty();

    @Option(
        names = "--shell",
        description = "Mount it and run a shell there ($SHELL); ends with the shell.")
    private boolean shell;

    @Option(
        names = "--disk",
        paramLabel = "FILE",
        description = "Write the whole disk to FILE, which must not exist. It is sparse.")
    private Optional<Path> disk = Optional.empty();

    @Option(
        names = "--boot",
        description =
            "Boot it in a virtual machine, from an overlay, with its serial console on the"
                + " terminal (Ctrl-] ends it). Without a terminal: print what it shows until it has"
                + " come up (status 0) or not (status 1).")
    private boolean boot;

    @Option(
        names = "--gdb",
        description = "The same, halted before its first instruction until gdb attaches.")
    private boolean gdb;
  }

  @SuppressWarnings("NullAway.Init") // picocli injects them
  ReproduceCommand() {}

  @Override
  public Integer call() throws Exception {
    Reproduction reproduction = new Reproduction(options, gate.surroundings());
    if (show.mount.isPresent()) {
      return reproduction.mount(show.mount.get()).code();
    }
    if (show.disk.isPresent()) {
      return reproduction.write(show.disk.get()).code();
    }
    if (show.boot || show.gdb) {
      return reproduction.boot(show.gdb).code();
    }
    boolean explain = show.explain || !show.shell;
    return (explain ? reproduction.explain() : reproduction.shell()).code();
  }
}
