package io.github.containersnap.image.signature;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Sha256;
import io.github.containersnap.image.registry.ReferrersApi.Referrers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Where signatures are looked for, in a registry in memory. */
class SignatureSearchTest {
  private static final String BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json";
  private static final SignableManifest IMAGE =
      SignableManifest.of("manifest", bytes("{\"schemaVersion\": 2}"));
  private static final String STATEMENT =
      """
      {"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{"sha256":"%s"}}],"predicateType":"https://sigstore.dev/cosign/sign/v1"}\
      """
          .formatted(IMAGE.digest().replace("sha256:", ""));

  private final SigningKey signing = SigningKey.make("P-256");
  private final KeyRule rule =
      new KeyRule(List.of(signing.trusted("os.pub")), 1, "registry.example/os");
  private final MemoryRegistry registry = new MemoryRegistry();

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** A registry that a test fills. */
  private static final class MemoryRegistry implements RegistryArtifacts {
    private final Map<String, byte[]> manifests = new HashMap<>();
    private final Map<String, byte[]> blobs = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private Referrers referrers = new Referrers.Unsupported();

    String put(String type, String content) {
      blobs.put("sha256:" + Sha256.hex(content), bytes(content));
      return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
          .formatted(type, Sha256.hex(content), content.length());
    }

    /** Puts an artifact of one layer; returns its descriptor in a list of referrers. */
    String artifact(String type, String content) {
      String manifest = "{\"layers\":[%s]}".formatted(put(type, content));
      manifests.put("sha256:" + Sha256.hex(manifest), bytes(manifest));
      return "{\"artifactType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":1}"
          .formatted(type, Sha256.hex(manifest));
    }

    void list(String... descriptors) {
      referrers =
          new Referrers.Listed(
              List.of(bytes("{\"manifests\":[%s]}".formatted(String.join(",", descriptors)))),
              true);
    }

    @Override
    public byte[] manifest(String tagOrDigest) throws UnfetchedArtifactException {
      asked.add(tagOrDigest);
      byte[] found = manifests.get(tagOrDigest);
      if (found == null) {
        throw new UnfetchedArtifactException("there is none");
      }
      return found;
    }

    @Override
    public Map<String, byte[]> blobs(String digest, List<JsonNode> descriptors) {
      return blobs;
    }

    @Override
    public Referrers referrers(String digest) {
      return referrers;
    }
  }

  private SignatureSearch search() {
    SignatureSearch search = new SignatureSearch(registry, rule);
    search.search(IMAGE);
    return search;
  }

  private String good() {
    return registry.artifact(BUNDLE, signing.bundle(STATEMENT, "application/vnd.in-toto+json"));
  }

  @Test
  void a_good_bundle_among_others_is_found_and_named() {
    registry.list(
        registry.artifact("text/spdx", "a list of packages"),
        good(),
        registry.artifact(BUNDLE, "not a bundle"));

    SignatureSearch search = search();
    assertThat(search.isSatisfied()).isTrue();
    assertThat(search.signed())
        .singleElement()
        .asString()
        .startsWith("os.pub signed the manifest " + IMAGE.digest() + " (referrers API, sha256:");
    assertThat(search.notes()).anyMatch(it -> it.contains("it cannot be read: it is not JSON"));
  }

  @Test
  void where_nothing_is_found_every_place_is_named() {
    SignatureSearch search = search();
    assertThat(search.isSatisfied()).isFalse();
    String tag = IMAGE.digest().replace(':', '-');
    assertThat(registry.asked).containsExactly(tag + ".sig", tag);
    assertThat(search.notes())
        .containsExactly(
            "Looked for signatures of the manifest",
            "  " + IMAGE.digest() + ":",
            "  tag %s….sig: there is none".formatted(tag.substring(0, 19)),
            "  referrers API: the registry has none",
            "  tag %s…: there is none".formatted(tag.substring(0, 19)));
  }

  @Test
  void a_list_that_cannot_be_read_or_names_nonsense_counts_for_nothing() {
    registry.referrers =
        new Referrers.Listed(
            List.of(bytes("<html>"), bytes("[]"), bytes("{\"manifests\":3}")), false);
    assertThat(search().notes())
        .anyMatch(it -> it.contains("it cannot be read"))
        .anyMatch(it -> it.contains("nothing refers to the image"))
        .anyMatch(it -> it.contains("its list is longer than what was read"));

    registry.list(
        "{\"artifactType\":\"%s\",\"digest\":\"../../etc/passwd\"}".formatted(BUNDLE), "3", "null");
    assertThat(search().notes()).anyMatch(it -> it.contains("which is no SHA-256"));
    assertThat(registry.asked).noneMatch(it -> it.contains("passwd"));
  }

  @Test
  void no_more_than_a_hundred_signatures_are_looked_at() {
    List<String> many = new ArrayList<>();
    many.add(good());
    for (int i = 0; i < 100; i++) {
      many.add(registry.artifact(BUNDLE, "bad " + i));
    }
    registry.list(many.toArray(String[]::new));

    SignatureSearch search = search();
    assertThat(search.isSatisfied()).isFalse();
    assertThat(search.notes()).anyMatch(it -> it.contains("more than 100 signatures"));
  }

  @Test
  void what_a_registry_says_cannot_steer_a_terminal() {
    registry.list("{\"artifactType\":\"%s\",\"digest\":\"\\u001b[31m\\nx\"}".formatted(BUNDLE));
    assertThat(search().notes()).allMatch(it -> it.chars().noneMatch(Character::isISOControl));
  }

  @Test
  void a_registry_that_cannot_be_asked_for_its_list_does_not_hide_the_tag() {
    registry.referrers = new Referrers.Unavailable("HTTP status 500");
    String list = "{\"manifests\":[%s]}".formatted(good());
    registry.manifests.put(IMAGE.digest().replace(':', '-'), bytes(list));

    SignatureSearch search = search();
    assertThat(search.isSatisfied()).isTrue();
    assertThat(search.notes())
        .anyMatch(it -> it.contains("referrers API: it cannot be asked: HTTP status 500"));
  }
}
