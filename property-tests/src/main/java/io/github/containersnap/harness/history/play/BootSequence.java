package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.harness.history.ReferenceModel.Grade;
import io.github.containersnap.harness.history.ReferenceModel.Menu;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.world.FirmwareModel;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import java.util.Optional;

/** From the firmware to a system that has come up, or to another one that has. */
final class BootSequence {
  private final PlayState situation;
  private final UndisturbedRecovery recoveries;
  private final UndisturbedFinalization finalizations;

  BootSequence(
      PlayState situation, UndisturbedRecovery recoveries, UndisturbedFinalization finalizations) {
    this.situation = situation;
    this.recoveries = recoveries;
    this.finalizations = finalizations;
  }

  /** Starts the machine until something runs, as it does by itself when a trial fails. */
  void boot() throws HistoryAborted {
    HistoryAborted.with(situation.observer.menuAtBoot());
    while (true) {
      Optional<BootMenu> menu = situation.observer.bootMenu();
      FirmwareModel.Attempt attempt = situation.world.startSystem();
      if (menu.isEmpty() || attempt instanceof FirmwareModel.Attempt.Stuck) {
        throw HistoryAborted.violated(Property.P1, "the machine does not boot: " + attempt);
      }
      if (attempt instanceof FirmwareModel.Attempt.Mixed mixed) {
        throw HistoryAborted.violated(Property.P10, mixed.why());
      }
      requirePredicted(menu.get(), attempt);
      switch (attempt) {
        case FirmwareModel.Attempt.Up up -> {
          if (cameUp(up)) {
            return;
          }
          recoveries.run(); // its boot had come that far
          finalizations.run();
          situation.world.restart();
        }
        case FirmwareModel.Attempt.Panicked panicked -> {
          situation.tale.tell(() -> "The kernel panics: %s.".formatted(panicked.why()));
          if (!panicked.counted()) {
            situation.tale.count("machines that a person made boot what cannot");
            throw new HistoryAborted(Optional.empty());
          }
        }
        case FirmwareModel.Attempt.Mixed _, FirmwareModel.Attempt.Stuck _ ->
            throw new IllegalStateException("seen above");
      }
    }
  }

  private boolean cameUp(FirmwareModel.Attempt.Up up) {
    situation.changed(known -> known.running(up.deployment()));
    situation.gaveUpOn = up.insteadOf();
    String id = up.deployment().shortForm();
    if (up.complete() || !up.counted()) {
      situation.complete = up.complete();
      situation.onTrial = up.counted();
      situation.systemsStarted++;
      situation.tale.tell(() -> "It boots %s.".formatted(id));
      return true;
    }
    situation.tale.tell(() -> "%s does not complete its boot.".formatted(id));
    return false;
  }

  /** A trial that the boot loader does not count is booted for ever, and the fallback never. */
  private static void requireCounted(Menu says, FirmwareModel.Attempt attempt)
      throws HistoryAborted {
    if (says.fallback().isPresent() && !attempt.counted()) {
      throw HistoryAborted.violated(
          Property.P11,
          "the boot loader does not count a boot of %s, which is on trial: %s"
              .formatted(says.byDefault().shortForm(), attempt));
    }
  }

  /** The boot loader and the kernel must do what the menu and the image say. */
  private void requirePredicted(BootMenu menu, FirmwareModel.Attempt attempt)
      throws HistoryAborted {
    Menu says = Observer.menu(menu);
    Optional<TrialState> presentTrial =
        Optional.of(menu.byDefault().standing()).filter(TrialState.OnTrial.class::isInstance);
    if (!presentTrial.equals(situation.trial)) {
      situation.trial = presentTrial;
      situation.boots = 0;
    }
    boolean onTrial = says.grade() == Grade.ON_TRIAL;
    boolean usedUp =
        onTrial && situation.boots >= TrialState.BOOTS_OF_A_TRIAL && says.fallback().isPresent();
    if (onTrial && !usedUp) {
      situation.boots++;
      requireCounted(says, attempt);
    }
    DeploymentId boots = usedUp ? says.fallback().orElseThrow() : says.byDefault();
    if (usedUp) {
      situation.tale.count("trials that ended in the fallback");
    }
    Health health = HistoryImage.of(boots.image()).specification().health();
    boolean right =
        switch (attempt) {
          case FirmwareModel.Attempt.Up up ->
              up.deployment().equals(boots)
                  && up.insteadOf().isPresent() == usedUp
                  && health != Health.PANICS
                  && up.complete() == health.completes();
          case FirmwareModel.Attempt.Panicked _ -> health == Health.PANICS;
          case FirmwareModel.Attempt.Mixed _, FirmwareModel.Attempt.Stuck _ -> false;
        };
    if (!right) {
      throw HistoryAborted.violated(
          usedUp ? Property.P11 : Property.P1,
          "%s should boot, and what happens is: %s".formatted(boots.shortForm(), attempt));
    }
  }
}
