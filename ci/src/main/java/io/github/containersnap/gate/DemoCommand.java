package io.github.containersnap.gate;

import io.github.containersnap.cli.option.NamedValueConverter;
import io.github.containersnap.gate.demo.AsciicastWriter;
import io.github.containersnap.gate.demo.Demo;
import io.github.containersnap.gate.demo.DemoTerminal;
import io.github.containersnap.gate.demo.Transcript;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.HostCapabilities;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.terminal.Terminal;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code ci/gate demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Shows, in this terminal, what container-snap is for.",
      "",
      "A real Debian host in a virtual machine boots its old system, updates from a registry, loses"
          + " its power while the new one is made the default, comes back whole, updates again,"
          + " boots the new one, is given a broken image, and returns by itself. Everything"
          + " happens while it is shown; a few minutes with KVM, some ten without.",
      "",
      "--script administrator tells another story, of about half an hour without KVM: a disk is"
          + " installed by the packaged program, and an administrator says where its updates come"
          + " from and when, looks before each step, and meets a failing health check and a wrong"
          + " kernel argument."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate demo",
      "  ci/gate demo --record demo.cast      # play it with: asciinema play demo.cast",
      "  ci/gate demo --fast                  # as fast as the machine goes",
      "  ci/gate demo --fast --script administrator --transcript session.txt",
      "",
      "Exit status: 0 all went as told, 1 it took another turn, 3 this machine cannot run it; 130"
          + " after Ctrl-C."
    })
final class DemoCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Option(
      names = "--record",
      paramLabel = "FILE",
      description = "Keep it as FILE, in the asciicast format of asciinema.")
  private Optional<Path> record = Optional.empty();

  @Option(
      names = "--script",
      paramLabel = "NAME",
      description = "Which story: power-cut, or administrator; power-cut if left out.",
      converter = StoryConverter.class)
  private Demo.Story story = Demo.Story.POWER_CUT;

  @Option(
      names = "--transcript",
      paramLabel = "FILE",
      description = "Write it to FILE as plain text.")
  private Optional<Path> transcript = Optional.empty();

  @Option(names = "--fast", description = "Leave no time to read.")
  private boolean fast;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  DemoCommand() {}

  @Override
  public Integer call() throws Exception {
    requireWritable();
    GateContext surroundings = gate.surroundings();
    HostCapabilities.thisMachine().requireFit();
    HostCapabilities.requireProgram("docker-registry");
    surroundings.sweep();
    try (Workspace workspace = surroundings.openWorkspace()) {
      surroundings.console().explain("The stage is set (once, some minutes; then seconds):");
      return give(workspace, surroundings).code();
    }
  }

  private ExitStatus give(Workspace workspace, GateContext surroundings) throws IOException {
    Terminal terminal = Terminal.ofStandardError();
    try (AsciicastWriter cast =
            record
                .map(file -> AsciicastWriter.to(file, terminal.columns(), "container-snap"))
                .orElseGet(AsciicastWriter::nowhere);
        Transcript text = transcript.map(Transcript::to).orElseGet(Transcript::nowhere)) {
      DemoTerminal stage =
          new DemoTerminal(
              surroundings.out(),
              cast,
              text,
              terminal.columns(),
              terminal.interactive() || record.isPresent(),
              !fast,
              surroundings.interruption()::check);
      new Demo(workspace, stage, text, surroundings::part).give(story);
    }
    record.ifPresent(
        file ->
            surroundings
                .console()
                .explain("Kept in %s; asciinema play %s shows it again.".formatted(file, file)));
    return ExitStatus.HOLDS;
  }

  /** Before ten minutes of work, not after. */
  private void requireWritable() {
    requireWritable("--record", record);
    requireWritable("--transcript", transcript);
  }

  private static void requireWritable(String option, Optional<Path> kept) {
    kept.map(file -> file.toAbsolutePath().getParent())
        .filter(directory -> !Files.isWritable(directory))
        .ifPresent(
            directory -> {
              throw new UnusableInputException(
                  "%s: %s is not a directory that can be written to.".formatted(option, directory));
            });
  }

  /** Reads the name of a story. */
  static final class StoryConverter extends NamedValueConverter<Demo.Story> {
    StoryConverter() {
      super(Demo.Story.class);
    }
  }
}
