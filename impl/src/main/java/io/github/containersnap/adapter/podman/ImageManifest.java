package io.github.containersnap.adapter.podman;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.Sha256;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.image.ReadableImage;
import io.github.containersnap.oci.OciLayout;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * An image's manifest (OCI Image Format Specification, or Docker's schema 2), read for the sizes of
 * its layers: {@code skopeo inspect} prints them only from version 1.10 on, the raw manifest always
 * has them.
 *
 * @param digest of what the reference leads to: the manifest, or the list it was chosen from
 * @param layers the layers' descriptors, bottom first; empty if they could not be read
 */
record ImageManifest(String digest, List<JsonNode> layers) {
  private static final String REGISTRY = "docker://";

  static ImageManifest fetch(Podman podman, Path graphRoot, ReadableImage image) {
    byte[] raw = raw(podman, graphRoot, image);
    JsonNode manifest = Json.tree(raw);
    Optional<ImageReference> instance =
        instance(manifest, OciLayout.hostArchitecture())
            .flatMap(digest -> atDigest(image.source(), digest));
    if (instance.isPresent()) {
      manifest = Json.tree(raw(podman, graphRoot, ReadableImage.inRegistry(instance.get())));
    }
    return new ImageManifest("sha256:" + Sha256.hex(raw), elements(manifest.path("layers")));
  }

  private static byte[] raw(Podman podman, Path graphRoot, ReadableImage image) {
    return podman.inspect(graphRoot, image, "--raw").standardOutput();
  }

  /** Of a list of manifests, the digest of the one for this architecture. */
  static Optional<String> instance(JsonNode manifest, String architecture) {
    return elements(manifest.path("manifests")).stream()
        .filter(entry -> entry.at("/platform/os").asText().equals("linux"))
        .filter(entry -> entry.at("/platform/architecture").asText().equals(architecture))
        .map(entry -> entry.path("digest").asText())
        .filter(digest -> digest.matches("sha256:[0-9a-f]{64}"))
        .findFirst();
  }

  /** The manifest of that digest beside the one of {@code reference}; only registries have such. */
  static Optional<ImageReference> atDigest(ImageReference reference, String digest) {
    if (!reference.text().startsWith(REGISTRY)) {
      return Optional.empty();
    }
    String name = reference.text().replaceFirst("@[^/]*$", "").replaceFirst(":[^/:]*$", "");
    return Optional.of(new ImageReference(name + "@" + digest));
  }

  private static List<JsonNode> elements(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).toList();
  }

  /** The size of a layer's blob; nothing where the manifest does not tell it. */
  Bytes size(int layer) {
    return new Bytes(
        layer < layers.size() ? Math.max(0, layers.get(layer).path("size").asLong()) : 0);
  }

  /** The digest of a layer's blob, or the empty text. */
  String blobDigest(int layer) {
    return layer < layers.size() ? layers.get(layer).path("digest").asText() : "";
  }
}
