package io.github.containersnap.engine;

import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * What may lie where on the system's btrfs while no transaction is in flight: the one list by which
 * every check of leftovers decides. It stands beside {@link DeploymentLayout} and grows with it.
 *
 * <p>Paths start at the top level, without a leading slash; the top level itself is "".
 */
public final class Inventory {
  private static final String STATE = "@var/lib/container-snap";
  private static final String STORE = STATE + "/snapshots";

  /** Where podman's btrfs driver keeps the layers of the store. */
  private static final String LAYERS = STORE + "/btrfs/subvolumes";

  /** What is kept of deployments' /etc outside their roots: a directory of each one's id. */
  private static final String ETC_RECORDS = STATE + "/etc";

  private static final Set<String> KEPT_OF_ETC = Set.of("base", "origin.json", "conflicts.json");

  private static final Predicate<String> PROOFS =
      Pattern.compile("[0-9a-f]{64}\\.(layer|contents)").asMatchPredicate();

  private static final Map<String, Predicate<String>> PERMITTED =
      Map.of(
          "",
          Set.of("@boot", "@var", "@home", "@root", "@srv")::contains,
          "@boot",
          Set.of("boot.cfg", "boot.cfg.spare")::contains,
          STATE,
          Set.of(
                  "boot-menu.json",
                  "deployments",
                  "etc",
                  "journal",
                  "last-work-number",
                  "lock",
                  "pins",
                  "proofs",
                  "snapshots",
                  "spare-room")
              ::contains,
          STATE + "/deployments",
          Inventory::isDeployment,
          STATE + "/journal",
          Set.<String>of()::contains,
          STATE + "/pins",
          Inventory::isDeployment,
          STATE + "/proofs",
          PROOFS,
          STORE + "/tmp",
          Set.<String>of()::contains);

  private Inventory() {}

  private static boolean isDeployment(String name) {
    return DeploymentId.read(name).isPresent();
  }

  /**
   * What lies where nothing may lie.
   *
   * @param names what a directory holds; nothing if there is no such directory
   * @param layers the ids of the layers that the records of the store name: the driver has a
   *     subvolume of that name for each, and no other
   * @return the paths, from the top level
   */
  public static SortedSet<String> strays(
      Function<String, ? extends Collection<String>> names, Set<String> layers) {
    SortedSet<String> strays = new TreeSet<>();
    PERMITTED.forEach((directory, permitted) -> add(strays, names, directory, permitted));
    add(strays, names, LAYERS, layers::contains);
    Collection<String> deployments = names.apply(STATE + "/deployments");
    add(strays, names, ETC_RECORDS, deployments::contains);
    for (String id : names.apply(ETC_RECORDS)) {
      add(strays, names, ETC_RECORDS + "/" + id, KEPT_OF_ETC::contains);
    }
    return strays;
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
