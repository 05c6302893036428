package io.github.containersnap.harness.registry;

/**
 * The requests to which a fault is done: those for a part of the registry, from a certain one on.
 *
 * @param path what the path contains (OCI distribution specification, endpoints)
 * @param skipped how many of them are answered as they should be first
 */
public record RequestMatcher(String path, int skipped) {
  /** All requests for manifests. */
  public static RequestMatcher manifests() {
    return new RequestMatcher("/manifests/", 0);
  }

  /** All requests for the blob of a digest, {@code sha256:HEX}. */
  public static RequestMatcher blob(String digest) {
    return new RequestMatcher("/blobs/" + digest, 0);
  }

  /** Every request. */
  public static RequestMatcher everything() {
    return new RequestMatcher("/v2/", 0);
  }

  /** The same without the first {@code requests} of them. */
  public RequestMatcher after(int requests) {
    return new RequestMatcher(path, requests);
  }
}
