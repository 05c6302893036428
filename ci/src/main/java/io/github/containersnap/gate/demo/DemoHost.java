package io.github.containersnap.gate.demo;

import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.machine.GuestShell;
import io.github.containersnap.vm.machine.MachineDisk;
import io.github.containersnap.vm.machine.MachinePlan;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The host of the story: a disk, and the machine that runs from it. */
final class DemoHost implements AutoCloseable {
  private static final Duration LONGEST_LIFE = Duration.ofHours(3);
  private static final Duration ONE_BOOT = Duration.ofMinutes(20);
  private static final Duration FOUR_BOOTS = ONE_BOOT.multipliedBy(4);
  private static final Duration ONE_COMMAND = Duration.ofMinutes(30);
  private static final Pattern ID = Pattern.compile("[0-9a-f]{64}(-work\\d+)?");
  private static final Pattern UP = Pattern.compile("image version (\\d+), is up");

  /** What of a console is worth reading; most of it is not. */
  private static final List<Pattern> WORTH_READING =
      Stream.of(
              "Booting `.*",
              "initrd of image version .*",
              "Welcome to .*",
              ".*(Failed|FAILED).*(Start|start|health|boot).*",
              ".*Reached target.*(boot-complete|Multi-User|multi-user).*",
              "(?!.* Job ).*container-snap[.-](?!debian).*",
              ".*, is up",
              ".*Kernel panic.*",
              "Broadcast message from .*",
              "The system will reboot now!",
              ".*reboot: Restarting system.*")
          .map(Pattern::compile)
          .toList();

  private final ContainerEngine engine;
  private final Path disk;
  private final DemoTerminal stage;
  private Optional<VirtualMachine> running = Optional.empty();

  /**
   * @param disk the file that it boots
   */
  DemoHost(ContainerEngine engine, Path disk, DemoTerminal stage) {
    this.engine = engine;
    this.disk = disk;
    this.stage = stage;
  }

  /** Switches it on and watches it until a system has come up; the version of its image. */
  int boot() {
    return boot(plan());
  }

  /**
   * The same.
   *
   * @param time what its clock says then, in UTC
   */
  int boot(LocalDateTime time) {
    return boot(plan().switchedOnAt(time).withProcessors(1));
  }

  private int boot(MachinePlan plan) {
    running = Optional.of(VirtualMachine.start(engine, plan));
    return watch(new ConsoleReader(machine().console(), 0), ONE_BOOT);
  }

  private MachinePlan plan() {
    return MachinePlan.ofDebianHost(new MachineDisk.Written(disk)).limitedTo(LONGEST_LIFE);
  }

  /** Restarts it in order and watches it, through all boots of a trial, until a system is up. */
  int reboot() {
    return watch(restarting(), FOUR_BOOTS);
  }

  /**
   * The same, until the system of this image's version is up, whatever comes up before and is found
   * wanting.
   */
  void rebootUntil(int version) {
    ConsoleReader reader = restarting();
    while (watch(reader, FOUR_BOOTS) != version) {
      stage.checkInterruption();
    }
  }

  private ConsoleReader restarting() {
    ConsoleReader reader = fromNow();
    stage.types("systemctl reboot");
    try (GuestShell shell = machine().shell()) {
      // Later, for the shell's answer has to come first.
      shell.run("(sleep 2; systemctl --no-block reboot) >/dev/null 2>&1 & true", ONE_COMMAND);
    }
    return reader;
  }

  private ConsoleReader fromNow() {
    return new ConsoleReader(machine().console(), machine().console().end());
  }

  /**
   * Runs a command that restarts the host once it has written an id, and watches the host until a
   * system is up.
   *
   * @return the version of its image
   */
  int runAndRestart(String command) {
    ConsoleReader reader = fromNow();
    if (runUntil(command, ID.asMatchPredicate()).isPresent()) {
      throw new DemoFailedException("'%s' wrote no id".formatted(command));
    }
    return watch(reader, FOUR_BOOTS);
  }

  /** Runs a command that nobody sees. */
  void prepare(String command) {
    try (GuestShell shell = machine().shell()) {
      GuestShell.Answer answer = shell.run(command, ONE_COMMAND);
      if (answer.status() != 0) {
        throw new DemoFailedException("'%s' said: %s".formatted(command, answer.text()));
      }
    }
  }

  private int watch(ConsoleReader reader, Duration limit) {
    String last = reader.follow(stage, WORTH_READING, UP, limit, machine()::isRunning);
    Matcher matcher = UP.matcher(last);
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /**
   * Runs a command and shows what it writes.
   *
   * @return its exit status
   */
  int run(String command) {
    return runUntil(command, _ -> false).orElseThrow().status();
  }

  /**
   * Runs a command and cuts the machine's power as soon as it writes a line.
   *
   * @return whether it came to that; else the command ended before
   */
  boolean runAndCutPowerAt(String command, Predicate<String> line) {
    boolean cut = runUntil(command, line).isEmpty();
    if (cut) {
      switchOff();
    }
    return cut;
  }

  private Optional<GuestShell.Answer> runUntil(String command, Predicate<String> line) {
    stage.types(command);
    try (GuestShell shell = machine().shell()) {
      return shell.run(
          command,
          ONE_COMMAND,
          text -> {
            boolean enough = line.test(text);
            if (!enough) {
              stage.shows(ConsoleReader.decoded(text));
            }
            return !enough;
          });
    }
  }

  private VirtualMachine machine() {
    return running.orElseThrow(() -> new IllegalStateException("the host is switched off"));
  }

  /** As closing a machine is: its plug is pulled. */
  private void switchOff() {
    running.ifPresent(VirtualMachine::close);
    running = Optional.empty();
  }

  @Override
  public void close() {
    switchOff();
  }
}
