package io.github.containersnap.harness.boots;

import io.github.containersnap.vm.machine.VirtualMachine;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** The moment at which a machine that was switched on loses its power. */
sealed interface PowerCut {
  Duration AT_MOST = Duration.ofMinutes(8);

  /** Where a boot can be cut: firmware, boot loader, kernel, initrd, userland, after it. */
  List<String> SIGNS =
      List.of(
          "BdsDxe: starting",
          "Booting `",
          "Linux version ",
          "Btrfs loaded",
          "first mount of filesystem",
          "initrd of image version",
          "takes the steps of its boot",
          ", is up");

  /** Lets the machine run up to the moment, and cuts its power. */
  default void strike(VirtualMachine machine) {
    await(machine);
    machine.cutPower();
  }

  /** Waits for the moment. */
  void await(VirtualMachine machine);

  /** When the console shows something, or some milliseconds later. */
  record AtSign(String sign, int millisecondsLater) implements PowerCut {
    @Override
    public void await(VirtualMachine machine) {
      machine
          .console()
          .await(Pattern.compile(Pattern.quote(sign)), AT_MOST, "the moment of a power cut");
      LockSupport.parkNanos(Duration.ofMillis(millisecondsLater).toNanos());
    }
  }

  /** Some time after it was switched on. */
  record After(Duration time) implements PowerCut {
    @Override
    public void await(VirtualMachine machine) {
      LockSupport.parkNanos(time.toNanos());
    }
  }

  /** When the guest, told to write, has made so many writes. */
  record AfterWrites(int writes) implements PowerCut {
    private static final Pattern UP = Pattern.compile(", is up");

    @Override
    public void await(VirtualMachine machine) {
      machine.console().await(UP, AT_MOST, "a guest that can be told to write");
      try (var shell = machine.shell()) {
        shell.run(
            "(while :; do echo $RANDOM >>/var/lines; sync; rm -f /var/big; dd if=/dev/urandom"
                + " of=/var/big bs=64k count=20 2>/dev/null; done) >/dev/null 2>&1 & true",
            AT_MOST);
      }
      long deadline = System.nanoTime() + AT_MOST.toNanos();
      long before = machine.writes();
      while (machine.writes() - before < writes) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException(
              "the guest does not write: " + machine.console().lastLines());
        }
        LockSupport.parkNanos(Duration.ofMillis(2).toNanos());
      }
    }
  }

  /** Any of these. */
  static PowerCut random(Random random) {
    return switch (random.nextInt(3)) {
      case 0 -> new AtSign(SIGNS.get(random.nextInt(SIGNS.size())), random.nextInt(1_500));
      case 1 -> new After(Duration.ofMillis(500 + random.nextInt(15_000)));
      default -> new AfterWrites(1 + random.nextInt(400));
    };
  }
}
