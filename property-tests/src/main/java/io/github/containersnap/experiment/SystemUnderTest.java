package io.github.containersnap.experiment;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.Inventory;
import io.github.containersnap.properties.Access;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at a mounted system from outside, without the engine. */
public final class SystemUnderTest {
  private static final String STATE = "@var/lib/container-snap/";
  private static final String DEPLOYMENTS = STATE + "deployments/";
  private static final String STORE = STATE + "snapshots/";
  private static final String ETC_RECORDS = STATE + "etc/";
  private static final String LAYERS = STORE + "btrfs/subvolumes/";

  private SystemUnderTest() {}

  /** What the machine's owner keeps in a directory of their own in /var, as it is now. */
  public static TreeManifest var(Path top) {
    return TreeScan.of(top.resolve("@var").resolve(LivedInMachine.OWN));
  }

  /** What is in a subvolume that deployments share, without container-snap's own. */
  public static TreeManifest data(Path top, String subvolume) {
    return TreeScan.of(
        top.resolve(subvolume),
        path -> subvolume.equals("@var") && path.equals("lib/container-snap"));
  }

  /** What may be done to what lies at a path. */
  public static Access access(Path path) {
    String answer =
        ExternalCommand.of("btrfs", "property", "get", "-t", "subvol", path, "ro")
            .runAnyStatus()
            .text()
            .strip();
    return switch (answer) {
      case "ro=true" -> Access.READ_ONLY;
      case "ro=false" -> Access.WRITABLE;
      default -> Access.NOT_A_SUBVOLUME;
    };
  }

  /** The names of the pinned deployments. */
  public static SortedSet<String> pins(Path top) {
    return new TreeSet<>(names(top.resolve(STATE + "pins")));
  }

  /**
   * What lies where nothing may lie while no command is at work ({@link Inventory}), and the
   * subvolumes that belong to nothing.
   *
   * @param own the subvolumes that the machine's owner made
   */
  public static SortedSet<String> strays(Path top, Set<String> own) {
    Set<String> layers = storedLayers(top);
    SortedSet<String> strays = Inventory.strays(directory -> names(top.resolve(directory)), layers);
    for (String path : subvolumes(top)) {
      boolean known =
          own.contains(path)
              || !path.contains("/")
              || path.matches(Pattern.quote(DEPLOYMENTS) + "[^/]+(/etc)?")
              || path.matches(Pattern.quote(ETC_RECORDS) + "[^/]+/base(/.*)?")
              || (path.startsWith(LAYERS) && layers.contains(path.substring(LAYERS.length())));
      if (!known) {
        strays.add(path);
      }
    }
    return strays;
  }

  /** What lies where the deployments do, by name: their ids, and whatever else is there. */
  public static SortedSet<String> deployments(Path top) {
    return new TreeSet<>(names(top.resolve(DEPLOYMENTS)));
  }

  private static Set<String> storedLayers(Path top) {
    Path file = top.resolve(STORE + "btrfs-layers/layers.json");
    Set<String> layers = new TreeSet<>();
    if (Files.exists(file)) {
      try {
        new JsonMapper()
            .readTree(Files.readAllBytes(file))
            .forEach(layer -> layers.add(layer.path("id").asText()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the store's list of layers", e);
      }
    }
    return layers;
  }

  private static List<String> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> String.valueOf(file.getFileName())).toList();
    } catch (NoSuchFileException nothing) {
      return List.of(); // no directory, no leak
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory, e);
    }
  }

  /** The paths of all subvolumes. */
  public static SortedSet<String> subvolumes(Path top) {
    SortedSet<String> paths = new TreeSet<>();
    ExternalCommand.of("btrfs", "subvolume", "list", top)
        .run()
        .lines()
        .forEach(line -> paths.add(line.substring(line.indexOf(" path ") + " path ".length())));
    return paths;
  }
}
