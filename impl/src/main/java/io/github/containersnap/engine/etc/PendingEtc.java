package io.github.containersnap.engine.etc;

import io.github.containersnap.engine.deployment.EtcOrigin;
import io.github.containersnap.engine.deployment.EtcOrigins;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.etc.EtcChange;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What has changed in the running /etc since an update, and waits for the restart: {@code
 * Finalization} carries it into the deployment that boots next. Only reads.
 *
 * @param deployment the deployment that boots next
 * @param source the deployment whose /etc has changed
 * @param changes ordered by path
 */
public record PendingEtc(DeploymentId deployment, DeploymentId source, List<EtcChange> changes) {
  public PendingEtc {
    changes = List.copyOf(changes);
  }

  /** Looks at {@code machine}; nothing if the deployment that boots next runs, or lacks nothing. */
  public static Optional<PendingEtc> of(Machine machine) {
    return machine
        .byDefault()
        .filter(id -> machine.current().filter(id::equals).isEmpty())
        .flatMap(id -> of(machine, id))
        .filter(pending -> !pending.changes().isEmpty());
  }

  private static Optional<PendingEtc> of(Machine machine, DeploymentId id) {
    SystemFiles files = machine.ports().files();
    EtcOrigins origins = new EtcOrigins(machine.ports(), machine.layout());
    return origins
        .of(id)
        .map(EtcOrigin::deployment)
        .filter(source -> files.exists(machine.layout().deployment(source)))
        .map(
            source -> {
              Path running = machine.deployments().root(source).etc();
              List<EtcChange> changes =
                  EtcChange.between(files.scan(origins.base(id)), files.scan(running));
              return new PendingEtc(id, source, changes);
            });
  }
}
