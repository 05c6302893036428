package io.github.containersnap.harness.registry;

import io.github.containersnap.base.Sha256;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A repository to which signatures are pushed as cosign pushes them (OCI distribution
 * specification, "Push"). No other program is needed for it.
 *
 * @param registry {@code HOST:PORT} of a registry that speaks HTTP
 * @param name the repository's name in it
 */
record ArtifactRepository(String registry, String name) {
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String INDEX = "application/vnd.oci.image.index.v1+json";
  static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final String SIMPLE = "application/vnd.dev.cosign.simplesigning.v1+json";

  /** One in {@code registry}. */
  static ArtifactRepository of(LocalRegistry registry, String name) {
    return new ArtifactRepository(registry.address(), name);
  }

  /** Its name with the registry's. */
  String fullName() {
    return registry + "/" + name;
  }

  /** The bytes of the manifest or index that has a tag. */
  byte[] manifest(String tag) throws IOException {
    return send(
            HttpRequest.newBuilder(uri("manifests/" + tag))
                .header("Accept", MANIFEST)
                .header("Accept", INDEX),
            200)
        .body();
  }

  /** The digest of the manifest or index that has a tag. */
  String digest(String tag) throws IOException {
    return "sha256:" + Sha256.hex(manifest(tag));
  }

  /** Puts signatures of {@code payload} where cosign 2 does. */
  void signByTag(String digest, byte[] payload, String... signatures) throws IOException {
    List<String> layers = new ArrayList<>();
    for (String signature : signatures) {
      layers.add(
          descriptor(SIMPLE, payload)
              .replaceFirst(
                  "}$",
                  ",\"annotations\":{\"dev.cosignproject.cosign/signature\":\"%s\"}}"
                      .formatted(signature)));
    }
    putBlob(payload);
    putManifest(digest.replace(':', '-') + ".sig", artifact("", layers), MANIFEST);
  }

  /**
   * Puts a bundle beside a manifest, as cosign 3 does.
   *
   * @return the descriptor of the artifact, for a list of referrers
   */
  String attachBundle(String digest, String bundle) throws IOException {
    byte[] content = bundle.getBytes(StandardCharsets.UTF_8);
    putBlob(content);
    String subject =
        """
        "artifactType":"%s","subject":{"mediaType":"%s","digest":"%s","size":1},\
        """
            .formatted(BUNDLE, MANIFEST, digest);
    String artifact = artifact(subject, List.of(descriptor(BUNDLE, content)));
    byte[] bytes = artifact.getBytes(StandardCharsets.UTF_8);
    putManifest("sha256:" + Sha256.hex(bytes), artifact, MANIFEST);
    return descriptor(MANIFEST, bytes)
        .replaceFirst("}$", ",\"artifactType\":\"%s\"}".formatted(BUNDLE));
  }

  private String artifact(String more, List<String> layers) throws IOException {
    byte[] empty = "{}".getBytes(StandardCharsets.UTF_8);
    putBlob(empty);
    return """
    {"schemaVersion":2,"mediaType":"%s",%s"config":%s,"layers":[%s]}\
    """
        .formatted(
            MANIFEST,
            more,
            descriptor("application/vnd.oci.empty.v1+json", empty),
            String.join(",", layers));
  }

  /** A list of referrers, or another index. */
  static String index(String... descriptors) {
    return "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
        .formatted(INDEX, String.join(",", descriptors));
  }

  /** A list of referrers where a registry keeps none itself ("Referrers Tag Schema"). */
  void putReferrers(String digest, String... descriptors) throws IOException {
    putManifest(digest.replace(':', '-'), index(descriptors), INDEX);
  }

  void putManifest(String tag, String manifest, String type) throws IOException {
    var _ =
        send(
            HttpRequest.newBuilder(uri("manifests/" + tag))
                .header("Content-Type", type)
                .PUT(BodyPublishers.ofString(manifest)),
            201);
  }

  private void putBlob(byte[] content) throws IOException {
    HttpResponse<byte[]> begun =
        send(HttpRequest.newBuilder(uri("blobs/uploads/")).POST(BodyPublishers.noBody()), 202);
    String location = begun.headers().firstValue("Location").orElseThrow();
    URI upload =
        URI.create(
            location
                + (location.contains("?") ? "&" : "?")
                + "digest=sha256:"
                + Sha256.hex(content));
    var _ =
        send(
            HttpRequest.newBuilder(uri("").resolve(upload))
                .header("Content-Type", "application/octet-stream")
                .PUT(BodyPublishers.ofByteArray(content)),
            201);
  }

  static String descriptor(String type, byte[] content) {
    return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
        .formatted(type, Sha256.hex(content), content.length);
  }

  private URI uri(String rest) {
    return URI.create("http://%s/v2/%s/%s".formatted(registry, name, rest));
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request, int status)
      throws IOException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
      if (answer.statusCode() != status) {
        throw new IOException(
            "%s: status %d: %s"
                .formatted(
                    answer.uri(),
                    answer.statusCode(),
                    new String(answer.body(), StandardCharsets.UTF_8)));
      }
      return answer;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
