package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Deployments;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.health.FailedCheck;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What an administrator may want to do now, a sentence or two for each thing. */
final class NextSteps {
  private final Machine machine;
  private final BootMenu menu;
  private final List<Status.Unhealthy> health;
  private final List<String> sentences = new ArrayList<>();

  private NextSteps(Machine machine, BootMenu menu, List<Status.Unhealthy> health) {
    this.machine = machine;
    this.menu = menu;
    this.health = health;
  }

  /**
   * Of a machine whose boot menu is {@code inForce}.
   *
   * @param health the health checks that failed when deployments were booted last
   */
  static List<String> of(
      Machine machine, Optional<BootMenu> inForce, List<Status.Unhealthy> health) {
    if (inForce.isEmpty()) {
      return List.of("`container-snap update REF` makes the first deployment.");
    }
    NextSteps steps = new NextSteps(machine, inForce.get(), health);
    steps.aboutTheDefault();
    steps.aboutTheFallback();
    steps.aboutOpenSnapshots();
    return List.copyOf(steps.sentences);
  }

  private void aboutOpenSnapshots() {
    for (Deployments.Listed it : machine.deployments().listed()) {
      if (it.isOpen()) {
        sentences.add(
            ("%s is writable: a transaction is open in it, or tukit ended without closing it. If"
                    + " nobody works in it, `container-snap delete --id=%s` deletes it.")
                .formatted(it.id().shortForm(), it.id()));
      }
    }
  }

  private void aboutTheDefault() {
    BootEntry next = menu.byDefault();
    boolean runs = machine.current().filter(next.deployment()::equals).isPresent();
    boolean onTrial = next.standing() instanceof TrialState.OnTrial;
    if (!runs && machine.gaveUpOn(next.deployment())) {
      sentences.add(
          ("%s did not come up, and %s boots instead. The system settles that once its boot is"
                  + " complete; `container-snap bless` does it now.")
              .formatted(next.deployment().shortForm(), fallback()));
    } else if (!runs && onTrial) {
      sentences.add(
          ("Restart to boot %s. It is on trial: if it has not come up within %d boots, %s boots"
                  + " again.")
              .formatted(next.deployment().shortForm(), TrialState.BOOTS_OF_A_TRIAL, fallback()));
    } else if (!runs) {
      sentences.add("Restart to boot %s.".formatted(next.deployment().shortForm()));
    } else if (onTrial && isRefused(next.deployment())) {
      sentences.add(
          ("%s is on trial, and is not blessed: a required health check failed. Mend that, then run"
                  + " `container-snap bless`.")
              .formatted(next.deployment().shortForm()));
    } else if (onTrial) {
      sentences.add(
          ("%s is on trial. It is blessed once its boot is complete; `container-snap bless` does"
                  + " it now.")
              .formatted(next.deployment().shortForm()));
    }
  }

  private boolean isRefused(DeploymentId id) {
    return health.stream()
        .filter(boot -> boot.inThisBoot() && boot.deployment().equals(id))
        .flatMap(boot -> boot.failed().stream())
        .anyMatch(FailedCheck::required);
  }

  private void aboutTheFallback() {
    menu.fallback()
        .filter(entry -> entry.standing() instanceof TrialState.Failed)
        .map(BootEntry::deployment)
        .ifPresent(
            id ->
                sentences.add(
                    ("%s did not come up and was fallen back from. `journalctl --list-boots` may"
                            + " know of its boots; `container-snap switch %s` tries it again.")
                        .formatted(id.shortForm(), id.shortForm())));
  }

  private String fallback() {
    return menu.fallback().map(it -> it.deployment().shortForm()).orElse("nothing");
  }
}
