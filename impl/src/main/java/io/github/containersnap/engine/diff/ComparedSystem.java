package io.github.containersnap.engine.diff;

import io.github.containersnap.engine.bootable.BootableCheck;
import io.github.containersnap.engine.bootable.LiveTree;
import io.github.containersnap.engine.bootable.OsRelease;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.MountPoints;
import io.github.containersnap.engine.deployment.TukitNeeds;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.HostAttributes;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One of two systems that are compared: what its image decides. Of a deployment that is its root
 * without the machine's /etc, and the copy of the image's /etc that it keeps. What an image has in
 * /var and the other shared directories is left out: an update does not bring it to the machine.
 *
 * @param id the deployment, or the one that the image would become
 * @param version the version in its os-release, if it has one
 * @param kernel the version of the kernel that it boots with; empty if it has no complete one
 * @param packages its packages
 * @param files all that it has but /etc and the shared directories
 * @param etc its image's /etc
 * @param etcDirectory where that lies
 */
record ComparedSystem(
    DeploymentId id,
    Optional<String> version,
    Optional<String> kernel,
    PackageDatabase packages,
    TreeManifest files,
    TreeManifest etc,
    Path etcDirectory) {
  private static final String ETC = "etc";
  private static final String IMAGE_ETC = SealedRoot.OWN_DIRECTORY + "/" + ETC;

  /**
   * A deployment, as it is on disk.
   *
   * @throws NotADeploymentException if there is no such deployment
   */
  static ComparedSystem of(Machine machine, DeploymentId id) {
    Path root = machine.deployments().root(id).root();
    return of(machine.ports().files(), id, root, scanned(machine, root), IMAGE_ETC);
  }

  /**
   * A deployment, without the directories that it has beside those of {@code image} because this
   * machine needs them: a deployment of the image would have them as well.
   */
  static ComparedSystem of(Machine machine, DeploymentId id, ImageStore.Proven image) {
    SealedRoot root = machine.deployments().root(id);
    TreeManifest tree = scanned(machine, root.root());
    Set<String> added =
        new HashSet<>(new MountPoints(machine.ports().files()).missing(image.tree(), root));
    if (TukitNeeds.addsSnapshots(image.tree())) {
      added.add(TukitNeeds.SNAPSHOTS);
    }
    return of(machine.ports().files(), id, root.root(), tree.without(added::contains), IMAGE_ETC);
  }

  /** A proven image in the store, which would become {@code id}. */
  static ComparedSystem of(SystemFiles files, DeploymentId id, ImageStore.Proven image) {
    return of(files, id, image.directory(), image.tree(), ETC);
  }

  private static TreeManifest scanned(Machine machine, Path root) {
    return machine.ports().files().scan(root).withoutAttributes(HostAttributes::contains);
  }

  private static ComparedSystem of(
      SystemFiles files, DeploymentId id, Path root, TreeManifest tree, String etc) {
    LiveTree live = new LiveTree(files, root);
    return new ComparedSystem(
        id,
        OsRelease.version(live),
        BootableCheck.assess(tree).files().map(BootFiles::version),
        PackageDatabase.in(live),
        tree.without(ComparedSystem::isLeftOut),
        tree.subtree(etc),
        root.resolve(etc));
  }

  private static boolean isLeftOut(String path) {
    return isAtOrBelow(ETC, path)
        || isAtOrBelow(SealedRoot.OWN_DIRECTORY, path)
        || path.startsWith("var/")
        || DeploymentLayout.SHARED_DIRECTORIES.stream().anyMatch(it -> path.startsWith(it + "/"));
  }

  private static boolean isAtOrBelow(String directory, String path) {
    return path.equals(directory) || path.startsWith(directory + "/");
  }

  /** What of it could not be read, each with the id that it belongs to. */
  List<String> warnings() {
    return packages.warnings().stream().map(it -> id.shortForm() + ": " + it).toList();
  }
}
