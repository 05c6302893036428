package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.harness.world.Node;
import io.github.containersnap.harness.world.Node.Attributes;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import io.github.containersnap.harness.world.Node.Subvolume;
import io.github.containersnap.harness.world.Node.SymbolicLink;
import io.github.containersnap.harness.world.NodeContent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A mounted btrfs, read once and whole, as the view of simulated disks knows disks. Of the store
 * only its records are read, and which layers there are; of what fills a disk nothing. Extended
 * attributes and hard links are not looked at: no image of a history has any.
 */
final class MountedDiskReader {
  /** Where somebody else keeps what fills the disk. */
  static final String FILLING = "@var/filling";

  private static final String LAYERS = "@var/lib/container-snap/snapshots/btrfs/subvolumes/";
  private static final String DEPLOYMENTS = "@var/lib/container-snap/deployments/";
  private static final long LARGEST_TEXT = 1 << 20;

  /** A kernel. */
  private static final long LARGEST_OF_AN_IMAGE = 32 << 20;

  private static final long ROOT_OF_A_SUBVOLUME = 256;
  private static final int PERMISSIONS = 07777;

  private final Path top;
  private final BtrfsProgs btrfs = new BtrfsProgs();

  private MountedDiskReader(Path top) {
    this.top = top;
  }

  /** What is mounted at {@code top}. */
  static Directory of(Path top) {
    try {
      return new MountedDiskReader(top).directory("", top);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read what is mounted at " + top, e);
    }
  }

  private Directory directory(String path, Path at) throws IOException {
    Map<String, Object> seen = seen(at);
    TreeMap<String, Node> children = new TreeMap<>();
    if (!path.startsWith(LAYERS) && !path.equals(FILLING)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(at)) {
        for (Path file : files) {
          String name = file.getFileName().toString();
          node(path.isEmpty() ? name : path + "/" + name, file)
              .ifPresent(node -> children.put(name, node));
        }
      }
    }
    return Directory.of(attributes(seen), children, subvolume(at, seen));
  }

  private Optional<Node> node(String path, Path at) throws IOException {
    if (Files.isSymbolicLink(at)) {
      return Optional.of(
          new SymbolicLink(attributes(seen(at)), Files.readSymbolicLink(at).toString()));
    }
    if (Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.of(directory(path, at));
    }
    if (!Files.isRegularFile(at, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    long largest = path.startsWith(DEPLOYMENTS) ? LARGEST_OF_AN_IMAGE : LARGEST_TEXT;
    byte[] bytes = Files.size(at) > largest ? new byte[0] : Files.readAllBytes(at);
    return Optional.of(RegularFile.onDisk(attributes(seen(at)), 0, NodeContent.of(bytes)));
  }

  private Optional<Subvolume> subvolume(Path at, Map<String, Object> seen) {
    return number(seen, "ino") == ROOT_OF_A_SUBVOLUME && !at.equals(top)
        ? Optional.of(new Subvolume(0, btrfs.isReadOnly(at), Instant.EPOCH, 0, 0))
        : Optional.empty();
  }

  private static Map<String, Object> seen(Path at) throws IOException {
    return Files.readAttributes(at, "unix:mode,uid,gid,ino", LinkOption.NOFOLLOW_LINKS);
  }

  private static Attributes attributes(Map<String, Object> seen) {
    return new Attributes(
        (int) number(seen, "mode") & PERMISSIONS,
        (int) number(seen, "uid"),
        (int) number(seen, "gid"),
        Collections.emptySortedMap());
  }

  private static long number(Map<String, Object> seen, String attribute) {
    return ((Number) Objects.requireNonNull(seen.get(attribute))).longValue();
  }
}
