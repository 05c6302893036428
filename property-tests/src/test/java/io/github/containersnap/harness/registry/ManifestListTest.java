package io.github.containersnap.harness.registry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.harness.testkit.TestImage;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One reference for several architectures, and how far a pull is. */
@ExtendWith(Stand.Shared.class)
class ManifestListTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";

  private final Stand stand;

  ManifestListTest(Stand stand) {
    this.stand = stand;
  }

  @Test
  void of_a_list_the_image_for_this_machine_is_taken() throws IOException, InterruptedException {
    try (LocalRegistry registry = LocalRegistry.open(stand.workspace(), "lists")) {
      registry.push(stand.image().reference(), "os:amd64");
      registry.push("oci:" + forArm(), "os:arm64");
      putList(registry, "os", "multi");
      String image = registry.reference("os:multi");

      stand.emptyTheStore();
      CommandOutput pulled = stand.run("--insecure", "pull", "--progress", "json-lines", image);

      assertThat(pulled.exitCode()).as(pulled.standardError()).isZero();
      assertThat(pulled.text()).isEqualTo(stand.image().id());
      assertTellsOfTwoLayers(pulled.standardError());
      assertThat(stand.run("--insecure", "lint", image).exitCode()).isZero();
      assertThat(stand.run("--insecure", "lint", "--arch", "arm64", image).exitCode()).isZero();
      CommandOutput wrong = stand.run("--insecure", "lint", registry.reference("os:arm64"));
      assertThat(wrong.exitCode()).isEqualTo(1);
      assertThat(wrong.text()).contains("[architecture]");
    }
  }

  private static void assertTellsOfTwoLayers(String progress) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : progress.lines().toList()) {
      lines.add(JSON.readTree(line));
    }
    assertThat(lines).allMatch(line -> line.path("schema").asInt() == 1);
    assertThat(lines.stream().filter(line -> line.path("type").asText().equals("layer")))
        .filteredOn(line -> line.path("done").asBoolean())
        .hasSize(2)
        .allMatch(line -> line.path("bytes").equals(line.path("of")));
    JsonNode transfer =
        lines.stream()
            .filter(line -> line.path("type").asText().equals("transfer"))
            .reduce((first, second) -> second)
            .orElseThrow();
    assertThat(transfer.path("bytes").asLong())
        .isPositive()
        .isEqualTo(transfer.path("of").asLong());
    assertThat(lines.getLast().path("type").asText()).isEqualTo("done");
    assertThat(lines.getLast().path("outcome").asText()).isEqualTo("pulled");
  }

  /** The same layers, said to be for another architecture. */
  private Path forArm() throws IOException {
    JsonNode index = JSON.readTree(stand.image().layout().resolve("index.json").toFile());
    JsonNode manifest = JSON.readTree(blob(index.path("manifests").path(0)).toFile());
    TestImage layout = TestImage.in(stand.workspace().file("arm"));
    List<String> layers = new ArrayList<>();
    for (JsonNode layer : manifest.path("layers")) {
      layers.add(layout.add(Files.readAllBytes(blob(layer))));
    }
    String diffIds = String.join("\", \"sha256:", layers);
    layout.complete(
        """
        {"architecture": "arm64", "os": "linux", "config": {},
         "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}
        """
            .formatted(diffIds),
        layers);
    return layout.directory();
  }

  private Path blob(JsonNode descriptor) {
    return stand
        .image()
        .layout()
        .resolve("blobs/sha256")
        .resolve(descriptor.path("digest").asText().substring("sha256:".length()));
  }

  /** OCI distribution specification, "Pushing Manifests". */
  private static void putList(LocalRegistry registry, String name, String tag)
      throws IOException, InterruptedException {
    URI manifests = URI.create("http://%s/v2/%s/manifests/".formatted(registry.address(), name));
    try (HttpClient client = HttpClient.newHttpClient()) {
      List<String> entries = new ArrayList<>();
      for (String architecture : List.of("arm64", "amd64")) {
        HttpResponse<String> manifest =
            client.send(
                HttpRequest.newBuilder(manifests.resolve(architecture))
                    .header("Accept", MANIFEST)
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        entries.add(
            """
            {"mediaType": "%s", "digest": "%s", "size": %d,
             "platform": {"os": "linux", "architecture": "%s"}}
            """
                .formatted(
                    MANIFEST,
                    manifest.headers().firstValue("Docker-Content-Digest").orElseThrow(),
                    manifest.body().length(),
                    architecture));
      }
      HttpResponse<String> put =
          client.send(
              HttpRequest.newBuilder(manifests.resolve(tag))
                  .header("Content-Type", INDEX)
                  .PUT(
                      HttpRequest.BodyPublishers.ofString(
                          "{\"schemaVersion\": 2, \"mediaType\": \"%s\", \"manifests\": [%s]}"
                              .formatted(INDEX, String.join(",", entries))))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
    }
  }
}
