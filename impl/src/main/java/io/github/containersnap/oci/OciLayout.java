package io.github.containersnap.oci;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A directory in the OCI image layout (OCI image specification, image-layout.md). Reading it
 * verifies every blob by size and SHA-256; a fault of any kind is an {@link
 * UnusableImageException}.
 */
public final class OciLayout {
  /** The annotation of an index that holds the tag of an image. */
  public static final String TAG = "org.opencontainers.image.ref.name";

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
    } catch (NoSuchFileException e) {
      throw new UnusableImageException(directory, "it has no file " + name, e);
    } catch (IOException e) {
      throw new UnusableImageException(
          directory, "its " + name + " cannot be read: " + e.getMessage(), e);
    }
  }

  /** The image that carries {@code tag}. */
  public OciImage image(String tag) {
    return load(chosen(Optional.of(tag)));
  }

  /** The image of a layout with only one, or with one for this machine's architecture. */
  public OciImage onlyImage() {
    return load(chosen(Optional.empty()));
  }

  /**
   * An {@code index.json} that names only the image that {@link #image} or {@link #onlyImage}
   * gives. Who reads it has no choice left: tools differ in how they choose from an index, and
   * podman knows neither indexes in indexes nor variants of amd64.
   *
   * @param tag the tag that is asked for, which the image has in this index too
   */
  public byte[] indexOfOne(Optional<String> tag) {
    return indexOfOne(chosen(tag), tag);
  }

  private static byte[] indexOfOne(Chosen chosen, Optional<String> tag) {
    ObjectNode entry =
        JsonNodeFactory.instance
            .objectNode()
            .put("mediaType", chosen.mediaType())
            .put("digest", chosen.descriptor().digest())
            .put("size", chosen.descriptor().size());
    tag.ifPresent(text -> entry.putObject("annotations").put(TAG, text));
    ObjectNode index = JsonNodeFactory.instance.objectNode().put("schemaVersion", 2);
    index.putArray("manifests").add(entry);
    return index.toString().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Requires that every blob of the image that {@link #indexOfOne} names is a regular file of the
   * right size, so that another program can be shown them: a pipe would be waited for, and a device
   * read without end. Digests are not verified.
   */
  public void requireRegularBlobs(Optional<String> tag) {
    BlobStore blobs = new BlobStore(directory);
    belowManifest(chosen(tag)).forEach(blobs::requireRegular);
  }

  /**
   * Copies the image that {@link #image} or {@link #onlyImage} gives to a new layout, verifying
   * every blob of it.
   *
   * @param tag the tag that is asked for
   * @param target the new layout's directory, which is made
   * @param newTag the tag that the image gets there
   * @throws IOException if the new layout cannot be written
   */
  public void copyImage(Optional<String> tag, Path target, String newTag) throws IOException {
    Chosen chosen = chosen(tag);
    Path blobs = Files.createDirectories(target.resolve("blobs").resolve("sha256"));
    BlobStore store = new BlobStore(directory);
    store.copy(chosen.descriptor(), blobs);
    for (Descriptor blob : belowManifest(chosen)) {
      store.copy(blob, blobs);
    }
    Files.write(target.resolve("index.json"), indexOfOne(chosen, Optional.of(newTag)));
    Files.writeString(target.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  /** The configuration and the layers, each once. */
  private Set<Descriptor> belowManifest(Chosen chosen) {
    try {
      Set<Descriptor> blobs = new LinkedHashSet<>();
      blobs.add(Descriptor.of(chosen.manifest().path("config")));
      for (JsonNode layer : chosen.manifest().path("layers")) {
        blobs.add(Descriptor.of(layer));
      }
      return blobs;
    } catch (IOException e) {
      throw badManifest(e);
    }
  }

  /**
   * The manifest of one image.
   *
   * @param descriptor what leads to it
   * @param manifest its content, which is what the descriptor says
   */
  private record Chosen(Descriptor descriptor, JsonNode manifest) {
    String mediaType() {
      return descriptor.mediaType().isEmpty()
          ? manifest.path("mediaType").asText("application/vnd.oci.image.manifest.v1+json")
          : descriptor.mediaType();
    }
  }

  private OciImage load(Chosen chosen) {
    try {
      return OciImage.load(directory, chosen.descriptor().digest(), chosen.manifest());
    } catch (IOException e) {
      throw badManifest(e);
    }
  }

  private Chosen chosen(Optional<String> tag) {
    List<JsonNode> found =
        manifests(index).stream()
            .filter(it -> tag.isEmpty() || tag.get().equals(tagOf(it)))
            .toList();
    if (found.isEmpty()) {
      throw new UnusableImageException(
          directory,
          tag.map(it -> "it has no image with the tag \"%s\"".formatted(it))
              .orElse("it has no image"));
    }
    return choose(found, 0);
  }

  private static String tagOf(JsonNode manifest) {
    return manifest.path("annotations").path(TAG).asText();
  }

  private static List<JsonNode> manifests(JsonNode index) {
    List<JsonNode> manifests = new ArrayList<>();
    index.path("manifests").forEach(manifests::add);
    return manifests;
  }

  /** Of variants of one architecture the one that asks least of the processor. */
  private Chosen choose(List<JsonNode> manifests, int depth) {
    if (depth > DEEPEST_INDEX) {
      throw new UnusableImageException(directory, "its indexes are nested too deeply");
    }
    if (manifests.size() == 1) {
      return follow(manifests.getFirst(), depth);
    }
    Platform machine = Platform.linux(architecture);
    List<JsonNode> candidates =
        manifests.stream()
            .filter(it -> Platform.of(it.path("platform")).isFor(machine))
            .sorted(Comparator.comparing(it -> Platform.of(it.path("platform")).variant()))
            .toList();
    boolean clear =
        candidates.size() == 1
            || (!candidates.isEmpty()
                && !variant(candidates.get(0)).equals(variant(candidates.get(1))));
    if (!clear) {
      throw new UnusableImageException(
          directory,
          "%d of its %d images are for %s and which one is meant is not clear; name a tag"
              .formatted(candidates.size(), manifests.size(), machine));
    }
    return follow(candidates.getFirst(), depth);
  }

  private static String variant(JsonNode manifest) {
    return Platform.of(manifest.path("platform")).variant();
  }

  private Chosen follow(JsonNode candidate, int depth) {
    try {
      Descriptor descriptor = Descriptor.of(candidate);
      JsonNode manifest = ImageConfig.object(new BlobStore(directory).bytes(descriptor));
      return manifest.path("manifests").isArray()
          ? choose(manifests(manifest), depth + 1)
          : new Chosen(descriptor, manifest);
    } catch (IOException e) {
      throw badManifest(e);
    }
  }

  private UnusableImageException badManifest(IOException e) {
    return new UnusableImageException(directory, "its manifest is bad: " + e.getMessage(), e);
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
