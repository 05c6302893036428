package io.github.containersnap.harness.registry;

/**
 * The requests to which a fault is done: those for a part of the registry, from a certain one on.
 *
 * @param path what the path contains (OCI distribution specification, endpoints)
 * @param skipped how many of them are answered as they should be first
 */
public record Target(String path, int skipped) {
  /** All requests for manifests. */
  public static Target manifests() {
    return new Target("/manifests/", 0);
  }

  /** All requests for the blob of a digest, {@code sha256:HEX}. */
  public static Target blob(String digest) {
    return new Target("/blobs/" + digest, 0);
  }

  /** Every request. */
  public static Target everything() {
    return new Target("/v2/", 0);
  }

  /** The same without the first {@code requests} of them. */
  public Target after(int requests) {
    return new Target(path, requests);
  }
}
