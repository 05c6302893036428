package io.github.containersnap.oci;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What an image says it runs on (OCI image specification, config.md and image-index.md), in Go's
 * words.
 *
 * @param os such as {@code linux}, or "" if it does not say
 * @param architecture such as {@code amd64}, or "" if it does not say
 * @param variant such as {@code v3}, or ""
 */
public record Platform(String os, String architecture, String variant) {
  private static final String LINUX = "linux";

  /** Reads the platform of a configuration, or of an entry of an index. */
  public static Platform of(JsonNode said) {
    return new Platform(
        said.path("os").asText(),
        said.path("architecture").asText(),
        said.path("variant").asText());
  }

  /** Linux on {@code architecture}. */
  public static Platform linux(String architecture) {
    return new Platform(LINUX, architecture, "");
  }

  /**
   * Whether it does not contradict {@code machine}: what an image leaves out is no contradiction.
   * The variant is not compared: podman and the kernel's own tools know no variants of amd64.
   */
  public boolean mayRunOn(Platform machine) {
    return (os.isEmpty() || os.equals(machine.os))
        && (architecture.isEmpty() || architecture.equals(machine.architecture));
  }

  /** Whether it says that it is for {@code machine}. */
  public boolean isFor(Platform machine) {
    return os.equals(machine.os) && architecture.equals(machine.architecture);
  }

  /** As in {@code linux/arm64/v8}. */
  @Override
  public String toString() {
    String named =
        (os.isEmpty() ? "unknown" : os) + "/" + (architecture.isEmpty() ? "unknown" : architecture);
    return variant.isEmpty() ? named : named + "/" + variant;
  }
}
