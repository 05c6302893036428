package io.github.containersnap.image;

import java.util.Arrays;
import java.util.Optional;

/** The two formats of image archives, both tar files. */
public enum ArchiveFormat {
  /** An OCI layout in a tar file. */
  OCI("oci-archive"),
  /** What {@code docker save} and {@code podman save} write. */
  DOCKER("docker-archive");

  private final String transport;

  ArchiveFormat(String transport) {
    this.transport = transport;
  }

  /** The name of its transport, as podman and skopeo have it. */
  public String transport() {
    return transport;
  }

  /** As a person says it: {@code an oci-archive}, {@code a docker-archive}. */
  String inWords() {
    return (this == OCI ? "an " : "a ") + transport;
  }

  static Optional<ArchiveFormat> ofTransport(String transport) {
    return Arrays.stream(values()).filter(it -> it.transport.equals(transport)).findFirst();
  }
}
