package io.github.containersnap.cli;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.cli.option.RegistryOptions;
import io.github.containersnap.cli.output.HelpPage;
import io.github.containersnap.cli.output.LineProgress;
import io.github.containersnap.cli.output.VerbGroup;
import io.github.containersnap.command.PrintableText;
import io.github.containersnap.engine.adoption.HostAdoption;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.health.HealthChecks;
import io.github.containersnap.health.UpdateHooks;
import io.github.containersnap.image.RegistryAccess;
import io.github.containersnap.linux.FileModeMask;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The {@code container-snap} command. */
@Command(
    name = "container-snap",
    version = "container-snap 0.1",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "VERB",
    description = {
      "Updates an operating system as a whole, from an OCI image.",
      "",
      "An update makes a new bootable deployment beside the running one and changes what boots in"
          + " one step: after a power cut at any moment the machine boots the old system or the new"
          + " one, never a mixture."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap update docker://registry.example/os:stable",
      "  container-snap status",
      "  container-snap rollback",
      "",
      "`container-snap VERB --help` and container-snap-VERB(8) say more about a verb.",
      "",
      "Exit status: 0 done, 1 failed (nothing was changed unless it says so), 2 usage or unusable"
          + " image, 75 another container-snap is at work (try again)."
    })
public final class ContainerSnap implements Runnable {
  /** What an argument named ID takes. */
  static final String A_DEPLOYMENT =
      "A deployment: its id, at least 4 first digits of it, current, default, fallback or pending.";

  /** What an argument named REF takes. */
  static final String AN_IMAGE =
      "The image: docker://HOST/NAME:TAG, oci:DIR:TAG, oci-archive:FILE, docker-archive:FILE, or"
          + " containers-storage:NAME:TAG for one that podman built here; without a transport, a"
          + " file or a directory of that name, or else a name in a registry.";

  private final MachineAccess access;

  /** Where a line that is read without picocli prints. */
  private final Optional<Printers> printers;

  @Option(
      names = "--root",
      paramLabel = "DIR",
      scope = CommandLine.ScopeType.INHERIT,
      description =
          "Work on the system whose btrfs top level (subvolid 5) is mounted at DIR and which is not"
              + " running; without it, on the running system.")
  private Optional<Path> root = Optional.empty();

  @Option(
      names = "--insecure",
      scope = CommandLine.ScopeType.INHERIT,
      description = "Talk to registries without a valid TLS certificate, or without TLS.")
  private boolean insecure;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  /** A command line that reaches its machine through {@code access}. */
  @SuppressWarnings("NullAway.Init") // picocli injects spec
  public ContainerSnap(MachineAccess access) {
    this.access = access;
    this.printers = Optional.empty();
  }

  /** What a verb is asked on whose line is read without picocli. */
  @SuppressWarnings("NullAway.Init") // nothing is asked of spec then
  ContainerSnap(MachineAccess access, Optional<Path> root, PrintWriter out, PrintWriter error) {
    this.access = access;
    this.printers = Optional.of(new Printers(out, error));
    this.root = root;
  }

  private record Printers(PrintWriter out, PrintWriter error) {}

  /**
   * Runs any command line.
   *
   * @param out takes the answer; all that is printed is made safe
   * @param error takes what is said besides
   * @return the exit status
   */
  public static int run(
      MachineAccess access, PrintStream out, PrintStream error, String... arguments) {
    FileModeMask.setUsual();
    SignalReport interruption = SignalReport.watch(error);
    PrintWriter answer = PrintableText.writer(out);
    PrintWriter besides = PrintableText.writer(error);
    try {
      return PlainLine.of(arguments)
          .map(line -> line.execute(access, answer, besides))
          .orElseGet(
              () ->
                  commandLine(access, arguments).setOut(answer).setErr(besides).execute(arguments));
    } finally {
      interruption.ended();
    }
  }

  /** The command line, ready to be executed or asked for help; all it prints is made safe. */
  public static CommandLine commandLine(MachineAccess access) {
    return commandLine(access, Verbs.NAMES);
  }

  /**
   * The same as far as these arguments need it. Where they begin with a verb, or with {@code --root
   * DIR} and a verb, no other verb is described to picocli, which would inspect the classes of all
   * of them: that takes most of the time of a command that only looks something up.
   */
  public static CommandLine commandLine(MachineAccess access, String... arguments) {
    List<String> words = RootedLine.of(arguments).words();
    return !words.isEmpty() && Verbs.standsAlone(words.getFirst())
        ? commandLine(access, List.of(words.getFirst()))
        : commandLine(access);
  }

  private static CommandLine commandLine(MachineAccess access, List<String> verbs) {
    CommandLine program = new CommandLine(new ContainerSnap(access));
    verbs.forEach(verb -> program.addSubcommand(Verbs.command(verb)));
    program
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
        .setOut(PrintableText.writer(System.out))
        .setErr(PrintableText.writer(System.err))
        .setParameterExceptionHandler(new UsageReport())
        .setExecutionExceptionHandler(new FailureReport());
    HelpPage.applyTo(program, List.of(VerbGroup.values()));
    return program;
  }

  Machine machine() {
    return machine(new RegistryOptions(), new LineProgress(error()));
  }

  Machine machine(RegistryOptions registries, Progress progress) {
    return access.open(root, registries.hostAccess(!insecure), progress);
  }

  /** What a verb that only looks something up is asked on. */
  Session session() {
    return new Session(access, root, out(), error());
  }

  /** The machine for a command that only reads. */
  Machine lookedAt() {
    return session().lookedAt();
  }

  /** The deployment that a person calls {@code text}. */
  DeploymentId deployment(String text) {
    return session().deployment(text);
  }

  HostAdoption adoption(Optional<String> subvolume, Progress progress) {
    return access.adoption(root, subvolume, progress);
  }

  Optional<String> provideBootCount() {
    return access.provideBootCount(root);
  }

  SystemLock.Held adoptionLock() {
    return access.adoptionLock();
  }

  HealthChecks healthChecks() {
    return access.healthChecks();
  }

  /** None for a system that is not running. */
  UpdateHooks updateHooks() {
    return hasRoot() ? UpdateHooks.NONE : access.updateHooks();
  }

  void restart(String message) {
    access.restart(message);
  }

  boolean restartWasRefused() {
    return access.restartWasRefused();
  }

  RegistryAccess registryAccess(RegistryOptions registries) {
    return registries.hostAccess(!insecure);
  }

  boolean hasRoot() {
    return root.isPresent();
  }

  Podman podman(RegistryOptions registries) {
    return new Podman(access.runtimeDirectory(), registries.hostAccess(!insecure));
  }

  PrintWriter out() {
    return printers.map(Printers::out).orElseGet(() -> spec.commandLine().getOut());
  }

  PrintWriter error() {
    return printers.map(Printers::error).orElseGet(() -> spec.commandLine().getErr());
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "Name a command.");
  }
}
