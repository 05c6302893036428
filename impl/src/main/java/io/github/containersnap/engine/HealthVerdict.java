package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.health.FailedCheck;
import io.github.containersnap.engine.health.HealthRecord;
import io.github.containersnap.engine.model.DeploymentId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Keeps what the health checks of the running system found. */
public final class HealthVerdict {
  private final Machine machine;

  /** Of {@code machine}. */
  public HealthVerdict(Machine machine) {
    this.machine = machine;
  }

  /**
   * Records the checks that failed in this boot; returns when that is durable. A power cut before
   * leaves the record of before: the boot counts as failed all the same, since nobody blesses it.
   *
   * @param failed empty if all passed, which forgets what failed in the last boot
   */
  public void keep(DeploymentId running, Instant ended, List<FailedCheck> failed) {
    HealthRecord record = new HealthRecord(machine.ports().files(), machine.layout());
    new Transaction(machine)
        .onMenu(
            () -> {
              new SpareRoom(machine).useIfTight();
              record.replace(
                  running,
                  failed.isEmpty()
                      ? Optional.empty()
                      : Optional.of(
                          new HealthRecord.UnhealthyBoot(
                              running.toString(), ended.toString(), failed)),
                  this::isThere);
              machine.ports().btrfs().commit(machine.layout().state());
              return true;
            });
  }

  private boolean isThere(String deployment) {
    return DeploymentId.read(deployment)
        .filter(id -> machine.ports().files().exists(machine.layout().deployment(id)))
        .isPresent();
  }
}
