package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.EtcOrigins;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.health.FailedCheck;
import io.github.containersnap.engine.health.HealthRecord;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

/**
 * Says that the running system has come up whole, which ends the trial: run once in each boot,
 * after everything that the boot must have reached.
 *
 * <p>If the boot loader has given up on the default and the fallback is what came up, the fallback
 * becomes the default, and the other is marked as failed. A crash in here leaves the menu of before
 * or the one of after; what counts the boots of a trial is the boot loader's alone.
 *
 * <p>A system with a required health check that fails has not come up whole, and is not blessed:
 * its menu stays as it is, so the boot loader goes on counting. A fallback has nothing to give way
 * to, and is blessed whatever its checks say.
 */
public final class Blessing {
  private final Machine machine;

  /** Blesses what {@code machine} runs. */
  public Blessing(Machine machine) {
    this.machine = machine;
  }

  /**
   * Takes the menu's lock and blesses, whatever the health of the system; returns when that is
   * durable.
   */
  public BlessingResult run() {
    return new Transaction(machine).onMenu(this::whileLocked);
  }

  /**
   * Takes the menu's lock and blesses, unless a required health check failed; returns when that is
   * durable. What failed is recorded, for {@code status} and for the system that is fallen back to;
   * if all passed, what is recorded of this deployment is forgotten.
   *
   * <p>A power cut before the record is written loses the reason for a failed boot, and not that it
   * failed: the menu is as it was. One after a blessing and before its record is written or
   * forgotten leaves the record of an earlier boot, which says so; the blessing of the next boot
   * replaces it.
   *
   * @param failed the health checks that failed in this boot
   */
  public BlessingResult run(List<FailedCheck> failed) {
    return new Transaction(machine).onMenu(() -> whileLocked(List.copyOf(failed)));
  }

  private BlessingResult whileLocked(List<FailedCheck> failed) {
    BlessingResult result = isRefused(failed) ? refused(failed) : whileLocked();
    machine.current().ifPresent(id -> record(id, failed));
    return result;
  }

  /** Whether a required check failed, in a system that has something to give way to. */
  private boolean isRefused(List<FailedCheck> failed) {
    return failed.stream().anyMatch(FailedCheck::required)
        && machine.byDefault().filter(machine::gaveUpOn).isEmpty();
  }

  private BlessingResult refused(List<FailedCheck> failed) {
    return machine
        .current()
        .<BlessingResult>map(
            id ->
                new BlessingResult.Unhealthy(
                    id, failed.stream().filter(FailedCheck::required).toList()))
        .orElseGet(this::whileLocked);
  }

  /** What the checks said holds without a record too: that it cannot be written is no failure. */
  private void record(DeploymentId id, List<FailedCheck> failed) {
    try {
      if (!failed.isEmpty()) {
        new SpareRoom(machine).useIfTight();
      }
      new HealthRecord(machine.ports().files(), machine.layout())
          .replace(
              id,
              failed.isEmpty() ? Optional.empty() : Optional.of(unhealthyBoot(id, failed)),
              this::isThere);
    } catch (RuntimeException failure) {
      machine
          .progress()
          .notes(
              "warning: which health checks failed could not be recorded: " + failure.getMessage());
    }
  }

  private HealthRecord.UnhealthyBoot unhealthyBoot(DeploymentId id, List<FailedCheck> failed) {
    return new HealthRecord.UnhealthyBoot(
        id.toString(),
        machine.boot().flatMap(BootedDeployment::bootId).orElse(""),
        machine.ports().clock().instant().truncatedTo(ChronoUnit.SECONDS).toString(),
        failed);
  }

  private boolean isThere(String deployment) {
    return DeploymentId.read(deployment)
        .filter(id -> machine.ports().files().exists(machine.layout().deployment(id)))
        .isPresent();
  }

  private BlessingResult whileLocked() {
    Optional<BootMenu> inForce = machine.ports().bootloader().menu();
    Optional<DeploymentId> running = machine.current();
    if (inForce.isEmpty() || running.isEmpty()) {
      return new BlessingResult.NothingToBless("nothing is deployed yet");
    }
    BootMenu menu = inForce.get();
    DeploymentId id = running.get();
    if (menu.byDefault().deployment().equals(id)) {
      return bless(menu);
    }
    if (menu.fallback().filter(entry -> entry.deployment().equals(id)).isEmpty()) {
      return new BlessingResult.NothingToBless(
          "%s is running, which the boot menu does not name".formatted(id.shortForm()));
    }
    return machine.gaveUpOn(menu.byDefault().deployment())
        ? fallBack(menu)
        : new BlessingResult.NothingToBless(
            "the fallback %s is running, by somebody's choice; %s boots next"
                .formatted(id.shortForm(), menu.byDefault().deployment().shortForm()));
  }

  private BlessingResult bless(BootMenu menu) {
    // An earlier blessing, which this one finds done, may have been killed before its last commit.
    machine.ports().btrfs().commit(machine.layout().state());
    DeploymentId id = menu.byDefault().deployment();
    if (menu.byDefault().standing() instanceof TrialState.Blessed) {
      forgetOrigin(id); // a crash may have come between the menu and this
      return new BlessingResult.AlreadyBlessed(id);
    }
    replace(new BootMenu(blessed(menu.byDefault()), menu.fallback()));
    forgetOrigin(id);
    return new BlessingResult.Blessed(id);
  }

  /** From now on its /etc goes its own way. The blessing is durable and stands if this fails. */
  private void forgetOrigin(DeploymentId id) {
    try {
      new EtcOrigins(machine.ports(), machine.layout()).forget(id);
    } catch (RuntimeException failure) {
      machine
          .progress()
          .notes(
              "the /etc that %s was made from could not be removed (%s); the next blessing does"
                      .formatted(id.shortForm(), failure.getMessage())
                  + " it");
    }
  }

  private BlessingResult fallBack(BootMenu menu) {
    BootEntry failed = menu.byDefault().with(new TrialState.Failed());
    BootEntry good = blessed(menu.fallback().orElseThrow());
    replace(new BootMenu(good, Optional.of(failed)));
    forgetOrigin(good.deployment());
    return new BlessingResult.FellBack(failed.deployment(), good.deployment());
  }

  private static BootEntry blessed(BootEntry entry) {
    return entry.with(new TrialState.Blessed());
  }

  private void replace(BootMenu menu) {
    new SpareRoom(machine).useIfTight();
    machine.ports().bootloader().replaceMenu(menu);
  }

  /** What there was to do. */
  public sealed interface BlessingResult {
    /** The running system is the default, and has now proved itself. */
    record Blessed(DeploymentId deployment) implements BlessingResult {}

    /** It had before. */
    record AlreadyBlessed(DeploymentId deployment) implements BlessingResult {}

    /**
     * The default did not come up; what came up instead is the default now.
     *
     * @param failed what did not come up
     * @param deployment what runs, and boots from now on
     */
    record FellBack(DeploymentId failed, DeploymentId deployment) implements BlessingResult {}

    /**
     * Required health checks failed: nothing is blessed.
     *
     * @param deployment what runs
     * @param failed the required checks that failed
     */
    record Unhealthy(DeploymentId deployment, List<FailedCheck> failed) implements BlessingResult {
      public Unhealthy {
        failed = List.copyOf(failed);
      }
    }

    /**
     * What runs is not what the menu would have proved.
     *
     * @param why in words, without a full stop
     */
    record NothingToBless(String why) implements BlessingResult {}
  }
}
