package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.harness.view.Tree;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must be so, written by the harness from images, design and what it did to the machine; never
 * read from a run of the engine.
 *
 * @param deployments all deployments that may exist, by id
 * @param required those of them that must exist
 * @param defaultId the one that boots next
 * @param fallbackId the one that must boot if the default does not come up; nothing if that is not
 *     asked
 * @param boot what the boot menu must do
 * @param menu what the engine must read in it, in words; nothing if that is not asked
 * @param pins the pinned deployments
 * @param data shared data by subvolume
 * @param reported whether a command has reported that this is so
 */
public record Expected(
    Map<String, Deployment> deployments,
    Set<String> required,
    String defaultId,
    Optional<String> fallbackId,
    ExpectedBoot boot,
    Optional<String> menu,
    Set<String> pins,
    Map<String, Tree> data,
    boolean reported) {
  public Expected {
    deployments = Map.copyOf(deployments);
    required = Set.copyOf(required);
    pins = Set.copyOf(pins);
    data = Map.copyOf(data);
  }

  /**
   * One deployment.
   *
   * @param name what messages call it, such as "the new system"
   * @param subvolume its root from the top level
   * @param sealed its root without /etc and record, from the layers of its image
   * @param etc its own /etc
   * @param root what may be done to its root
   * @param origin what it says that it was made from
   */
  public record Deployment(
      String name, String subvolume, Tree sealed, Tree etc, Access root, Origin origin) {}

  /** The same, but of one deployment alone: the others are not asked about. */
  public Expected withOnly(String id) {
    return new Expected(
        Map.of(id, deployment(id).orElseThrow()),
        Set.of(id),
        id,
        Optional.empty(),
        boot,
        menu,
        pins,
        data,
        reported);
  }

  /** The deployment with this id, if one may exist. */
  Optional<Deployment> deployment(String id) {
    return Optional.ofNullable(deployments.get(id));
  }

  /** The deployment whose root lies at a path. */
  Optional<Deployment> at(String subvolume) {
    return deployments.values().stream().filter(it -> it.subvolume().equals(subvolume)).findFirst();
  }

  /** What messages call a deployment. */
  String nameOf(String id) {
    return deployment(id).map(Deployment::name).orElse("the deployment " + shortened(id));
  }

  /** What messages call the root at a path. */
  String nameAt(String subvolume) {
    return at(subvolume).map(Deployment::name).orElse("/" + subvolume);
  }

  /** What messages call what starts. */
  String nameOf(BootPlan.Start start) {
    return switch (start) {
      case BootPlan.Entry entry -> nameAt(entry.subvolume());
      case BootPlan.Stuck stuck -> "nothing (%s)".formatted(stuck.why());
    };
  }

  /** What is wrong with what the engine reads in the boot menu, as a sentence part. */
  Optional<String> otherMenu(SystemView view) {
    return menu.flatMap(
        wanted ->
            view.menu()
                .known()
                .filter(found -> !found.equals(wanted))
                .map(
                    found -> "the boot menu says: %s. It should say: %s".formatted(found, wanted)));
  }

  /** The first twelve digits of an image id say enough to a person. */
  private static String shortened(String id) {
    return id.replaceFirst("^([0-9a-f]{12})[0-9a-f]{52}", "$1");
  }
}
