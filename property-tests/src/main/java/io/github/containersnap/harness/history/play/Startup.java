package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.Standing;
import io.github.containersnap.harness.history.Reference.Grade;
import io.github.containersnap.harness.history.Reference.Menu;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.world.Firmware;
import io.github.containersnap.harness.world.SimulatedImage;
import io.github.containersnap.harness.world.SimulatedImage.Health;
import java.util.Optional;

/** From the firmware to a system that has come up, or to another one that has. */
final class Startup {
  private final Situation situation;
  private final Recoveries recoveries;
  private final Finalizations finalizations;

  Startup(Situation situation, Recoveries recoveries, Finalizations finalizations) {
    this.situation = situation;
    this.recoveries = recoveries;
    this.finalizations = finalizations;
  }

  /** Starts the machine until something runs, as it does by itself when a trial fails. */
  void boot() throws Ended {
    Ended.with(situation.observer.menuAtBoot());
    while (true) {
      Optional<BootMenu> menu = situation.observer.bootMenu();
      Firmware.Attempt attempt = situation.world.startSystem();
      if (menu.isEmpty() || attempt instanceof Firmware.Attempt.Stuck) {
        throw Ended.violated(Property.P1, "the machine does not boot: " + attempt);
      }
      if (attempt instanceof Firmware.Attempt.Mixed mixed) {
        throw Ended.violated(Property.P10, mixed.why());
      }
      requirePredicted(menu.get(), attempt);
      switch (attempt) {
        case Firmware.Attempt.Up up -> {
          if (cameUp(up)) {
            return;
          }
          recoveries.run(); // its boot had come that far
          finalizations.run();
          situation.world.restart();
        }
        case Firmware.Attempt.Panicked panicked -> {
          situation.tale.tell(() -> "The kernel panics: %s.".formatted(panicked.why()));
          if (!panicked.counted()) {
            situation.tale.count("machines that a person made boot what cannot");
            throw new Ended(Optional.empty());
          }
        }
        case Firmware.Attempt.Mixed _, Firmware.Attempt.Stuck _ ->
            throw new IllegalStateException("seen above");
      }
    }
  }

  private boolean cameUp(Firmware.Attempt.Up up) {
    situation.changed(known -> known.running(up.deployment()));
    situation.gaveUpOn = up.insteadOf();
    String id = up.deployment().shortForm();
    if (up.complete() || !up.counted()) {
      situation.complete = up.complete();
      situation.tale.tell(() -> "It boots %s.".formatted(id));
      return true;
    }
    situation.tale.tell(() -> "%s does not complete its boot.".formatted(id));
    return false;
  }

  /** A trial that the boot loader does not count is booted for ever, and the fallback never. */
  private static void requireCounted(Menu says, Firmware.Attempt attempt) throws Ended {
    if (says.fallback().isPresent() && !attempt.counted()) {
      throw Ended.violated(
          Property.P11,
          "the boot loader does not count a boot of %s, which is on trial: %s"
              .formatted(says.byDefault().shortForm(), attempt));
    }
  }

  /** The boot loader and the kernel must do what the menu and the image say. */
  private void requirePredicted(BootMenu menu, Firmware.Attempt attempt) throws Ended {
    Menu says = Observer.menu(menu);
    Optional<Standing> presentTrial =
        Optional.of(menu.byDefault().standing()).filter(Standing.OnTrial.class::isInstance);
    if (!presentTrial.equals(situation.trial)) {
      situation.trial = presentTrial;
      situation.boots = 0;
    }
    boolean onTrial = says.grade() == Grade.ON_TRIAL;
    boolean usedUp =
        onTrial && situation.boots >= Standing.BOOTS_OF_A_TRIAL && says.fallback().isPresent();
    if (onTrial && !usedUp) {
      situation.boots++;
      requireCounted(says, attempt);
    }
    DeploymentId boots = usedUp ? says.fallback().orElseThrow() : says.byDefault();
    if (usedUp) {
      situation.tale.count("trials that ended in the fallback");
    }
    Health health = SimulatedImage.of(boots.image()).specification().health();
    boolean right =
        switch (attempt) {
          case Firmware.Attempt.Up up ->
              up.deployment().equals(boots)
                  && up.insteadOf().isPresent() == usedUp
                  && health != Health.PANICS
                  && up.complete() == (health == Health.GOOD);
          case Firmware.Attempt.Panicked _ -> health == Health.PANICS;
          case Firmware.Attempt.Mixed _, Firmware.Attempt.Stuck _ -> false;
        };
    if (!right) {
      throw Ended.violated(
          usedUp ? Property.P11 : Property.P1,
          "%s should boot, and what happens is: %s".formatted(boots.shortForm(), attempt));
    }
  }
}
