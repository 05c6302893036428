package io.github.containersnap.image;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Digests;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.Sha256;
import io.github.containersnap.base.UnreadableJsonException;
import io.github.containersnap.oci.Compression;
import io.github.containersnap.oci.ImageConfig;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.tar.MalformedArchiveException;
import io.github.containersnap.oci.tar.TarEntry;
import io.github.containersnap.oci.tar.TarReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Looks at the members of an image archive before podman or skopeo is shown it. They unpack an OCI
 * archive onto the disk and open what they find there: they would wait for a pipe, read a device
 * without end, and follow a link to any file of this machine. So an archive has regular files and
 * directories only, each name once, and no more bytes than the file itself. What the layers contain
 * is not looked at here.
 */
final class ArchiveCheck {
  private static final int MOST_MEMBERS = 100_000;
  private static final int MOST_IMAGES = 1_000;
  private static final int LARGE_READ = 1 << 18;
  private static final String MARKER = "oci-layout";
  private static final String INDEX = "index.json";
  private static final String BLOBS = "blobs/sha256/";
  private static final String MANIFEST = "manifest.json";

  /** Older versions of Docker link equal layers; tools follow these links within the archive. */
  private static final Pattern LINKED_LAYER = Pattern.compile("[0-9a-f]{64}(/layer)?[.]tar");

  /** The small files that tools read into memory whole. */
  private static final Set<String> INDEXES = Set.of(INDEX, MANIFEST, MARKER);

  /** The members with content, or links, each with its size in bytes. */
  private final Map<String, Long> files = new HashMap<>();

  private final Set<String> directories = new HashSet<>();

  /** The digests of those blobs that are small enough to be a manifest. */
  private final Map<String, String> smallBlobs = new HashMap<>();

  private byte[] index = {};
  private Optional<String> link = Optional.empty();
  private long bytes;

  private ArchiveCheck() {}

  /**
   * The format of an archive whose name does not tell it, compressed or not.
   *
   * @throws UnreadableImageException if it is not an image archive
   */
  static ArchiveFormat formatOf(Path file) {
    try {
      requireFile(file);
      return membersOf(file).format();
    } catch (RefusedSourceException e) {
      throw new UnreadableImageException(file.toString(), e.why(), e);
    }
  }

  /** Requires a regular file that has something in it. */
  static void requireFile(Path file) throws RefusedSourceException {
    if (!Files.exists(file)) {
      throw new RefusedSourceException("no such file or directory");
    }
    if (!Files.isRegularFile(file)) {
      throw new RefusedSourceException("it is not a file");
    }
    if (length(file) == 0) {
      throw new RefusedSourceException("it is empty");
    }
  }

  /**
   * Requires that tools can be shown an archive.
   *
   * @param plain the archive, which is not compressed
   * @param format what it should be
   * @param tag of an OCI archive, the tag of the image that is meant
   */
  static void require(Path plain, ArchiveFormat format, Optional<String> tag)
      throws RefusedSourceException {
    ArchiveCheck members = membersOf(plain);
    members.requireFormat(format);
    if (members.bytes > length(plain)) {
      throw new RefusedSourceException(
          "its members are larger than the archive: it has sparse files, which no image archive"
              + " needs");
    }
    if (format == ArchiveFormat.OCI) {
      members.requireNoLink();
      members.requireIndex(tag);
    }
  }

  private static ArchiveCheck membersOf(Path file) throws RefusedSourceException {
    ArchiveCheck check = new ArchiveCheck();
    try (InputStream in =
        new BufferedInputStream(Compression.openArchive(file.toRealPath()), LARGE_READ)) {
      TarReader reader = new TarReader(in);
      int count = 0;
      for (Optional<TarEntry> entry = reader.next(); entry.isPresent(); entry = reader.next()) {
        if (++count > MOST_MEMBERS) {
          throw new RefusedSourceException("it has more than %,d members".formatted(MOST_MEMBERS));
        }
        check.add(entry.get(), reader.content());
      }
      return check;
    } catch (MalformedArchiveException e) {
      throw new RefusedSourceException(
          e.entry().isEmpty()
              ? "it is not a tar archive"
              : "it is a malformed tar archive at byte %,d (entry \"%s\"): %s"
                  .formatted(e.offset(), e.entry(), e.why()),
          e);
    } catch (IOException e) {
      throw new RefusedSourceException("it is truncated or damaged: " + e.getMessage(), e);
    }
  }

  private void add(TarEntry entry, InputStream content) throws RefusedSourceException, IOException {
    String name = normalized(entry.name());
    switch (entry.type()) {
      case GLOBAL_HEADER -> {}
      case DIRECTORY -> {
        if (files.containsKey(name)) {
          throw twice(name);
        }
        directories.add(name);
      }
      case FILE -> {
        if (INDEXES.contains(name) && entry.size() > ImageConfig.LARGEST_JSON) {
          throw new RefusedSourceException(
              "its %s has %,d bytes, and more than %,d are absurd"
                  .formatted(name, entry.size(), ImageConfig.LARGEST_JSON));
        }
        bytes += entry.size();
        putFile(name, entry);
        if (name.equals(INDEX)) {
          index = content.readAllBytes();
        } else if (name.startsWith(BLOBS) && entry.size() <= ImageConfig.LARGEST_JSON) {
          smallBlobs.put(name, Digests.of(Sha256.hex(content.readAllBytes())));
        }
      }
      case SYMLINK -> {
        if (!LINKED_LAYER.matcher(name).matches()) {
          throw neitherFileNorDirectory(name);
        }
        link = Optional.of(name);
        putFile(name, entry);
      }
      case HARD_LINK, CHARACTER_DEVICE, BLOCK_DEVICE, FIFO -> throw neitherFileNorDirectory(name);
    }
  }

