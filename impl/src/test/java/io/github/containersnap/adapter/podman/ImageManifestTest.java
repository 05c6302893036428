package io.github.containersnap.adapter.podman;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.ImageReference;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageManifestTest {
  private static final String DIGEST = "sha256:" + "ab".repeat(32);

  @Test
  void of_a_list_the_manifest_of_this_architecture_is_taken() {
    String list =
        """
        {"manifests":[
          {"digest":"sha256:0","platform":{"os":"linux","architecture":"arm64"}},
          {"digest":"sha256:1","platform":{"os":"windows","architecture":"amd64"}},
          {"digest":"%s","platform":{"os":"linux","architecture":"amd64"}}]}
        """
            .formatted(DIGEST);
    assertThat(ImageManifest.instance(Json.tree(list), "amd64")).contains(DIGEST);
    assertThat(ImageManifest.instance(Json.tree(list), "riscv64")).isEmpty();
    assertThat(ImageManifest.instance(Json.tree(list), "arm64")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "null", "{\"manifests\":7}", "{\"manifests\":[null,[],{}]}"})
  void garbage_is_no_list(String garbage) {
    assertThat(ImageManifest.instance(Json.tree(garbage), "amd64")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "docker://host:5000/a/os:1, docker://host:5000/a/os",
    "docker://host:5000/os,     docker://host:5000/os",
    "docker://host/os@sha256:0, docker://host/os",
    "docker://host/os:1@sha256:0, docker://host/os",
    "os:1,                      docker://os",
  })
  void a_manifest_of_a_registry_can_be_named_by_digest(String reference, String name) {
    assertThat(ImageManifest.atDigest(new ImageReference(reference), DIGEST))
        .contains(new ImageReference(name + "@" + DIGEST));
  }

  @Test
  void nothing_but_a_registry_has_manifests_by_digest() {
    assertThat(ImageManifest.atDigest(new ImageReference("oci:/srv/os:1"), DIGEST)).isEmpty();
  }

  @Test
  void what_is_not_told_counts_nothing() {
    List<JsonNode> layers = new ArrayList<>();
    Json.tree("[{\"size\":7},{\"size\":-7},{\"size\":\"x\"},{}]").forEach(layers::add);
    ImageManifest manifest = new ImageManifest(DIGEST, layers);
    assertThat(manifest.size(0)).isEqualTo(new Bytes(7));
    for (int layer = 1; layer < 6; layer++) {
      assertThat(manifest.size(layer)).isEqualTo(new Bytes(0));
      assertThat(manifest.blobDigest(layer)).isEmpty();
    }
  }
}
