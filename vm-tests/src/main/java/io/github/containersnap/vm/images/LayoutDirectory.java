package io.github.containersnap.vm.images;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A directory that somebody says is an OCI image layout, looked at only as far as skopeo must be
 * protected from it: it has the files of a layout, its index is small, its blobs are files.
 *
 * @param typed what the user calls it
 * @param directory the directory
 */
record LayoutDirectory(String typed, Path directory) {
  private static final int MOST_BLOBS = 100_000;

  /**
   * Checks the layout and finds which of its images is meant.
   *
   * @return what follows {@code oci:DIR} for skopeo: empty for a layout's only image, else {@code
   *     :TAG}
   */
  String requireImage(Optional<String> tag) throws IOException {
    if (!Files.isDirectory(directory)) {
      throw new ImageInputException(typed, "is no OCI image layout: it is not a directory.");
    }
    requireFile("oci-layout");
    requireFile("index.json");
    ManifestIndex index =
        ManifestIndex.parse(typed, Files.readAllBytes(directory.resolve("index.json")));
    index.requireManifests(this::blob);
    List<String> tags = index.tags();
    if (tag.isPresent()) {
      if (tags.stream().filter(tag.get()::equals).count() != 1) {
        throw new ImageInputException(
            typed,
            tags.isEmpty()
                ? "is an OCI image layout without any image."
                : "has not one image tagged %s; its tags are: %s."
                    .formatted(tag.get(), list(tags)));
      }
      return ":" + tag.get();
    }
    if (tags.size() != 1) {
      throw new ImageInputException(
          typed,
          tags.isEmpty()
              ? "is an OCI image layout without any image."
              : "holds %d images; name one as oci:%s:TAG, with a tag of: %s."
                  .formatted(tags.size(), directory, list(tags)));
    }
    return "";
  }

  /** The size of all blobs together, in bytes. */
  long blobBytes() throws IOException {
    Path blobs = directory.resolve("blobs");
    if (!Files.isDirectory(blobs)) {
      return 0;
    }
    long bytes = 0;
    int count = 0;
    try (Stream<Path> files = Files.walk(blobs, 2)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
          continue;
        }
        // A pipe or a device in the place of a blob would be read without end.
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || ++count > MOST_BLOBS) {
          throw new ImageInputException(
              typed,
              "is no usable OCI image layout: %s is not a file, or it holds more than %,d blobs."
                  .formatted(directory.relativize(file), MOST_BLOBS));
        }
        bytes = Math.addExact(bytes, Files.size(file));
      }
    }
    return bytes;
  }

  private void requireFile(String name) throws IOException {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new ImageInputException(typed, "is no OCI image layout: it has no file " + name + ".");
    }
    if (Files.size(file) > ManifestIndex.LARGEST) {
      throw new ImageInputException(
          typed,
          "is no usable OCI image layout: its %s has %,d bytes; more than %,d are not read."
              .formatted(name, Files.size(file), ManifestIndex.LARGEST));
    }
  }

  private Optional<byte[]> blob(String name, int most) throws IOException {
    Path file = directory.resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      return Optional.of(in.readNBytes(most));
    }
  }

  private static String list(List<String> tags) {
    String list =
        String.join(
            ", ", tags.stream().map(tag -> tag.isEmpty() ? "(none)" : tag).limit(20).toList());
    return list.replaceAll("\\p{Cntrl}", "?");
  }
}
