package io.github.containersnap.vm.machine;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/**
 * Whether a system that may be anybody's came up, told by its console alone: a sign of its
 * userland, before a sign that it gave up.
 */
public sealed interface BootOutcome {
  /** How long it took, or was waited. */
  Duration took();

  /** What the boot loader told the kernel, if the console shows it; the last one, if several. */
  Optional<String> commandLine();

  /**
   * It came up.
   *
   * @param proof what was taken as the proof, in words
   */
  record Up(String proof, Duration took, Optional<String> commandLine) implements BootOutcome {}

  /**
   * It did not.
   *
   * @param sign what showed that it gave up; empty if it ended, or was waited for, without one
   * @param why in words, without a full stop
   */
  record Failed(Optional<Sign> sign, String why, Duration took, Optional<String> commandLine)
      implements BootOutcome {}

  /**
   * It gave up after a wait of its own had run out, which is what a system does that lacks
   * something, and what a whole one does on a machine that is too busy for it. Or nothing came of
   * it, and its kernel had noticed that its processors did not get to run.
   *
   * @param why in words, without a full stop
   */
  record TimedOut(String why, Duration took, Optional<String> commandLine) implements BootOutcome {}

  /** What only a userland that has come up writes; the first that is found counts. */
  List<Sign> SIGNS_OF_LIFE =
      List.of(
          Sign.of("a login prompt", "(?m)^\\S* ?login: "),
          Sign.of(
              "systemd's target",
              "Reached target \\S*(boot-complete|multi-user|graphical)\\.target"),
          Sign.of("init's offer of a console", "Please press Enter to activate this console"),
          Sign.of("the system's own word that it is up", "(?m), is up$"));

  /** The boot loader ended at its own prompt. */
  Sign NOTHING_TO_START = Sign.of("the boot loader had nothing to start", "(?m)^grub( rescue)?> ");

  /** The boot loader missed a file, or the filesystem. */
  Sign UNREADABLE_FILE = Sign.of("the boot loader could not read a file", "(?m)^error: .*");

  /** The system runs, and says itself that its boot does not complete. */
  Sign STEP_FAILED = Sign.of("a step of the boot failed", "boot incomplete: ");

  /** After which nothing comes any more without a person, or only another boot. */
  List<Sign> SIGNS_OF_DEATH =
      List.of(
          Sign.of("the kernel panicked", "Kernel panic - not syncing"),
          NOTHING_TO_START,
          UNREADABLE_FILE,
          Sign.of("the initrd found no root", "(?m)^initrd: no system to start|^\\(initramfs\\) "),
          Sign.of(
              "systemd went into emergency mode",
              "You are in emergency mode|Reached target \\S*emergency\\.target"),
          STEP_FAILED,
          Sign.of("the firmware had nothing to start", "No bootable (option or )?device"));

  /** A wait inside the guest that ran out. */
  Pattern RAN_OUT = Pattern.compile("(?m)(Timed out waiting for device|Job \\S+ timed out).*$");

  /**
   * A processor of the guest was not served (kernel documentation, "Using RCU's CPU Stall
   * Detector"): an emulator that a busy host starves, or one whose timer interrupt got lost.
   */
  Pattern STALLED =
      Pattern.compile(
          "(?m)^.*(rcu: INFO: .*detected.* stall|kthread starved for \\d+ jiffies"
              + "|kthread timer wakeup didn't happen|BUG: soft lockup).*$");

  /**
   * Something that a console shows.
   *
   * @param meaning in words
   * @param pattern how it is recognised
   */
  record Sign(String meaning, Pattern pattern) {
    static Sign of(String meaning, String pattern) {
      return new Sign(meaning, Pattern.compile(pattern));
    }
  }

  /** Watches a machine that was switched on just now. */
  static BootOutcome of(VirtualMachine machine, Duration limit) {
    long begin = System.nanoTime();
    boolean ended = false;
    try {
      Awaitility.await("the system comes up")
          .dontCatchUncaughtExceptions()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(250))
          .atMost(limit)
          .until(() -> decided(machine) || !machine.isRunning());
      ended = !machine.isRunning();
    } catch (ConditionTimeoutException _) {
      ended = false; // undecided until now
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);
    return outcome(machine.console().text(), ended, took);
  }

  private static boolean decided(VirtualMachine machine) {
    String text = machine.console().text();
    return first(SIGNS_OF_LIFE, text).isPresent() || first(SIGNS_OF_DEATH, text).isPresent();
  }

  /** What a console's text says. */
  static BootOutcome outcome(String text, boolean ended, Duration took) {
    Optional<String> commandLine = lastCommandLine(text);
    Optional<Found> death = first(SIGNS_OF_DEATH, text);
    Optional<Found> life = first(SIGNS_OF_LIFE, text);
    if (life.isPresent() && death.filter(found -> found.at() < life.get().at()).isEmpty()) {
      return new Up(life.get().sign().meaning(), took, commandLine);
    }
    Matcher ranOut = RAN_OUT.matcher(text);
    if (death.isPresent() && ranOut.find() && ranOut.start() < death.get().at()) {
      String wait = line(text, ranOut.start());
      return new TimedOut(
          "%s after a wait had run out (\"%s\"), as also happens where the machine is too busy"
              .formatted(death.get().sign().meaning(), wait),
          took,
          commandLine);
    }
    Matcher stalled = STALLED.matcher(text);
    if (death.isEmpty() && !ended && stalled.find()) {
      return new TimedOut(
          "nothing of it was seen within %d s, and its processors had not been served (\"%s\")"
              .formatted(took.toSeconds(), stalled.group().strip()),
          took,
          commandLine);
    }
    String why =
        death
            .map(found -> "%s (\"%s\")".formatted(found.sign().meaning(), found.line()))
            .orElse(
                ended
                    ? "the machine switched itself off"
                    : "nothing of it was seen within %d s".formatted(took.toSeconds()));
    return new Failed(death.map(Found::sign), why, took, commandLine);
  }

  private static Optional<String> lastCommandLine(String text) {
    Matcher matcher = Pattern.compile("(?m)\\] (?:Kernel c|C)ommand line: (.*)$").matcher(text);
    Optional<String> last = Optional.empty();
    while (matcher.find()) {
      last = Optional.of(matcher.group(1).strip());
    }
    return last;
  }

  /** A sign, where it was found, and the line it is in. */
  record Found(Sign sign, int at, String line) {}

  private static Optional<Found> first(List<Sign> signs, String text) {
    return signs.stream()
        .flatMap(
            sign -> {
              Matcher matcher = sign.pattern().matcher(text);
              return matcher.find()
                  ? Optional.of(new Found(sign, matcher.start(), line(text, matcher.start())))
                      .stream()
                  : Stream.<Found>empty();
            })
        .min(Comparator.comparingInt(Found::at));
  }

  private static String line(String text, int at) {
    int end = text.indexOf('\n', at);
    return text.substring(at, end < 0 ? text.length() : end).strip();
  }
}
