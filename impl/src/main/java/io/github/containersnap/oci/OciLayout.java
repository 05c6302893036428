package io.github.containersnap.oci;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * A directory in the OCI image layout (OCI image specification, image-layout.md). Reading it
 * verifies every blob by size and SHA-256; a fault of any kind is an {@link
 * UnusableImageException}.
 */
public final class OciLayout {
  private static final String TAG = "org.opencontainers.image.ref.name";
  private static final int DEEPEST_INDEX = 4;

  private final Path directory;
  private final JsonNode index;
  private final String architecture;

  private OciLayout(Path directory, JsonNode index, String architecture) {
    this.directory = directory;
    this.index = index;
    this.architecture = architecture;
  }

  /** Opens the layout in {@code directory}, to take from it what is for this machine. */
  public static OciLayout open(Path directory) {
    return open(directory, hostArchitecture());
  }

  /**
   * Opens the layout in {@code directory}.
   *
   * @param architecture of several images under one name, the one for it is meant; in Go's words
   */
  public static OciLayout open(Path directory, String architecture) {
    if (!Files.isDirectory(directory)) {
      throw new UnusableImageException(directory, "it is not a directory");
    }
    JsonNode marker = json(directory, "oci-layout");
    String version = marker.path("imageLayoutVersion").asText();
    if (!version.startsWith("1.")) {
      throw new UnusableImageException(
          directory, "its version is \"" + version + "\" instead of 1.0.0");
    }
    return new OciLayout(directory, json(directory, "index.json"), architecture);
  }

  private static JsonNode json(Path directory, String name) {
    try {
      return ImageConfig.object(BlobStore.bounded(directory.resolve(name)));
    } catch (IOException e) {
      throw new UnusableImageException(
          directory, "its " + name + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The image that carries {@code tag}. */
  public OciImage image(String tag) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode manifest : manifests(index)) {
      if (manifest.path("annotations").path(TAG).asText().equals(tag)) {
        found.add(manifest);
      }
    }
    if (found.isEmpty()) {
      throw new UnusableImageException(directory, "it has no image with the tag \"" + tag + "\"");
    }
    return choose(found, 0);
  }

  /** The image of a layout with only one, or with one for this machine's architecture. */
  public OciImage onlyImage() {
    return choose(manifests(index), 0);
  }

  private static List<JsonNode> manifests(JsonNode index) {
    List<JsonNode> manifests = new ArrayList<>();
    index.path("manifests").forEach(manifests::add);
    return manifests;
  }

  private OciImage choose(List<JsonNode> manifests, int depth) {
    List<JsonNode> candidates = manifests;
    if (candidates.size() > 1) {
      candidates = manifests.stream().filter(this::isForTheArchitecture).toList();
    }
    if (candidates.size() != 1) {
      throw new UnusableImageException(
          directory,
          "%d of its %d images are for linux/%s and which one is meant is not clear; name a tag"
              .formatted(candidates.size(), manifests.size(), architecture));
    }
    if (depth > DEEPEST_INDEX) {
      throw new UnusableImageException(directory, "its indexes are nested too deeply");
    }
    return load(candidates.getFirst(), depth);
  }

  private OciImage load(JsonNode candidate, int depth) {
    try {
      Descriptor descriptor = Descriptor.of(candidate);
      JsonNode manifest = ImageConfig.object(new BlobStore(directory).bytes(descriptor));
      if (manifest.path("manifests").isArray()) {
        return choose(manifests(manifest), depth + 1);
      }
      return OciImage.load(directory, descriptor.digest(), manifest);
    } catch (IOException e) {
      throw new UnusableImageException(directory, "its manifest is bad: " + e.getMessage(), e);
    }
  }

  private boolean isForTheArchitecture(JsonNode manifest) {
    JsonNode platform = manifest.path("platform");
    return platform.path("os").asText().equals("linux")
        && platform.path("architecture").asText().equals(architecture);
  }

  /** This machine's architecture in Go's words, such as {@code amd64}. */
  public static String hostArchitecture() {
    String name = System.getProperty("os.arch", "unknown").toLowerCase(Locale.ROOT);
    return switch (name) {
      case "x86_64" -> "amd64";
      case "aarch64" -> "arm64";
      default -> name;
    };
  }
}
