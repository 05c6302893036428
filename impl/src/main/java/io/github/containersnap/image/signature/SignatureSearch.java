package io.github.containersnap.image.signature;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Digests;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.Sha256;
import io.github.containersnap.base.UnreadableJsonException;
import io.github.containersnap.command.PrintableText;
import io.github.containersnap.image.registry.ReferrersApi.Referrers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Looks where cosign puts signatures of an image, until enough keys have signed it: under the tag
 * {@code sha256-HEX.sig}, in the registry's list of referrers, and in the index that has the tag
 * {@code sha256-HEX}. What it finds, and why it counts for nothing, it notes for people.
 */
final class SignatureSearch {
  private static final int MOST_REFERRERS = 100;
  private static final int MOST_LAYERS = 256;
  private static final int SHOWN_DIGITS = 12;
  private static final int LONGEST_LINE = 400;

  /** What refers to an image and may be a signature of it. */
  private static final Set<String> SIGNATURE_TYPES =
      Set.of(
          "application/vnd.dev.cosign.artifact.sig.v1+json", // cosign 2, experimental
          SimpleSigning.MEDIA_TYPE);

  private final RegistryArtifacts registry;
  private final KeyRule rule;

  /** The keys that have signed, each with what it signed. */
  private final Map<TrustedKey, String> signers = new LinkedHashMap<>();

  private final Set<String> seen = new HashSet<>();
  private final List<String> notes = new ArrayList<>();

  SignatureSearch(RegistryArtifacts registry, KeyRule rule) {
    this.registry = registry;
    this.rule = rule;
  }

  /** Whether enough keys have signed. */
  boolean isSatisfied() {
    return signers.size() >= rule.required();
  }

  /** Who signed what, one clause for each key. */
  List<String> signed() {
    return signers.entrySet().stream()
        .map(it -> "%s signed %s".formatted(it.getKey().name(), it.getValue()))
        .toList();
  }

  /** What was looked for and found, in lines. */
  List<String> notes() {
    return List.copyOf(notes);
  }

  /** Looks for signatures of {@code manifest}. */
  void search(SignableManifest manifest) {
    note("Looked for signatures of the %s".formatted(manifest.kind()));
    note("  %s:".formatted(manifest.digest()));
    searchTag(manifest);
    if (!isSatisfied()) {
      searchReferrers(manifest);
    }
    if (!isSatisfied()) {
      searchReferrersTag(manifest);
    }
  }

  private void searchTag(SignableManifest manifest) {
    String where = "tag %s….sig".formatted(shortened(manifest.referrersTag()));
    try {
      byte[] found = registry.manifest(manifest.signatureTag());
      judge(where, Digests.of(Sha256.hex(found)), found, manifest);
    } catch (UnfetchedArtifactException e) {
      note("  %s: %s".formatted(where, e.why()));
    }
  }

  private void searchReferrers(SignableManifest manifest) {
    String where = "referrers API";
    switch (registry.referrers(manifest.digest())) {
      case Referrers.Listed(List<byte[]> pages, boolean complete) -> {
        List<JsonNode> entries = new ArrayList<>();
        for (byte[] page : pages) {
          entries.addAll(entries(where, page));
        }
        judgeReferrers(where, entries, manifest);
        if (!complete) {
          note("  %s: its list is longer than what was read of it".formatted(where));
        }
      }
      case Referrers.Unsupported unsupported ->
          note("  %s: the registry has none".formatted(where));
      case Referrers.Unavailable(String why) ->
          note("  %s: it cannot be asked: %s".formatted(where, why));
    }
  }

  private void searchReferrersTag(SignableManifest manifest) {
    String where = "tag %s…".formatted(shortened(manifest.referrersTag()));
    try {
      judgeReferrers(where, entries(where, registry.manifest(manifest.referrersTag())), manifest);
    } catch (UnfetchedArtifactException e) {
      note("  %s: %s".formatted(where, e.why()));
    }
  }

  private List<JsonNode> entries(String where, byte[] index) {
    List<JsonNode> entries = new ArrayList<>();
    try {
      Json.unambiguous(index).path("manifests").forEach(entries::add);
    } catch (UnreadableJsonException e) {
      note("  %s: it cannot be read: %s".formatted(where, String.valueOf(e.getMessage())));
    }
    return entries;
  }

