package io.github.containersnap.vm.images;

import java.nio.file.Path;

/**
 * One image in an OCI image layout (OCI Image Format Specification, "Image Layout").
 *
 * @param layoutDirectory the directory that holds {@code oci-layout}, {@code index.json} and blobs
 * @param tag the image's {@code org.opencontainers.image.ref.name} in that layout
 * @param description what a person calls it: the reference that was typed, or a few words
 */
public record OciImage(Path layoutDirectory, String tag, String description) {

  /** How skopeo, podman and buildah name it: {@code oci:DIRECTORY:TAG}. */
  public String reference() {
    return "oci:%s:%s".formatted(layoutDirectory, tag);
  }
}
