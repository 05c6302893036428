package io.github.containersnap.vm.images;

import java.nio.file.Path;

/**
 * One image in an OCI image layout (OCI Image Format Specification, "Image Layout").
 *
 * @param layoutDirectory the directory that holds {@code oci-layout}, {@code index.json} and blobs
 * @param tag the image's {@code org.opencontainers.image.ref.name} in that layout
 * @param description what a person calls it: the reference that was typed, or a few words
 */
public record ImageInLayout(Path layoutDirectory, String tag, String description) {

  public ImageInLayout {
    // skopeo, podman and buildah take what follows the first colon for the tag.
    if (layoutDirectory.toString().contains(":")) {
      throw new IllegalArgumentException(
          "an image cannot be kept in %s: image references cannot carry the colon in that path"
              .formatted(layoutDirectory));
    }
  }

  /** How skopeo, podman and buildah name it: {@code oci:DIRECTORY:TAG}. */
  public String reference() {
    return "oci:%s:%s".formatted(layoutDirectory, tag);
  }
}
