package io.github.containersnap.engine.diff;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.etc.EtcMerge;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.tree.TreeManifest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is different between two systems of this machine. Made by reading alone.
 *
 * @param from the system before
 * @param to the system after
 * @param packages the packages that are different, ordered by kind and name
 * @param files the paths that are different, ordered; without /etc, and without the directories
 *     that all deployments share
 * @param etc what is different in the images' /etc, ordered by path
 * @param warnings what could not be read or compared
 */
public record SystemDiff(
    Side from,
    Side to,
    List<PackageChange> packages,
    List<FileChange> files,
    List<EtcDifference> etc,
    List<String> warnings) {

  public SystemDiff {
    packages = List.copyOf(packages);
    files = List.copyOf(files);
    etc = List.copyOf(etc);
    warnings = List.copyOf(warnings);
  }

  /**
   * One of the two.
   *
   * @param id the deployment, or the one that an image would become
   * @param version the version in its os-release, if it has one
   * @param kernel the version of the kernel that it boots with; empty if it has no complete one
   * @param packageCount how many packages it has; empty if it has no database that is read
   */
  public record Side(
      DeploymentId id,
      Optional<String> version,
      Optional<String> kernel,
      Optional<Integer> packageCount) {
    private static Side of(ComparedSystem system) {
      return new Side(
          system.id(),
          system.version(),
          system.kernel(),
          system.packages().place().map(_ -> system.packages().packages().size()));
    }
  }

  /** Whether the packages of both are known. */
  public boolean knowsPackages() {
    return from.packageCount().isPresent() && to.packageCount().isPresent();
  }

  /** Whether nothing is different. */
  public boolean isEmpty() {
    return packages.isEmpty() && files.isEmpty() && etc.isEmpty();
  }

  /**
   * Compares two deployments.
   *
   * @throws NotADeploymentException if there is no such deployment
   */
  public static SystemDiff between(Machine machine, DeploymentId from, DeploymentId to) {
    ComparedSystem before = ComparedSystem.of(machine, from);
    return between(machine, before, from.equals(to) ? before : ComparedSystem.of(machine, to));
  }

  /**
   * Compares a deployment with a proven image of the store.
   *
   * @param to the deployment that the image would become
   * @throws NotADeploymentException if there is no such deployment as {@code from}
   */
  public static SystemDiff between(
      Machine machine, DeploymentId from, DeploymentId to, ImageStore.Proven image) {
    return between(
        machine,
        ComparedSystem.of(machine, from, image),
        ComparedSystem.of(machine.ports().files(), to, image));
  }

  private static SystemDiff between(Machine machine, ComparedSystem from, ComparedSystem to) {
    boolean known = from.packages().place().isPresent() && to.packages().place().isPresent();
    return new SystemDiff(
        Side.of(from),
        Side.of(to),
        known
            ? PackageChange.between(from.packages().packages(), to.packages().packages())
            : List.of(),
        FileChange.between(from.files(), to.files()),
        EtcDifference.between(
            from.etc(), to.etc(), machine.current().map(id -> merged(machine, id, to))),
        Stream.of(unread(from), unread(to), from.warnings(), to.warnings())
            .flatMap(List::stream)
            .distinct()
            .toList());
  }

  /** What /etc would be after an update to {@code next}. The plan of the merge writes nothing. */
  private static TreeManifest merged(Machine machine, DeploymentId current, ComparedSystem next) {
    SealedRoot root = machine.deployments().root(current);
    return new EtcMerge(
            machine.ports().files(),
            root.imageEtc(),
            root.etc(),
            next.etcDirectory(),
            next.etcDirectory())
        .plan()
        .result();
  }

  /** That packages are missing from the answer must be said, not guessed from an empty list. */
  private static List<String> unread(ComparedSystem system) {
    Optional<String> dpkg = system.packages().place();
    return system
        .packages()
        .unread()
        .map(
            path ->
                "%s: the rpm database /%s is not read, so its packages are not compared."
                    .formatted(system.id().shortForm(), path))
        .or(
            () ->
                dpkg.isPresent()
                    ? Optional.empty()
                    : Optional.of(
                        "%s has no package database (looked for /var/lib/dpkg, /usr/lib/sysimage/dpkg)."
                            .formatted(system.id().shortForm())))
        .stream()
        .toList();
  }
}
