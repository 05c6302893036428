package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The origins of deployments: for each that has not been blessed, the /etc that its own /etc was
 * made from, frozen as it was then. {@code Finalization} needs it to tell what the running system
 * has changed since; a blessed deployment has an /etc of its own and needs it no more.
 *
 * <p>They lie outside the roots, which are sealed. A crash can leave one of a deployment that is
 * not there: {@link #removeLeftovers}.
 */
public final class EtcOrigins {
  private static final int LARGEST = 64 * 1024;

  private final Ports ports;
  private final DeploymentLayout layout;

  /** The origins of the deployments of a machine. */
  public EtcOrigins(Ports ports, DeploymentLayout layout) {
    this.ports = ports;
    this.layout = layout;
  }

  /**
   * Keeps an origin of a deployment that is being made; not durable by itself. A crash before the
   * deployment has its final name leaves an orphan.
   *
   * @param frozen a writable subvolume, which is moved; the kernel moves no read-only one
   */
  public void keep(DeploymentId id, Path frozen, EtcOrigin origin) {
    ports.files().createDirectories(layout.etcRecords(id));
    ports.files().write(layout.etcOrigin(id), RecordJson.write(origin));
    ports.files().rename(frozen, layout.etcBase(id));
  }

  /**
   * Keeps another origin of a deployment that was there before, and remembers whether it had come
   * up; not durable by itself. A crash within this leaves the old origin, none, or the new one, and
   * none counts as having come up.
   *
   * @param frozen as for {@link #keep}
   */
  public void renew(DeploymentId id, Path frozen, EtcOrigin origin) {
    if (of(id).isEmpty() && !ports.files().exists(layout.cameUp(id))) {
      ports.files().createDirectories(layout.etcRecords(id));
      ports.files().write(layout.cameUp(id), "");
    }
    forget(id);
    keep(id, frozen, origin);
  }

  /**
   * Whether a deployment may have come up: the blessing removed its origin, and {@link #renew} may
   * have given it another.
   */
  public boolean mayHaveComeUp(DeploymentId id) {
    return of(id).isEmpty() || ports.files().exists(layout.cameUp(id));
  }

  /**
   * The origin of a deployment that still needs one.
   *
   * @throws DamagedStateException if it cannot be read
   */
  public Optional<EtcOrigin> of(DeploymentId id) {
    if (!ports.files().exists(layout.etcBase(id))) {
      return Optional.empty();
    }
    Path file = layout.etcOrigin(id);
    return ports
        .files()
        .read(file, LARGEST)
        .map(text -> RecordJson.read(file, text, EtcOrigin.class));
  }

  /** The frozen /etc. */
  public Path base(DeploymentId id) {
    return layout.etcBase(id);
  }

  /** Notes, durably, that the base is newer now. */
  public void replaceDurably(DeploymentId id, EtcOrigin origin) {
    ports.files().replaceDurably(layout.etcOrigin(id), RecordJson.write(origin));
  }

  /**
   * Forgets the origin of a deployment that needs it no more. A crash in here leaves the origin
   * without its base; the next blessing forgets it.
   */
  public void forget(DeploymentId id) {
    if (ports.files().exists(layout.etcBase(id))) {
      remove(layout.etcBase(id));
    }
    if (ports.files().exists(layout.etcOrigin(id))) {
      ports.files().deleteDurably(layout.etcOrigin(id));
    }
  }

  /** Removes all that is kept of a deployment's /etc outside its root. */
  void removeAll(DeploymentId id) {
    removeAllIn(layout.etcRecords(id));
  }

  /** Removes what is kept of deployments that are not there, and records half written. */
  public void removeLeftovers() {
    for (String name : ports.files().names(layout.etcRecords())) {
      Path records = layout.etcRecords().resolve(name);
      if (ports.files().exists(layout.deployments().resolve(name))) {
        removeUnfinished(records);
      } else {
        removeAllIn(records);
      }
    }
  }

  /** A crash leaves one beside the record that it was to replace. */
  private void removeUnfinished(Path records) {
    ports.files().names(records).stream()
        .filter(name -> name.endsWith(SystemFiles.UNFINISHED))
        .map(records::resolve)
        .forEach(ports.files()::deleteTree);
  }

  private void removeAllIn(Path directory) {
    if (!ports.files().exists(directory)) {
      return;
    }
    Path base = directory.resolve(DeploymentLayout.ETC_BASE);
    if (ports.files().exists(base)) {
      remove(base);
    }
    ports.files().deleteTree(directory);
  }

  private void remove(Path base) {
    new DeploymentRemoval(ports, layout).removeLeftover(base);
  }
}
