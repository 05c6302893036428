package io.github.containersnap.image.signature;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.image.registry.ReferrersApi.Referrers;
import java.util.List;
import java.util.Map;

/**
 * The repository of an image, to read signatures from. All that comes from it is hostile: what is
 * asked for by digest has that digest, and nothing is larger than {@link #LARGEST}.
 */
interface RegistryArtifacts {
  /** The most bytes of a manifest, and of all blobs of an artifact together. */
  int LARGEST = 4 << 20;

  /**
   * The bytes of a manifest or an index.
   *
   * @param tagOrDigest its tag, or {@code sha256:HEX}
   * @throws UnfetchedArtifactException if there is none, or it cannot be fetched
   */
  byte[] manifest(String tagOrDigest) throws UnfetchedArtifactException;

  /**
   * The content of an artifact.
   *
   * @param digest of its manifest
   * @param blobs descriptors in that manifest, each with a digest
   * @return the blobs by their digests
   * @throws UnfetchedArtifactException if one cannot be fetched
   */
  Map<String, byte[]> blobs(String digest, List<JsonNode> blobs) throws UnfetchedArtifactException;

  /** The list of what refers to the manifest {@code digest}. */
  Referrers referrers(String digest);
}
