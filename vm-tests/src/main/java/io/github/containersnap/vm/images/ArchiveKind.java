package io.github.containersnap.vm.images;

/** The two kinds of image archive, both tar files. */
enum ArchiveKind {
  /** An OCI layout in a tar file. */
  OCI("oci-archive"),
  /** What {@code docker save} and {@code podman save} write. */
  DOCKER("docker-archive");

  private final String transport;

  ArchiveKind(String transport) {
    this.transport = transport;
  }

  /** skopeo's name for it. */
  String transport() {
    return transport;
  }
}
