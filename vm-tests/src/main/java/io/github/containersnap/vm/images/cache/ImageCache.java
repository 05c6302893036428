package io.github.containersnap.vm.images.cache;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.TreeDeletion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is slow to make and may be made again: base trees and built images.
 *
 * <p>An entry is a directory named by what it is and by a hash of what it was made from. It is
 * built under {@code building/}, committed to the disk, and renamed into place: so an entry that is
 * there is whole, and an interruption or a power cut leaves no more than rubbish under {@code
 * building/}, which the next builder removes. The whole cache, or a part of it, may be deleted at
 * any time: what is missing or damaged is made again.
 */
public final class ImageCache {
  private static final int KEY_LENGTH = 16;
  private static final String BUILDING = "building";

  /** Fills the directory of a new entry. */
  @FunctionalInterface
  public interface Builder {
    /** Writes the entry into {@code directory}, which exists and is empty. */
    void build(Path directory) throws IOException;
  }

  private final Path root;

  /** A cache in {@code root}, which is made when it is first needed. */
  public ImageCache(Path root) {
    this.root = root.toAbsolutePath().normalize();
    // skopeo, podman and buildah take what follows the colon in oci:DIRECTORY:TAG for the tag.
    if (this.root.toString().contains(":")) {
      throw new IllegalArgumentException(
          "the cache directory %s has a colon in its name, which image references cannot carry; set CONTAINER_SNAP_CACHE to another one"
              .formatted(this.root));
    }
  }

  /**
   * The cache of this user: {@code $CONTAINER_SNAP_CACHE}, else {@code ~/.cache/container-snap}.
   */
  public static ImageCache ofThisUser() {
    return new ImageCache(
        Optional.ofNullable(System.getenv("CONTAINER_SNAP_CACHE"))
            .filter(chosen -> !chosen.isEmpty())
            .map(Path::of)
            .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "container-snap")));
  }

  /** The directory of this cache. */
  public Path root() {
    return root;
  }

  /**
   * The directory of the entry {@code name} made from {@code inputs}, building it if it is not
   * there. Of several processes or threads that ask at once, one builds and the others wait.
   *
   * @param name letters, digits and dashes
   * @param inputs all that decides what the entry contains
   * @throws UncheckedIOException if the disk fails; nothing is left in place then
   */
  public Path entry(String name, List<String> inputs, Builder builder) {
    if (!name.matches("[a-z0-9-]+")) {
      throw new IllegalArgumentException("a cache entry cannot be named " + name);
    }
    String key = name + "-" + hash(inputs);
    Path entry = root.resolve(key);
    if (CacheEntrySeal.holds(entry)) {
      return entry;
    }
    try (CacheEntryLock lock = CacheEntryLock.take(lockFile(key))) {
      if (!CacheEntrySeal.holds(entry)) {
        TreeDeletion.removeUnlessMounted(entry);
        sweep(key);
        build(key, entry, builder);
      }
      return entry;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the cache entry " + entry, e);
    }
  }

  private void build(String key, Path entry, Builder builder) throws IOException {
    Path drafts = Files.createDirectories(root.resolve(BUILDING));
    Path draft = Files.createTempDirectory(drafts, key + ".");
    try {
      builder.build(draft);
      CacheEntrySeal.set(draft);
      // Everything is on the disk before the name says so. A crash up to the rename leaves a draft;
      // one after it leaves either a draft or the whole entry.
      ExternalCommand.of("sync", "-f", draft).run();
      publish(draft, entry);
    } finally {
      TreeDeletion.removeUnlessMounted(draft);
    }
  }

  private static void publish(Path draft, Path entry) throws IOException {
    try {
      Files.move(draft, entry, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      // Somebody deleted the cache, and our lock file with it, and then built the same entry.
      if (!CacheEntrySeal.holds(entry)) {
        throw e;
      }
    }
  }

  /** Removes the drafts that nobody works on: those of {@code key}, whose lock is held here. */
  private void sweep(String key) throws IOException {
    for (Path draft : drafts()) {
      String owner = ownerOf(draft);
      if (owner.equals(key)) {
        TreeDeletion.removeUnlessMounted(draft);
        continue;
      }
      try (CacheEntryLock lock = CacheEntryLock.tryToTake(lockFile(owner))) {
        if (lock.held()) {
          TreeDeletion.removeUnlessMounted(draft);
        }
      }
    }
  }

  private List<Path> drafts() throws IOException {
    try (Stream<Path> all = Files.list(root.resolve(BUILDING))) {
      return all.toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static String ownerOf(Path draft) {
    String name = String.valueOf(draft.getFileName());
    int dot = name.lastIndexOf('.');
    return dot < 0 ? name : name.substring(0, dot);
  }

  private Path lockFile(String key) {
    return root.resolve("locks").resolve(key);
  }

  private static String hash(List<String> inputs) {
    MessageDigest digest = Sha256.digest();
    for (String input : inputs) {
      byte[] bytes = input.getBytes(StandardCharsets.UTF_8);
      // The length in front keeps ("ab", "c") and ("a", "bc") apart.
      digest.update((bytes.length + ":").getBytes(StandardCharsets.UTF_8));
      digest.update(bytes);
    }
    return HexFormat.of().formatHex(digest.digest()).substring(0, KEY_LENGTH);
  }
}