  private void judgeReferrers(String where, List<JsonNode> entries, SignableManifest manifest) {
    List<JsonNode> candidates = entries.stream().filter(SignatureSearch::mayBeSignature).toList();
    if (candidates.isEmpty()) {
      note(
          "  %s: %s"
              .formatted(
                  where,
                  entries.isEmpty()
                      ? "nothing refers to the image"
                      : "none of %,d is a signature".formatted(entries.size())));
    }
    int count = 0;
    for (JsonNode candidate : candidates.reversed()) { // the newest is the last, usually
      if (isSatisfied()) {
        return;
      }
      if (++count > MOST_REFERRERS) {
        note(
            "  %s: more than %,d signatures; the others count for nothing"
                .formatted(where, MOST_REFERRERS));
        return;
      }
      judge(where, candidate, manifest);
    }
  }

  private static boolean mayBeSignature(JsonNode descriptor) {
    String type = descriptor.path("artifactType").asText();
    return type.startsWith(SigstoreBundle.MEDIA_TYPE) || SIGNATURE_TYPES.contains(type);
  }

  private void judge(String where, JsonNode descriptor, SignableManifest manifest) {
    String digest = descriptor.path("digest").asText();
    if (!Digests.isDigest(digest)) {
      note("  %s: an entry has the digest \"%s\", which is no SHA-256".formatted(where, digest));
      return;
    }
    if (!seen.add(digest)) {
      return;
    }
    String it = "%s, %s…".formatted(where, shortened(digest));
    try {
      judge(it, digest, registry.manifest(digest), manifest);
    } catch (UnfetchedArtifactException e) {
      note("  %s: %s".formatted(it, e.why()));
    }
  }

  /** Judges each layer of an artifact. No key vouches for its "subject", so that is not read. */
  private void judge(String where, String digest, byte[] artifact, SignableManifest manifest) {
    List<JsonNode> layers = new ArrayList<>();
    try {
      Json.unambiguous(artifact).path("layers").forEach(layers::add);
    } catch (UnreadableJsonException e) {
      note(
          "  %s: its manifest cannot be read: %s".formatted(where, String.valueOf(e.getMessage())));
      return;
    }
    List<JsonNode> signatures = layers.stream().filter(SignatureSearch::isSignature).toList();
    if (signatures.isEmpty()) {
      note("  %s: it has no signature among %,d layers".formatted(where, layers.size()));
      return;
    }
    if (signatures.size() > MOST_LAYERS) {
      note(
          "  %s: it has %,d signatures, and more than %,d are absurd"
              .formatted(where, layers.size(), MOST_LAYERS));
      return;
    }
    try {
      Map<String, byte[]> blobs = registry.blobs(digest, layers);
      for (JsonNode layer : signatures.reversed()) {
        if (isSatisfied()) {
          return;
        }
        byte[] blob = blobs.get(layer.path("digest").asText());
        if (blob != null) {
          judge(where, layer, blob, manifest);
        }
      }
    } catch (UnfetchedArtifactException e) {
      note("  %s: %s".formatted(where, e.why()));
    }
  }

  private static boolean isSignature(JsonNode layer) {
    String type = layer.path("mediaType").asText();
    return type.startsWith(SigstoreBundle.MEDIA_TYPE) || type.equals(SimpleSigning.MEDIA_TYPE);
  }

  private void judge(String where, JsonNode layer, byte[] blob, SignableManifest manifest) {
    boolean bundle = layer.path("mediaType").asText().startsWith(SigstoreBundle.MEDIA_TYPE);
    String what = bundle ? "bundle" : "signature";
    try {
      List<TrustedKey> keys =
          bundle
              ? SigstoreBundle.signers(blob, manifest, rule)
              : SimpleSigning.signers(
                  blob,
                  layer.path("annotations").path(SimpleSigning.SIGNATURE).asText(),
                  manifest,
                  rule);
      for (TrustedKey key : keys) {
        note("  %s: a good %s of %s".formatted(where, what, key.name()));
        signers.putIfAbsent(
            key, "the %s %s (%s)".formatted(manifest.kind(), manifest.digest(), where));
      }
    } catch (RejectedSignatureException e) {
      note("  %s: a %s does not count: %s".formatted(where, what, e.why()));
    }
  }

  /** The first digits of a digest, whatever is before them. */
  private static String shortened(String digest) {
    return digest.substring(0, "sha256:".length() + SHOWN_DIGITS);
  }

  private void note(String said) {
    String line = PrintableText.of(said.replaceAll("\\p{Cntrl}", " "));
    notes.add(line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…");
  }
}
