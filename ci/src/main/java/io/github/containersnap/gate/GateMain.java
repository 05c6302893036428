package io.github.containersnap.gate;

import io.github.containersnap.cli.output.HelpPage;
import io.github.containersnap.cli.output.UsageSentence;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.PrintableText;
import io.github.containersnap.engine.model.UnusableImageReferenceException;
import io.github.containersnap.gate.check.CheckOptions;
import io.github.containersnap.gate.check.CheckRun;
import io.github.containersnap.gate.check.ScenarioOptions;
import io.github.containersnap.gate.demo.DemoFailedException;
import io.github.containersnap.gate.images.DefaultPair;
import io.github.containersnap.gate.merge.NothingToMergeException;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateBuild;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.NothingToCheckException;
import io.github.containersnap.gate.run.UnfitMachineException;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.experiment.UnusablePairException;
import io.github.containersnap.harness.history.HistoryFile;
import io.github.containersnap.harness.mutant.UnknownMutantException;
import io.github.containersnap.harness.updater.ExperimentFailedException;
import io.github.containersnap.image.UnreadableImageException;
import io.github.containersnap.image.signature.UnsignedImageException;
import io.github.containersnap.image.signature.UnusableKeyPolicyException;
import io.github.containersnap.vm.images.build.ImageBuildException;
import io.github.containersnap.vm.machine.BootFailedException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The program behind {@code ci/gate}. */
@Command(
    name = "ci/gate",
    version = GateBuild.VERSION,
    mixinStandardHelpOptions = true,
    description = {
      "Does an operating-system update survive a power cut at every write?",
      "",
      "Updates a disk from one OCI image to another with the real engine, podman and kernel btrfs"
          + " while every block write is recorded; replays a power cut after each write; and looks"
          + " at every disk as the boot loader and the kernel would.",
      "",
      "Without a command it makes a Debian pair of images and checks that, explaining what it does."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate",
      "  ci/gate check oci:/srv/os:stable oci-archive:/srv/os-next.tar --report report",
      "  ci/gate mutants                     # known faults: all must be caught",
      "  ci/gate demo                        # what it is all for, in some minutes",
      "  ci/gate properties                  # thousands of histories of a simulated machine",
      "  ci/gate check OLD NEW --states all  # lose any part of an epoch",
      "  ci/gate reproduce report/cases/state-413.json --mount /mnt",
      "",
      "Exit status: 0 the update held, 1 it did not, 2 usage or an image that cannot be used, 3"
          + " this machine cannot run it or states were left unknown, 4 both images are the same;"
          + " 130 after Ctrl-C."
    },
    subcommands = {
      CheckCommand.class,
      CompareCommand.class,
      RecordCommand.class,
      MergeCommand.class,
      ReproduceCommand.class,
      MinimizeCommand.class,
      ReportCommand.class,
      MutantsCommand.class,
      PropertiesCommand.class,
      DemoCommand.class,
      BenchmarkCommand.class
    })
public final class GateMain implements Callable<Integer> {
  /** Held here, for the logging of Java forgets what nobody holds. */
  private static final List<Logger> CONTAINERS =
      List.of(
          Logger.getLogger("org.testcontainers"),
          Logger.getLogger("com.github.dockerjava"),
          Logger.getLogger("tc"));

  private final GateContext surroundings;

  @Mixin private CheckOptions options;

  @Mixin private ScenarioOptions scenarios;

  @SuppressWarnings("NullAway.Init") // picocli injects the options
  private GateMain(GateContext surroundings) {
    this.surroundings = surroundings;
  }

  /** Runs the gate and ends the process with its exit status. */
  public static void main(String[] arguments) {
    Logger.getLogger("").setLevel(Level.WARNING);
    CONTAINERS.forEach(logger -> logger.setLevel(Level.OFF)); // what fails is thrown, too
    GateContext surroundings = GateContext.ofThisProcess();
    int status = ExitStatus.CANNOT_TELL.code();
    try {
      status = execute(surroundings, arguments);
    } finally {
      surroundings.interruption().workEnded();
    }
    System.exit(status);
  }

