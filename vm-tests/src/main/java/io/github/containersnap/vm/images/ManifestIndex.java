package io.github.containersnap.vm.images;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.containersnap.base.Sha256;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The {@code index.json} of an OCI image layout (OCI Image Format Specification, image-layout.md).
 *
 * @param typed what the user calls the image
 * @param manifests its {@code manifests}
 */
record ManifestIndex(String typed, JsonNode manifests) {
  /** The largest index, and the largest manifest, that is read: 4 MiB. */
  static final int LARGEST = 4 << 20;

  private static final String REF_NAME = "org.opencontainers.image.ref.name";
  private static final int MOST_IMAGES = 1_000;

  /** Where the blobs are. */
  @FunctionalInterface
  interface Blobs {
    /**
     * The first {@code most} bytes of the blob {@code blobs/sha256/HEX}; empty if there is none, or
     * if it is not a file.
     */
    Optional<byte[]> read(String name, int most) throws IOException;
  }

  /** Parses it. */
  static ManifestIndex parse(String typed, byte[] json) {
    try {
      JsonNode manifests = new ObjectMapper().readTree(json).path("manifests");
      if (manifests.size() > MOST_IMAGES) {
        throw new ImageInputException(
            typed,
            "is no usable OCI image layout: its index.json names %,d images; more than %,d are not looked at."
                .formatted(manifests.size(), MOST_IMAGES));
      }
      return new ManifestIndex(typed, manifests);
    } catch (IOException e) { // bytes in memory: not JSON, or not even characters
      throw new ImageInputException(
          typed, "is no OCI image layout: its index.json is not JSON (%s).".formatted(where(e)));
    }
  }

  private static String where(IOException e) {
    if (!(e instanceof JsonProcessingException json)) {
      return "its bytes are not a text in UTF-8, UTF-16 or UTF-32";
    }
    JsonLocation location = json.getLocation();
    // Without a place: it goes beyond the limits that Jackson has against hostile documents.
    return location == null
        ? "nested too deeply, or with values that are too long"
        : "line %d, column %d".formatted(location.getLineNr(), location.getColumnNr());
  }

  /** One for each image of the index; an image without a tag counts as an empty one. */
  List<String> tags() {
    List<String> tags = new ArrayList<>();
    manifests.forEach(manifest -> tags.add(manifest.path("annotations").path(REF_NAME).asText("")));
    return tags;
  }

  /**
   * Holds the manifests against their digests: skopeo verifies everything below a manifest, but
   * takes one that an index.json names as it is.
   *
   * @throws ImageInputException if one has another content than the index says
   */
  void requireManifests(Blobs blobs) throws IOException {
    for (JsonNode manifest : manifests) {
      String digest = manifest.path("digest").asText();
      if (!digest.matches("sha256:[0-9a-f]{64}")) {
        throw new ImageInputException(
            typed,
            "is no usable OCI image layout: its index.json names an image without a digest.");
      }
      Optional<byte[]> content =
          blobs.read("blobs/sha256/" + digest.substring("sha256:".length()), LARGEST + 1);
      // One that is missing may belong to another image of the layout; skopeo says so if not.
      if (content.isPresent()) {
        require(digest, content.get());
      }
    }
  }

  private void require(String digest, byte[] content) {
    if (content.length > LARGEST) {
      throw new ImageInputException(
          typed,
          "is no usable OCI image layout: its manifest %s has more than %,d bytes."
              .formatted(digest, LARGEST));
    }
    String found = "sha256:" + Sha256.hex(content);
    if (!found.equals(digest)) {
      throw new ImageInputException(
          typed,
          "is damaged: the content of its manifest %s has the digest %s.".formatted(digest, found));
    }
  }
}
