package io.github.containersnap.gate.demo;

import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.machine.GuestShell;
import io.github.containersnap.vm.machine.MachineDisk;
import io.github.containersnap.vm.machine.MachinePlan;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The host of the story: a disk, and the machine that runs from it. */
final class DemoHost implements AutoCloseable {
  private static final Duration LONGEST_LIFE = Duration.ofMinutes(60);
  private static final Duration ONE_BOOT = Duration.ofMinutes(10);
  private static final Duration ONE_COMMAND = Duration.ofMinutes(10);
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
              ".*reboot: Restarting system.*")
          .map(Pattern::compile)
          .toList();

  private final ContainerEngine engine;
  private final SystemDisk disk;
  private final DemoTerminal stage;
  private Optional<VirtualMachine> running = Optional.empty();

  DemoHost(ContainerEngine engine, SystemDisk disk, DemoTerminal stage) {
    this.engine = engine;
    this.disk = disk;
    this.stage = stage;
  }

  /** Switches it on and watches it until a system has come up; the version of its image. */
  int boot() {
    running =
        Optional.of(
            VirtualMachine.start(
                engine,
                MachinePlan.ofDebianHost(new MachineDisk.Written(disk.image()))
                    .limitedTo(LONGEST_LIFE)));
    return watch(0, ONE_BOOT);
  }

  /** Restarts it in order and watches it, through all boots of a trial, until a system is up. */
  int reboot() {
    int place = machine().console().end();
    stage.types("systemctl reboot");
    try (GuestShell shell = machine().shell()) {
      // Later, for the shell's answer has to come first.
      shell.run("(sleep 2; systemctl --no-block reboot) >/dev/null 2>&1 & true", ONE_COMMAND);
    }
    return watch(place, ONE_BOOT.multipliedBy(4));
  }

  private int watch(int place, Duration limit) {
    ConsoleReader reader = new ConsoleReader(machine().console(), place);
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
