package io.github.containersnap.harness.boots;

import io.github.containersnap.vm.machine.GuestShell;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** The moment at which a Debian host loses its power. */
sealed interface HostPowerCut {
  /** Emulated, and perhaps beside other work. */
  Duration AT_MOST = Duration.ofMinutes(6);

  /** Where a boot can be cut. */
  List<String> SIGNS =
      List.of(
          "BdsDxe: starting",
          "Booting `",
          "initrd of image version",
          "Starting \\S*container-snap-rec",
          "Reached target \\S*sysinit.target",
          "Reached target \\S*multi-user.target",
          "Starting \\S*container-snap-ble",
          ", is up");

  /** The first step of an update that writes. */
  int FIRST_STEP = 3;

  /** The last one. */
  int LAST_STEP = 9;

  /** Lets the machine run up to the moment, and cuts its power. */
  void strike(VirtualMachine machine);

  /** Some milliseconds after an update says that it begins a step. */
  record InUpdate(String reference, int step, int millisecondsLater) implements HostPowerCut {
    @Override
    public void strike(VirtualMachine machine) {
      begin(machine, reference);
      machine
          .console()
          .await(
              Pattern.compile("\\[%d/9\\] ".formatted(step)), AT_MOST, "step %d".formatted(step));
      pause(millisecondsLater);
      machine.cutPower();
    }
  }

  /** When an update has made the machine write so often, or has ended before. */
  record AfterWrites(String reference, int writes) implements HostPowerCut {
    @Override
    public void strike(VirtualMachine machine) {
      long before = machine.writes();
      begin(machine, reference);
      long deadline = System.nanoTime() + AT_MOST.toNanos();
      while (machine.writes() - before < writes && !machine.console().shows(ENDED)) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "the update neither writes nor ends: " + machine.console().lastLines());
        }
        pause(2);
      }
      machine.cutPower();
    }
  }

  /** Some milliseconds after the console shows something. */
  record AtSign(String sign, int millisecondsLater) implements HostPowerCut {
    @Override
    public void strike(VirtualMachine machine) {
      machine.console().await(Pattern.compile(sign), AT_MOST, "the moment of a power cut");
      pause(millisecondsLater);
      machine.cutPower();
    }
  }

  /** Now. */
  record AtOnce() implements HostPowerCut {
    @Override
    public void strike(VirtualMachine machine) {
      machine.cutPower();
    }
  }

  /** What the console shows when an update has ended. */
  Pattern ENDED = Pattern.compile("the update ended with status (\\d+)");

  /** Begins an update whose progress is on the console. */
  static void begin(VirtualMachine machine, String reference) {
    try (GuestShell shell = machine.shell()) {
      shell.run(
          "(container-snap update %s; echo \"the update ended with status $?\") >/dev/console 2>&1 &"
                  .formatted(reference)
              + " true",
          AT_MOST);
    }
  }

  private static void pause(int milliseconds) {
    LockSupport.parkNanos(Duration.ofMillis(milliseconds).toNanos());
  }

  /** A moment of an update, by its steps or by its writes. */
  static HostPowerCut ofUpdate(Random random, String reference) {
    return random.nextInt(3) == 0
        ? new AfterWrites(reference, 1 + random.nextInt(600))
        : new InUpdate(
            reference,
            FIRST_STEP + random.nextInt(LAST_STEP + 1 - FIRST_STEP),
            random.nextInt(2_500));
  }

  /** A moment of the recovery that each boot begins with. */
  static HostPowerCut ofRecovery(Random random) {
    return new AtSign("Starting \\S*container-snap-rec", random.nextInt(20_000));
  }

  /** A moment of a boot. */
  static HostPowerCut ofBoot(Random random) {
    return new AtSign(SIGNS.get(random.nextInt(SIGNS.size())), random.nextInt(3_000));
  }
}
