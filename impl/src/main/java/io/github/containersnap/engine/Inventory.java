package io.github.containersnap.engine;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What may lie where on the system's btrfs while no transaction is in flight: the one list by which
 * every check of leftovers decides. It stands beside {@link DeploymentLayout} and grows with it.
 *
 * <p>Paths start at the top level, without a leading slash; the top level itself is "".
 */
public final class Inventory {
  private static final DeploymentLayout LAYOUT = new DeploymentLayout(Path.of(""));
  private static final String DEPLOYMENTS = LAYOUT.deployments().toString();
  private static final String STORE = LAYOUT.store().toString();

  /** Where podman's btrfs driver keeps the layers of the store. */
  private static final String LAYERS = STORE + "/btrfs/subvolumes";

  /** Where podman keeps its list of images, and of each image's files a directory. */
  private static final String IMAGES = STORE + "/btrfs-images";

  /** What is kept of deployments' /etc outside their roots: a directory of each one's id. */
  private static final String ETC_RECORDS = LAYOUT.etcRecords().toString();

  private static final Set<String> KEPT_OF_ETC =
      Set.of(
          DeploymentLayout.ETC_BASE,
          DeploymentLayout.ETC_ORIGIN,
          DeploymentLayout.ETC_CONFLICTS,
          DeploymentLayout.CAME_UP);

  private static final Predicate<String> IMAGE_ID =
      Pattern.compile("[0-9a-f]{64}").asMatchPredicate();

  private static final Predicate<String> PROOFS =
      Pattern.compile("[0-9a-f]{64}\\.(layer|tree)").asMatchPredicate();

  private static final Map<String, Predicate<String>> PERMITTED =
      Map.ofEntries(
          permitted("", Set.of("@boot", "@var", "@home", "@root", "@srv")::contains),
          permitted("@boot", Set.of("boot.cfg", "boot.cfg.spare")::contains),
          permitted(
              LAYOUT.state().toString(),
              Stream.of(
                          LAYOUT.adoption(),
                          LAYOUT.menuRecord(),
                          LAYOUT.deployments(),
                          LAYOUT.etcRecords(),
                          LAYOUT.health(),
                          LAYOUT.journal(),
                          LAYOUT.lastUpdate(),
                          LAYOUT.lastWorkNumber(),
                          LAYOUT.lock(),
                          LAYOUT.pins(),
                          LAYOUT.proofs(),
                          LAYOUT.source(),
                          LAYOUT.store(),
                          LAYOUT.spareRoom())
                      .map(path -> String.valueOf(path.getFileName()))
                      .collect(Collectors.toUnmodifiableSet())
                  ::contains),
          permitted(DEPLOYMENTS, Inventory::isDeployment),
          permitted(LAYOUT.journal().toString(), _ -> false),
          permitted(LAYOUT.pins().toString(), Inventory::isDeployment),
          permitted(LAYOUT.proofs().toString(), PROOFS),
          permitted(STORE + "/tmp", _ -> false),
          permitted(STORE + "/btrfs-layers", Predicate.not(Inventory::isUnfinished)),
          permitted(IMAGES, Predicate.not(Inventory::isUnfinished)));

  /** Subvolumes of deployments: the root, its /etc, and the /etc that that was made from. */
  private static final Predicate<String> OF_A_DEPLOYMENT =
      Pattern.compile(
              "%s/[^/]+(/etc)?|%s/[^/]+/%s(/.*)?"
                  .formatted(
                      Pattern.quote(DEPLOYMENTS),
                      Pattern.quote(ETC_RECORDS),
                      DeploymentLayout.ETC_BASE))
          .asMatchPredicate();

  /**
   * The layers that the records of the store name, by their ids.
   *
   * @param complete those that are whole, as far as podman knows
   * @param incomplete those whose making was cut off: after a recovery there are none
   */
  public record Layers(Set<String> complete, Set<String> incomplete) {
    public Layers {
      complete = Set.copyOf(complete);
      incomplete = Set.copyOf(incomplete);
    }
  }

  private Inventory() {}

  private static Map.Entry<String, Predicate<String>> permitted(
      String directory, Predicate<String> names) {
    return Map.entry(directory, names);
  }

  /**
   * Whether podman was writing a file when it was cut off: it writes each beside its place and
   * renames it (containers/storage, {@code ioutils.NewAtomicFileWriter}).
   *
   * @param name in a directory of podman's store
   */
  private static boolean isUnfinished(String name) {
    return name.startsWith(".tmp-");
  }

  private static boolean isDeployment(String name) {
    return DeploymentId.read(name).isPresent();
  }

  /**
   * What lies where nothing may lie.
   *
   * @param names what a directory holds; nothing if there is no such directory
   * @param layers what the records of the store name: the driver has a subvolume for each layer,
   *     and no other
   * @return the paths, from the top level; of a layer that is recorded as incomplete, its path,
   *     whether it is there or not
   */
  public static SortedSet<String> strays(
      Function<String, ? extends Collection<String>> names, Layers layers) {
    SortedSet<String> strays = new TreeSet<>();
    layers.incomplete().forEach(id -> strays.add(LAYERS + "/" + id));
    PERMITTED.forEach((directory, permitted) -> add(strays, names, directory, permitted));
    add(strays, names, LAYERS, layers.complete()::contains);
    Collection<String> deployments = names.apply(DEPLOYMENTS);
    add(strays, names, ETC_RECORDS, deployments::contains);
    for (String name : names.apply(IMAGES)) {
      if (IMAGE_ID.test(name)) {
        add(strays, names, IMAGES + "/" + name, Predicate.not(Inventory::isUnfinished));
      }
    }
    for (String id : deployments) {
      Predicate<String> permitted = Predicate.not(DeploymentLayout.ETC_RESTORATION::equals);
      add(strays, names, DEPLOYMENTS + "/" + id + "/etc", permitted);
    }
    for (String id : names.apply(ETC_RECORDS)) {
      add(strays, names, ETC_RECORDS + "/" + id, KEPT_OF_ETC::contains);
    }
    return strays;
  }

  /**
   * Which subvolumes belong to nothing.
   *
   * @param subvolumes the paths of all, from the top level
   * @param own those that the machine's owner made
   */
  public static SortedSet<String> straySubvolumes(
      Collection<String> subvolumes, Layers layers, Set<String> own) {
    return subvolumes.stream()
        .filter(path -> path.contains("/") && !own.contains(path))
        .filter(path -> !OF_A_DEPLOYMENT.test(path))
        .filter(path -> !isLayer(path, layers))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static boolean isLayer(String path, Layers layers) {
    return path.startsWith(LAYERS + "/")
        && layers.complete().contains(path.substring(LAYERS.length() + 1));
  }

  private static void add(
      Set<String> strays,
      Function<String, ? extends Collection<String>> names,
      String directory,
      Predicate<String> permitted) {
    names.apply(directory).stream()
        .filter(Predicate.not(permitted))
        .map(name -> directory.isEmpty() ? name : directory + "/" + name)
        .forEach(strays::add);
  }
}
