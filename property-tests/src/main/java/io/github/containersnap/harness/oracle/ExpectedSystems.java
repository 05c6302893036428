package io.github.containersnap.harness.oracle;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.experiment.DeploymentExpectations;
import io.github.containersnap.harness.experiment.DeploymentTree;
import io.github.containersnap.harness.experiment.ImageOrigin;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.ExpectedBoot;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.FstabMounts;
import io.github.containersnap.harness.view.ManifestTree;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.view.Tree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;

/**
 * What must be so of a machine that is being updated, by the side that it boots (DESIGN §4, §5).
 *
 * @param expectations both systems
 * @param filesystem the UUID of the machine's btrfs
 * @param fstab the text of /etc/fstab in both systems, which no image and no update changes
 * @param ownArguments kernel arguments that the owner added after the old system had become the
 *     default
 */
public record ExpectedSystems(
    DeploymentExpectations expectations, UUID filesystem, String fstab, Set<String> ownArguments) {
  /** What an image has that ends its own trial; without it, nothing is counted. */
  private static final String BLESSING_UNIT = "usr/lib/systemd/system/container-snap-bless.service";

  private static final String VAR = "/var";

  /** The side whose root lies at a path from the top level. */
  Optional<Side> sideAt(String root) {
    for (Side candidate : Side.values()) {
      if (root.equals(DeploymentLayout.fromTopLevel(expectations.id(candidate)))) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /** A machine that boots this side. It falls back from the new one, and has only the old one. */
  public Expected booting(Side side) {
    DeploymentId id = expectations.id(side);
    return side == Side.OLD
        ? expected(Map.of(id, Side.OLD), id, Optional.empty(), false)
        : updatedTo(id, Optional.of(expectations.id(Side.OLD)), false);
  }

  /** A machine of which it is not known which side it boots: both may be there, neither must. */
  Expected bootingEither() {
    Expected updated = booting(Side.NEW);
    return new Expected(
        updated.deployments(),
        Set.of(),
        updated.defaultId(),
        Optional.empty(),
        new ExpectedBoot(filesystem.toString(), updated.boot().entries(), List.of()),
        Optional.empty(),
        updated.pins(),
        updated.data(),
        false);
  }

  /** A machine on which the update has reported success. */
  Expected reported() {
    return updatedTo(expectations.id(Side.NEW), Optional.of(expectations.id(Side.OLD)));
  }

  /**
   * A machine after an update that reported success.
   *
   * @param made the deployment that the update made
   * @param fallback what it falls back to; nothing if that is not asked
   */
  Expected updatedTo(DeploymentId made, Optional<DeploymentId> fallback) {
    return updatedTo(made, fallback, true);
  }

  private Expected updatedTo(DeploymentId made, Optional<DeploymentId> fallback, boolean reported) {
    return expected(
        Map.of(expectations.id(Side.OLD), Side.OLD, made, Side.NEW), made, fallback, reported);
  }

  private Expected expected(
      Map<DeploymentId, Side> systems,
      DeploymentId byDefault,
      Optional<DeploymentId> fallback,
      boolean reported) {
    Map<String, Expected.Deployment> deployments = new HashMap<>();
    Map<String, ExpectedBoot.Told> entries = new HashMap<>();
    systems.forEach(
        (id, side) -> {
          Expected.Deployment deployment = deployment(id, side);
          deployments.put(id.toString(), deployment);
          entries.put(deployment.subvolume(), told(side));
        });
    Map<String, Tree> data = new HashMap<>();
    expectations
        .data()
        .forEach((name, tree) -> data.put(name, new ManifestTree(name.substring(1), tree)));
    return new Expected(
        deployments,
        deployments.keySet(),
        byDefault.toString(),
        fallback.map(DeploymentId::toString),
        new ExpectedBoot(filesystem.toString(), entries, roots(systems, byDefault, fallback)),
        Optional.empty(),
        Set.of(),
        data,
        reported);
  }

  private Expected.Deployment deployment(DeploymentId id, Side side) {
    DeploymentTree tree = expectations.tree(side);
    ImageOrigin origin = expectations.origin(side);
    return new Expected.Deployment(
        "the %s system".formatted(side),
        DeploymentLayout.fromTopLevel(id),
        new ManifestTree("", tree.sealed()),
        new ManifestTree("etc", tree.etc()),
        Access.READ_ONLY,
        new Origin(origin.imageId(), Optional.of(origin.reference())));
  }

  private List<String> roots(
      Map<DeploymentId, Side> systems, DeploymentId byDefault, Optional<DeploymentId> fallback) {
    String root = DeploymentLayout.fromTopLevel(byDefault);
    boolean isOld = systems.get(byDefault) == Side.OLD;
    if (isOld || !has(Side.NEW, BLESSING_UNIT)) {
      return List.of(root);
    }
    return fallback
        .map(id -> ExpectedBoot.rootsOfATrial(root, DeploymentLayout.fromTopLevel(id)))
        .orElse(List.of());
  }

  /**
   * Words of the image or the owner replace the two consoles. The owner wrote theirs after the old
   * system became the default, so only the new one's entry must have them (DESIGN §4).
   */
  private ExpectedBoot.Told told(Side side) {
    boolean own =
        has(side, "usr/lib/kernel/cmdline")
            || expectations.tree(side).etc().get("kernel/cmdline").isPresent();
    Set<String> words = new TreeSet<>(own ? Set.of() : Set.of("console=tty0", "console=ttyS0"));
    if (side == Side.NEW) {
      words.addAll(ownArguments);
    }
    // What the deployment's own fstab mounts, systemd must not be told again.
    return new ExpectedBoot.Told(words, FstabMounts.mounts(fstab, VAR) ? Set.of() : Set.of(VAR));
  }

  private boolean has(Side side, String path) {
    return expectations.tree(side).sealed().get(path).isPresent();
  }
}