  private void putFile(String name, TarEntry entry) throws RefusedSourceException {
    // Which of two is meant, those who read archives do not agree upon.
    if (directories.contains(name) || files.put(name, entry.size()) != null) {
      throw twice(name);
    }
  }

  /**
   * One name for what unpacks to one file: {@code ./x}, {@code .//x} and {@code x} are the same.
   */
  private static String normalized(String name) throws RefusedSourceException {
    List<String> parts =
        Stream.of(name.split("/", -1)).filter(it -> !it.isEmpty() && !it.equals(".")).toList();
    if (parts.contains("..")) {
      throw new RefusedSourceException("its member %s leads out of it".formatted(name));
    }
    return String.join("/", parts);
  }

  private static RefusedSourceException twice(String name) {
    return new RefusedSourceException("it has two members named %s".formatted(name));
  }

  private static RefusedSourceException neitherFileNorDirectory(String name) {
    return new RefusedSourceException(
        "its member %s is neither a file nor a directory".formatted(name));
  }

  private boolean isOci() {
    return files.containsKey(MARKER) && files.containsKey(INDEX);
  }

  private boolean isDocker() {
    return files.containsKey(MANIFEST);
  }

  /** Docker's since version 25 are both, and one image with two names is one only to Docker's. */
  private ArchiveFormat format() throws RefusedSourceException {
    if (!isOci() && !isDocker()) {
      throw new RefusedSourceException(
          "it is a tar archive without an image: it has neither oci-layout and index.json nor"
              + " manifest.json");
    }
    return isDocker() ? ArchiveFormat.DOCKER : ArchiveFormat.OCI;
  }

  private void requireFormat(ArchiveFormat wanted) throws RefusedSourceException {
    ArchiveFormat found = format();
    if (wanted == ArchiveFormat.OCI ? !isOci() : !isDocker()) {
      throw new RefusedSourceException(
          "it is %s, not %s".formatted(found.inWords(), wanted.inWords()));
    }
  }

  private void requireNoLink() throws RefusedSourceException {
    if (link.isPresent()) {
      throw neitherFileNorDirectory(link.get());
    }
  }

  /**
   * Holds the manifests against their digests: skopeo verifies everything below a manifest, but
   * takes one that an index.json names as it is.
   */
  private void requireIndex(Optional<String> tag) throws RefusedSourceException {
    JsonNode manifests = parsedIndex().path("manifests");
    if (manifests.size() > MOST_IMAGES) {
      throw new RefusedSourceException(
          "its index.json names %,d images, and more than %,d are absurd"
              .formatted(manifests.size(), MOST_IMAGES));
    }
    boolean found = false;
    for (JsonNode manifest : manifests) {
      String digest = manifest.path("digest").asText();
      if (!Digests.isDigest(digest)) {
        throw new RefusedSourceException(
            "its index.json is bad: the digest \"%s\" is no SHA-256".formatted(digest));
      }
      requireManifest(digest);
      found |=
          tag.isEmpty()
              || tag.get().equals(manifest.path("annotations").path(OciLayout.TAG).asText());
    }
    // What starts with "@" is a position, to newer versions of the tools.
    if (!found && tag.filter(it -> it.startsWith("@")).isEmpty()) {
      throw new RefusedSourceException(
          tag.map(it -> "it has no image with the tag \"%s\"".formatted(it))
              .orElse("it has no image"));
    }
  }

  private JsonNode parsedIndex() throws RefusedSourceException {
    try {
      return Json.tree(index);
    } catch (UnreadableJsonException e) {
      throw new RefusedSourceException(
          "its index.json cannot be read: %s".formatted(e.getMessage()), e);
    }
  }

  /** One that is missing may be for another machine; tools say so if not. */
  private void requireManifest(String digest) throws RefusedSourceException {
    String name = BLOBS + Digests.hexadecimal(digest);
    if (!files.containsKey(name)) {
      return;
    }
    if (!smallBlobs.containsKey(name)) {
      throw new RefusedSourceException(
          "its manifest %s has %,d bytes, and more than %,d are absurd"
              .formatted(digest, files.get(name), ImageConfig.LARGEST_JSON));
    }
    String really = smallBlobs.get(name);
    if (!really.equals(digest)) {
      throw new RefusedSourceException(
          "its blob %s really has the digest %s".formatted(digest, really));
    }
  }

  private static long length(Path file) throws RefusedSourceException {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new RefusedSourceException("it cannot be read: " + e.getMessage(), e);
    }
  }
}
