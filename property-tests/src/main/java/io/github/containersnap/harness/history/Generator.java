package io.github.containersnap.harness.history;

import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Draws histories. One seed, one history. */
public final class Generator {
  private static final int MOST_ACTS = 7;
  private static final int KINDS_OF_STEPS = 31;
  private static final long ENOUGH = 1L << 30;
  private static final int AROUND_THE_PULL = 17;
  private static final int AROUND_THE_COMMIT = 128;
  private static final int AROUND_THE_COMMIT_OF_A_ROLLBACK = 92;
  private static final int AROUND_THE_EXCHANGE_OF_A_RESTORATION = 28;
  private static final int SOMEBODY = 4711;
  private static final List<String> ETC =
      List.of("application.conf", "base.conf", "hostname", "local.conf", "conf.d/0");

  /** What is restored: files, one that no image has, one of the machine's own, and a directory. */
  private static final List<String> RESTORED =
      List.of(
          "application.conf",
          "base.conf",
          "hostname",
          "conf.d/0",
          "conf.d",
          "conf.d",
          "local.conf",
          "machine-id");

  /** What a reset is told to keep. */
  private static final List<String> KEPT =
      List.of("", "", "kernel", "conf.d", "base.conf", "container-snap.toml");

  private static final List<String> VAR = List.of("one", "two");

  private final Random random;
  private final long seed;

  private Generator(long seed) {
    // Seeds that follow each other begin alike.
    this.random = new Random(seed * 0x9E3779B97F4A7C15L + 0x7F4A7C15L);
    this.seed = seed;
  }

  /** The history of a seed. */
  public static History history(long seed) {
    return new Generator(seed).draw();
  }

