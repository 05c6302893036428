package io.github.containersnap.harness.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.Inventory;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.linux.MountInfo;
import io.github.containersnap.linux.MountTable;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at a mounted system from outside, without the engine. */
public final class MountedSystem {
  private static final String STATE = "@var/lib/container-snap/";
  private static final String DEPLOYMENTS = STATE + "deployments/";
  private static final String STORE = STATE + "snapshots/";

  private MountedSystem() {}

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

  /** The UUID in the superblock of a btrfs, which a temporary one of the kernel's may hide. */
  public static UUID filesystem(Path device) {
    return UUID.fromString(
        ExternalCommand.of("blkid", "--probe", "--match-tag", "UUID", "--output", "value", device)
            .run()
            .text()
            .strip());
  }

  /** The names of the pinned deployments. */
  public static SortedSet<String> pins(Path top) {
    return new TreeSet<>(names(top.resolve(STATE + "pins")));
  }

  /**
   * What lies where nothing may lie while no command is at work, and the subvolumes that belong to
   * nothing ({@link Inventory}).
   *
   * @param own the subvolumes that the machine's owner made
   */
  public static SortedSet<String> strays(Path top, Set<String> own) {
    Inventory.Layers layers = storedLayers(top);
    SortedSet<String> strays = Inventory.strays(directory -> names(top.resolve(directory)), layers);
    strays.addAll(Inventory.straySubvolumes(subvolumes(top), layers, own));
    strays.removeAll(own);
    return strays;
  }

  /** What lies where the deployments do, by name: their ids, and whatever else is there. */
  public static SortedSet<String> deployments(Path top) {
    return new TreeSet<>(names(top.resolve(DEPLOYMENTS)));
  }

  private static Inventory.Layers storedLayers(Path top) {
    Path file = top.resolve(STORE + "btrfs-layers/layers.json");
    Set<String> complete = new TreeSet<>();
    Set<String> incomplete = new TreeSet<>();
    if (Files.exists(file)) {
      try {
        for (JsonNode layer : Json.tree(file)) {
          boolean cutOff = layer.at("/flags/incomplete").asBoolean();
          (cutOff ? incomplete : complete).add(layer.path("id").asText());
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read the store's list of layers", e);
      }
    }
    return new Inventory.Layers(complete, incomplete);
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

  /** Whether the space is reserved that is given back on a full disk. */
  public static boolean hasReserve(Path top) {
    return Files.exists(top.resolve(STATE + "spare-room"));
  }

  /** How many bytes of a mounted filesystem are free. */
  public static long free(Path top) {
    try {
      return Files.getFileStore(top).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell how much of %s is free".formatted(top), e);
    }
  }

  /** The paths of what a directory holds; nothing if it is not there. */
  public static SortedSet<String> filesIn(Path directory) {
    return names(directory).stream()
        .map(name -> directory.resolve(name).toString())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The mount points below a directory. */
  public static SortedSet<String> mountsBelow(Path directory) {
    return MountTable.own().below(directory).stream()
        .map(MountInfo::at)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The paths of all subvolumes. */
  public static SortedSet<String> subvolumes(Path top) {
    return new TreeSet<>(subvolumesByPath(top).keySet());
  }

  /**
   * A subvolume below the top level.
   *
   * @param generation the last committed transaction that changed it
   * @param path from the top level
   */
  public record Subvolume(long id, long generation, String path) {
    /** Reads a line such as {@code ID 257 gen 11 top level 5 path @var}. */
    private static Subvolume read(String line) {
      String[] words = line.split(" ", 9);
      return new Subvolume(Long.parseLong(words[1]), Long.parseLong(words[3]), words[8]);
    }
  }

  /** All subvolumes below the top level, by path. */
  public static SortedMap<String, Subvolume> subvolumesByPath(Path top) {
    return listed(ExternalCommand.of("btrfs", "subvolume", "list", top));
  }

  /** The paths of those that are read-only. */
  public static SortedSet<String> readOnlySubvolumes(Path top) {
    return new TreeSet<>(
        listed(ExternalCommand.of("btrfs", "subvolume", "list", "-r", top)).keySet());
  }

  private static SortedMap<String, Subvolume> listed(ExternalCommand list) {
    SortedMap<String, Subvolume> found = new TreeMap<>();
    list.run().lines().stream().map(Subvolume::read).forEach(each -> found.put(each.path(), each));
    return found;
  }

  /** Commits what is not committed yet. */
  public static void commit(Path top) {
    ExternalCommand.of("btrfs", "filesystem", "sync", top).run();
  }

  /** The id of the subvolume that is mounted where none is named. */
  public static long defaultSubvolume(Path top) {
    String answer = ExternalCommand.of("btrfs", "subvolume", "get-default", top).run().text();
    return Long.parseLong(answer.split(" ", 3)[1]); // such as "ID 5 (FS_TREE)"
  }
}