  /** Runs the gate; returns its exit status. */
  static int execute(GateContext surroundings, String... arguments) {
    CommandLine program =
        new CommandLine(new GateMain(surroundings))
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF))
            .setOut(writer(surroundings.out()))
            .setErr(writer(surroundings.err()))
            .setExecutionExceptionHandler(
                (failure, command, parsed) -> report(failure, command, surroundings))
            .setParameterExceptionHandler(
                (failure, _) -> {
                  UsageSentence sentence = new UsageSentence(failure);
                  surroundings
                      .err()
                      .println("ci/gate: %s %s".formatted(sentence.text(), sentence.advice()));
                  new UnbegunReport(surroundings.err())
                      .leave(failure.getCommandLine(), ExitStatus.UNUSABLE, sentence.text());
                  return ExitStatus.UNUSABLE.code();
                });
    HelpPage.applyTo(program, List.of());
    return program.execute(arguments);
  }

  private static PrintWriter writer(PrintStream stream) {
    return PrintableText.writer(new PrintWriter(stream, true, StandardCharsets.UTF_8));
  }

  GateContext surroundings() {
    return surroundings;
  }

  @Override
  public Integer call() throws Exception {
    return CheckRun.of(
            options.plan(), scenarios.scenarios(), new DefaultPair(options.small()), surroundings)
        .code();
  }

  private static int report(Exception failure, CommandLine command, GateContext surroundings) {
    if (surroundings.interruption().requested()) {
      return ExitStatus.CANNOT_TELL.code(); // said by the interruption; the signal is the status
    }
    surroundings.console().endBar();
    PrintStream err = surroundings.err();
    ExitStatus status =
        switch (failure) {
          case UnusableInputException input -> ExitStatus.UNUSABLE;
          case NothingToCheckException same -> ExitStatus.NOTHING_TO_CHECK;
          case UnreadableImageException image -> ExitStatus.UNUSABLE;
          case UnsignedImageException image -> ExitStatus.UNUSABLE;
          case UnusableKeyPolicyException policy -> ExitStatus.UNUSABLE;
          case UnusableImageReferenceException image -> ExitStatus.UNUSABLE;
          case UnusablePairException pair -> ExitStatus.UNUSABLE;
          case UnknownMutantException mutant -> ExitStatus.UNUSABLE;
          case HistoryFile.UnusableHistoryException history -> ExitStatus.UNUSABLE;
          case NothingToMergeException results -> ExitStatus.CANNOT_TELL;
          case UnfitMachineException machine -> ExitStatus.CANNOT_TELL;
          case ImageBuildException build -> ExitStatus.CANNOT_TELL;
          case ExperimentFailedException experiment -> ExitStatus.CANNOT_TELL;
          case CommandFailedException external -> ExitStatus.CANNOT_TELL;
          case BootFailedException boot -> ExitStatus.CANNOT_TELL;
          case DemoFailedException story -> ExitStatus.VIOLATED;
          case UncheckedIOException io -> ExitStatus.CANNOT_TELL;
          case IOException io -> ExitStatus.CANNOT_TELL;
          default -> {
            err.println("ci/gate: a defect of this program; please report it with what follows.");
            failure.printStackTrace(err);
            yield ExitStatus.CANNOT_TELL;
          }
        };
    err.println("ci/gate: " + sentence(failure));
    new UnbegunReport(err).leave(command, status, sentence(failure));
    return status.code();
  }

  private static String sentence(Exception failure) {
    String message = String.valueOf(failure.getMessage());
    boolean aboutFiles = failure instanceof IOException || failure instanceof UncheckedIOException;
    return aboutFiles && failure.getCause() != null && !message.contains("" + failure.getCause())
        ? message + ": " + failure.getCause()
        : message;
  }
}
