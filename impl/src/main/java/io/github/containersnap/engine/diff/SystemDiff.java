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
 * @param packages the packages that are different, ordered by kind and name; empty if those of one
 *     are not known, or the two have databases of different formats
 * @param files the paths that are different, ordered; without /etc, and without the directories
 *     that all deployments share
 * @param etc what is different in the images' /etc, ordered by path
 * @param warnings what could not be read or compared
 */
public record SystemDiff(
    Side from,
    Side to,
    Optional<List<PackageChange>> packages,
    List<FileChange> files,
    List<EtcDifference> etc,
    List<String> warnings) {

  public SystemDiff {
    packages = packages.map(List::copyOf);
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
          system.packages().format().map(_ -> system.packages().packages().size()));
    }
  }

  /** Whether nothing is different. */
  public boolean isEmpty() {
    return packages.stream().allMatch(List::isEmpty) && files.isEmpty() && etc.isEmpty();
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
    Optional<PackageDatabase.Format> format =
        from.packages().format().filter(it -> to.packages().format().equals(Optional.of(it)));
    return new SystemDiff(
        Side.of(from),
        Side.of(to),
        format.map(
            it ->
                PackageChange.between(
                    from.packages().packages(), to.packages().packages(), it.versions())),
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
    return system.packages().format().isPresent()
        ? List.of()
        : List.of(
            "%s has no package database that is read (looked for dpkg's and rpm's)."
                .formatted(system.id().shortForm()));
  }
}
