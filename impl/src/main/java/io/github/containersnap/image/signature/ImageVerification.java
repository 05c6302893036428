package io.github.containersnap.image.signature;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.adapter.linux.TemporaryDirectory;
import io.github.containersnap.base.Digests;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.UnreadableJsonException;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.image.RegistryAccess;
import io.github.containersnap.image.UnreadableImageException;
import io.github.containersnap.image.registry.RepositoryName;
import io.github.containersnap.oci.Platform;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Requires the signatures that the machine's policy demands of an image, before anything of it is
 * pulled.
 *
 * <p>The reference is resolved once, to the manifest for an architecture. A signature of the
 * manifest counts, and so does one of the index that leads to it. What is fetched later is asked
 * for by the manifest's digest, so a tag that moves meanwhile changes nothing.
 */
public final class ImageVerification {
  private final ImageReference reference;
  private final String architecture;
  private final KeyPolicy policy;

  private ImageVerification(ImageReference reference, String architecture, KeyPolicy policy) {
    this.reference = reference;
    this.architecture = architecture;
    this.policy = policy;
  }

  /**
   * Verifies an image for a command that only looks at it.
   *
   * @param room a directory for temporary files
   * @param told hears who signed what, a sentence, if a signature is required
   * @return the image; by its digest if a signature is required
   * @throws UnsignedImageException if the policy does not accept the image
   * @throws UnusableKeyPolicyException if the policy cannot be followed
   * @throws UnreadableImageException if the reference leads to no image
   */
  public static ImageReference accepted(
      ImageReference reference,
      RegistryAccess access,
      Path room,
      String architecture,
      Consumer<String> told) {
    try (TemporaryDirectory work = TemporaryDirectory.in(room)) {
      Optional<VerifiedImage> verified = of(reference, access, work.path(), architecture);
      verified.map(VerifiedImage::statement).ifPresent(told);
      return verified.map(VerifiedImage::reference).orElse(reference);
    } catch (CommandFailedException e) {
      throw new UnreadableImageException(reference, e);
    }
  }

  /**
   * Verifies an image.
   *
   * @param access how the registry is asked, and which policy is followed
   * @param work a directory for what is fetched, which the caller removes
   * @param architecture of an image for several, the one for it is meant; in Go's words
   * @return what the keys vouch for; empty if no signature is required
   * @throws UnsignedImageException if the policy does not accept the image
   * @throws UnusableKeyPolicyException if the policy cannot be followed
   * @throws UnreadableImageException if what the registry has is not an image
   * @throws CommandFailedException if the reference leads nowhere
   */
  public static Optional<VerifiedImage> of(
      ImageReference reference, RegistryAccess access, Path work, String architecture) {
    if (access.requiredSignatures().isEmpty()) {
      return Optional.empty();
    }
    KeyPolicy policy = KeyPolicy.read(access.requiredSignatures().get());
    if (reference.isLocal()) {
      String transport = reference.text().substring(0, reference.text().indexOf(':'));
      return switch (policy.ofLocal(transport)) {
        case KeyPolicy.Demand.Nothing nothing -> Optional.empty();
        case KeyPolicy.Demand.Impossible _, KeyPolicy.Demand.Signatures _ ->
            throw UnsignedImageException.unverifiable(reference, policy.file(), transport);
      };
    }
    RepositoryName repository = RepositoryName.of(reference);
    return switch (policy.of(repository)) {
      case KeyPolicy.Demand.Nothing nothing -> Optional.empty();
      case KeyPolicy.Demand.Impossible impossible ->
          throw UnsignedImageException.refused(
              reference, policy.file(), "it does not accept images of %s".formatted(repository));
      case KeyPolicy.Demand.Signatures(KeyRule rule) -> {
        SkopeoArtifacts registry = new SkopeoArtifacts(repository, access, work);
        byte[] found = registry.raw(reference);
        yield Optional.of(
            new ImageVerification(reference, architecture, policy)
                .verified(repository, registry, rule, found));
      }
    };
  }

  private VerifiedImage verified(
      RepositoryName repository, RegistryArtifacts registry, KeyRule rule, byte[] found) {
    List<SignableManifest> signable = signable(registry, found);
    SignableManifest manifest = signable.getLast();
    String config = json(manifest.bytes()).path("config").path("digest").asText();
    if (!Digests.isDigest(config)) {
      throw new UnreadableImageException(
          reference, "its manifest %s names no configuration".formatted(manifest.digest()));
    }
    SignatureSearch search = new SignatureSearch(registry, rule);
    for (SignableManifest each : signable) {
      if (!search.isSatisfied()) {
        search.search(each);
      }
    }
    if (!search.isSatisfied()) {
      throw UnsignedImageException.tooFew(reference, policy.file(), rule.inWords(), search.notes());
    }
    return new VerifiedImage(
        repository.at(manifest.digest()), config, String.join("; ", search.signed()) + ".");
  }

  /** The index, if there is one, and the manifest, which is the last. */
  private List<SignableManifest> signable(RegistryArtifacts registry, byte[] found) {
    RepositoryName.digestIn(reference)
        .filter(wanted -> !wanted.equals(SignableManifest.of("", found).digest()))
        .ifPresent(
            wanted -> {
              throw new UnreadableImageException(
                  reference, "what the registry sent has another digest");
            });
    JsonNode root = json(found);
    if (!root.path("manifests").isArray()) {
      return List.of(SignableManifest.of("manifest", found));
    }
    String digest = chosen(root.path("manifests"));
    try {
      return List.of(
          SignableManifest.of("index", found),
          SignableManifest.of("manifest", registry.manifest(digest)));
    } catch (UnfetchedArtifactException e) {
      throw new UnreadableImageException(
          reference, "its manifest %s: %s".formatted(digest, e.why()), e);
    }
  }

  private JsonNode json(byte[] bytes) {
    try {
      return Json.unambiguous(bytes);
    } catch (UnreadableJsonException e) {
      throw new UnreadableImageException(reference, String.valueOf(e.getMessage()), e);
    }
  }

  /** Of variants of the architecture the one that asks least of the processor. */
  private String chosen(JsonNode entries) {
    Platform machine = Platform.linux(architecture);
    List<JsonNode> candidates = new ArrayList<>();
    for (JsonNode entry : entries) {
      if (Platform.of(entry.path("platform")).isFor(machine)) {
        candidates.add(entry);
      }
    }
    return candidates.stream()
        .min(Comparator.comparing(entry -> Platform.of(entry.path("platform")).variant()))
        .map(entry -> entry.path("digest").asText())
        .filter(Digests::isDigest)
        .orElseThrow(
            () ->
                new UnreadableImageException(
                    reference, "it has no image for %s".formatted(machine)));
  }
}