  private History draw() {
    int count = 2 + random.nextInt(MOST_ACTS - 1);
    List<ScheduledStep> acts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ScheduledStep act = act(step());
      acts.add(act);
      if (act.step() instanceof HistoryStep.CreateSnapshot && random.nextInt(3) == 0) {
        acts.add(ScheduledStep.of(new HistoryStep.Delete(random.nextInt(4))));
        acts.add(ScheduledStep.of(act.step()));
      }
      if (act.strikes().stream().anyMatch(it -> it.fault() instanceof WorldFault.DiskFills)
          && random.nextBoolean()) {
        acts.add(ScheduledStep.of(onAFullDisk()));
      }
      if (makesTheNextBoot(act.step()) && random.nextInt(3) == 0) {
        acts.add(ScheduledStep.of(editOfEtc())); // days may pass between an update and the restart
        if (random.nextBoolean()) {
          acts.add(act(new HistoryStep.Finalize()));
        }
      }
      boolean takesBack = act.step() instanceof HistoryStep.Rollback && random.nextInt(3) == 0;
      if (takesBack || (makesTheNextBoot(act.step()) && random.nextInt(10) == 0)) {
        acts.add(act(new HistoryStep.Discard()));
      }
      if (act.step() instanceof HistoryStep.EditEtc edit && random.nextInt(4) == 0) {
        acts.add(act(new HistoryStep.Restore(edit.file(), true)));
      }
      if (act.step() instanceof HistoryStep.EditEtc edit
          && edit.file().equals(ReferenceModel.KERNEL_ARGUMENTS)
          && random.nextBoolean()) {
        acts.add(
            act(
                new HistoryStep.Switch(
                    random.nextInt(4)))); // only a new menu tells them to a kernel
      }
      if (!act.strikes().isEmpty() && random.nextInt(100) < 40) {
        acts.add(ScheduledStep.of(act.step())); // a person tries again
      }
      if (act.withoutRecovery() && random.nextInt(3) == 0) {
        // Is it durable what a command finds done already?
        acts.add(ScheduledStep.of(isReboot(act.step()) ? new HistoryStep.Bless() : act.step()));
        acts.add(
            new ScheduledStep(new HistoryStep.Reboot(false, true), List.of(), List.of(), true));
      }
    }
    if (acts.stream().allMatch(it -> it.strikes().isEmpty())) {
      HistoryStep.Update update = new HistoryStep.Update(image(), false);
      acts.add(new ScheduledStep(update, List.of(strike(update)), List.of()));
    }
    return new History(seed, new Specification(random.nextInt(2), 0, Health.GOOD), acts);
  }

  private ScheduledStep act(HistoryStep step) {
    List<ScheduledFault> strikes = new ArrayList<>();
    List<ScheduledFault> duringRecovery = new ArrayList<>();
    if (isCommand(step) && random.nextInt(100) < (isReboot(step) ? 30 : 60)) {
      strikes.add(strike(step));
      while (random.nextInt(100) < 20) {
        strikes.add(strike(step));
      }
    }
    if (random.nextInt(100) < 25) {
      duringRecovery.add(strike(new HistoryStep.Recover()));
    }
    boolean withoutRecovery = (!strikes.isEmpty() || isReboot(step)) && random.nextBoolean();
    return new ScheduledStep(step, strikes, duringRecovery, withoutRecovery);
  }

  private static boolean makesTheNextBoot(HistoryStep step) {
    return step instanceof HistoryStep.Update
        || step instanceof HistoryStep.KernelArguments
        || step instanceof HistoryStep.Reset;
  }

  private static boolean isCommand(HistoryStep step) {
    return switch (step) {
      case HistoryStep.EditEtc _,
          HistoryStep.SetAttributes _,
          HistoryStep.EditVar _,
          HistoryStep.FreeTheDisk _,
          HistoryStep.Wait _ ->
          false;
      default -> true;
    };
  }

  /** Its boot is blessed, which is a command. */
  private static boolean isReboot(HistoryStep step) {
    return step instanceof HistoryStep.Reboot;
  }

  private HistoryStep step() {
    return switch (random.nextInt(KINDS_OF_STEPS)) {
      case 0, 1, 2, 3, 4, 5, 6 -> new HistoryStep.Update(image(), random.nextInt(4) == 0);
      case 8 -> new HistoryStep.Download(image());
      case 9 -> new HistoryStep.Switch(random.nextInt(4));
      case 10, 11 -> new HistoryStep.Rollback();
      case 7, 12 -> new HistoryStep.CreateSnapshot(random.nextInt(4));
      case 13 -> new HistoryStep.SetReadOnly(random.nextInt(4), random.nextInt(3) > 0);
      case 14 -> new HistoryStep.Delete(random.nextInt(4));
      case 15 ->
          random.nextBoolean()
              ? new HistoryStep.Pin(random.nextInt(4))
              : new HistoryStep.Unpin(random.nextInt(4));
      case 16 -> new HistoryStep.Prune();
      case 17 ->
          switch (random.nextInt(4)) {
            case 0 -> new HistoryStep.Verify(random.nextInt(4));
            case 1 -> new HistoryStep.Bless();
            case 2 -> new HistoryStep.Finalize();
            default -> new HistoryStep.Recover();
          };
      case 18, 19 ->
          random.nextInt(5) == 0
              ? new HistoryStep.EditEtc(ReferenceModel.POLICY, policy())
              : editOfEtc();
      case 20 ->
          new HistoryStep.EditVar(
              VAR.get(random.nextInt(VAR.size())),
              random.nextInt(4) == 0 ? "" : "data " + random.nextInt(10) + "\n");
      case 24 -> new HistoryStep.Discard();
      case 25, 26 -> kernelArguments();
      case 27 ->
          new HistoryStep.Reset(random.nextInt(3) > 0, KEPT.get(random.nextInt(KEPT.size())));
      case 29 ->
          new HistoryStep.Source(
              random.nextInt(4) == 0
                  ? ""
                  : "docker://registry.example/os:channel" + random.nextInt(3));
      case 28 ->
          new HistoryStep.Restore(
              RESTORED.get(random.nextInt(RESTORED.size())), random.nextBoolean());
      case 21, 22, 23 -> new HistoryStep.Reboot(random.nextBoolean(), random.nextInt(4) > 0);
      default ->
          random.nextInt(3) > 0
              ? new HistoryStep.FreeTheDisk()
              : new HistoryStep.Wait(1 + random.nextInt(8));
    };
  }

  private HistoryStep editOfEtc() {
    if (random.nextInt(10) == 0) {
      return editOfHealthCheck();
    }
    if (random.nextInt(4) == 0) {
      return editOfIdentity();
    }
    String file = ETC.get(random.nextInt(ETC.size()));
    if (random.nextInt(4) == 0) {
      return new HistoryStep.SetAttributes(
          file, random.nextBoolean() ? 0600 : 0644, random.nextInt(2) * SOMEBODY);
    }
    return new HistoryStep.EditEtc(
        file, random.nextInt(4) == 0 ? "" : "local " + random.nextInt(10) + "\n");
  }

  /** One that fails keeps a boot from being blessed, if it is a required one. */
  private HistoryStep editOfHealthCheck() {
    String check =
        ReferenceModel.HEALTH_CHECKS.get(random.nextInt(ReferenceModel.HEALTH_CHECKS.size()));
    return new HistoryStep.EditEtc(
        check,
        switch (random.nextInt(4)) {
          case 0 -> "";
          case 1 -> "passes\n";
          default -> ReferenceModel.FAILS;
        });
  }

  /** What says which machine this is, who may log in, and what its kernel is told. */
  private HistoryStep editOfIdentity() {
    int drawn = random.nextInt(4);
    return switch (random.nextInt(6)) {
      case 3 ->
          new HistoryStep.EditEtc(
              ReferenceModel.OWN_ARGUMENTS,
              drawn == 0 ? "" : "own.a=%d by.hand=1\n".formatted(drawn));
      case 0 -> new HistoryStep.EditEtc("machine-id", "%032x\n".formatted(drawn));
      case 1 ->
          new HistoryStep.EditEtc("passwd", "root:x:0:0:root %d:/root:/bin/sh\n".formatted(drawn));
      case 2 ->
          new HistoryStep.EditEtc("shadow", "root:$6$%d:20000:0:99999:7:::\n".formatted(drawn));
      default ->
          new HistoryStep.EditEtc(
              ReferenceModel.KERNEL_ARGUMENTS,
              drawn == 0 ? "" : "console=ttyS0 local.argument=%d\n".formatted(drawn));
    };
  }

  /** More often one that is added than another: without it there is nothing to delete. */
  private HistoryStep kernelArguments() {
    String word = "own.%s=%d".formatted(random.nextBoolean() ? "a" : "b", random.nextInt(3));
    return switch (random.nextInt(8)) {
      case 0 -> kernelArguments(HistoryStep.KernelArguments.Change.DELETE, word);
      case 1 -> kernelArguments(HistoryStep.KernelArguments.Change.DELETE, word.substring(0, 5));
      case 2 -> kernelArguments(HistoryStep.KernelArguments.Change.REPLACE, word);
      case 3 ->
          kernelArguments(
              HistoryStep.KernelArguments.Change.APPEND,
              random.nextBoolean() ? "console=ttyS0" : "root=/dev/sda");
      default -> kernelArguments(HistoryStep.KernelArguments.Change.APPEND, word);
    };
  }

  private static HistoryStep kernelArguments(
      HistoryStep.KernelArguments.Change change, String word) {
    return new HistoryStep.KernelArguments(change, word);
  }

  /** By number, by days, none, and one that must be ignored. */
  private String policy() {
    return switch (random.nextInt(4)) {
      case 0 -> "keep = " + random.nextInt(4) + "\n";
      case 1 -> "keep-days = " + random.nextInt(6) + "\n";
      case 2 -> "keeps = 3\n";
      default -> "";
    };
  }

  private HistoryStep onAFullDisk() {
    return switch (random.nextInt(4)) {
      case 0 -> new HistoryStep.CreateSnapshot(random.nextInt(4));
      case 1 -> new HistoryStep.Pin(random.nextInt(4));
      case 2 -> new HistoryStep.Rollback();
      default -> new HistoryStep.Prune();
    };
  }

  private Specification image() {
    int health = random.nextInt(20);
    return new Specification(
        random.nextInt(2),
        random.nextInt(4),
        health < 15
            ? Health.GOOD
            : health < 17
                ? Health.PANICS
                : health == 17
                    ? Health.NEVER_COMPLETE
                    : health == 18 ? Health.UNHEALTHY : Health.UNBOOTABLE);
  }

  private ScheduledFault strike(HistoryStep step) {
    if (step instanceof HistoryStep.Update && random.nextInt(12) == 0) {
      return new ScheduledFault(AROUND_THE_COMMIT + random.nextInt(24), random.nextInt(3), fault());
    }
    if (step instanceof HistoryStep.Rollback && random.nextInt(4) == 0) {
      return new ScheduledFault(AROUND_THE_COMMIT_OF_A_ROLLBACK + random.nextInt(16), 0, fault());
    }
    if (step instanceof HistoryStep.Restore && random.nextBoolean()) {
      return new ScheduledFault(
          AROUND_THE_EXCHANGE_OF_A_RESTORATION + random.nextInt(6), random.nextInt(3), fault());
    }
    if (step instanceof HistoryStep.Update && random.nextInt(4) == 0) {
      // In these calls the most is done: a pull takes a hundred steps.
      int call = AROUND_THE_PULL + random.nextInt(4);
      return new ScheduledFault(
          call, random.nextInt(3) == 0 ? ScheduledFault.AFTER : random.nextInt(110), fault());
    }
    int call = 1 + random.nextInt(usualCalls(step));
    int where = random.nextInt(10);
    int done =
        where < 4
            ? 0
            : where < 8
                ? 1 + random.nextInt(3)
                : where < 9 ? random.nextInt(90) : ScheduledFault.AFTER;
    return new ScheduledFault(call, done, fault());
  }

  /** About how many port calls a command makes; a strike beyond the last one does not come. */
  private int usualCalls(HistoryStep step) {
    return switch (step) {
      case HistoryStep.Update _ -> random.nextInt(3) == 0 ? 20 : 220;
      case HistoryStep.Download _ -> 30;
      case HistoryStep.Switch _, HistoryStep.Rollback _ -> 120;
      case HistoryStep.Discard _ -> 120;
      case HistoryStep.KernelArguments _ -> 200;
      case HistoryStep.Reset _ -> 220;
      case HistoryStep.Restore _ -> 42;
      case HistoryStep.CreateSnapshot _ -> 40;
      case HistoryStep.Finalize _ -> 150;
      case HistoryStep.Bless _, HistoryStep.Reboot _ -> 15;
      default -> 25;
    };
  }

  private WorldFault fault() {
    int which = random.nextInt(20);
    return switch (which) {
      case 0, 1, 2, 3, 4, 5, 6, 7 -> new WorldFault.PowerCut(random.nextBoolean());
      case 8, 9 -> new WorldFault.Kill();
      case 10, 11 -> new WorldFault.InputOutputError();
      case 12 -> new WorldFault.DiskFails();
      case 13 -> new WorldFault.ContentsLost();
      case 14, 15 ->
          random.nextInt(3) == 0
              ? new WorldFault.DiskFills(0, ENOUGH)
              : new WorldFault.DiskFills(room(), room());
      case 16 -> new WorldFault.KernelCommits();
      case 17, 18 -> new WorldFault.LineBreaks(one(WorldFault.LineBreaks.Kind.values()));
      default -> new WorldFault.SecondCommand(one(WorldFault.SecondCommand.Command.values()));
    };
  }

  private <T> T one(T[] of) {
    return List.of(of).get(random.nextInt(of.length));
  }

  /** Nothing at all, or a little of it, or enough. */
  private long room() {
    return switch (random.nextInt(3)) {
      case 0 -> 0;
      case 1 -> random.nextInt(24 << 20);
      default -> ENOUGH;
    };
  }
}
