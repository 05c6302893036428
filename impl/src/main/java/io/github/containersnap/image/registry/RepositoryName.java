package io.github.containersnap.image.registry;

import io.github.containersnap.base.Digests;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.UnusableImageReferenceException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A repository of a registry, as podman understands its name: {@code os} is {@code
 * docker.io/library/os}.
 *
 * @param registry {@code HOST} or {@code HOST:PORT}
 * @param path the repository's name in the registry
 */
public record RepositoryName(String registry, String path) {
  private static final String TRANSPORT = "docker://";
  private static final String DOCKER_HUB = "docker.io";
  private static final String LOCALHOST = "localhost";

  /** The names of Docker Hub that tools write in place of {@code docker.io}. */
  private static final Pattern OTHER_DOCKER_HUB =
      Pattern.compile("(?:index|registry-1)\\.docker\\.io");

  private static final Pattern REGISTRY =
      Pattern.compile("[A-Za-z0-9._-]+(?::\\d{1,5})?|\\[[0-9a-fA-F:]+](?::\\d{1,5})?");
  private static final Pattern PATH =
      Pattern.compile("[a-z0-9]+(?:[._-]+[a-z0-9]+)*(?:/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*");

  /**
   * The repository that an image is in.
   *
   * @throws UnusableImageReferenceException if the reference does not lead to a registry
   */
  public static RepositoryName of(ImageReference reference) {
    return parse(withoutTag(reference))
        .orElseThrow(
            () ->
                new UnusableImageReferenceException(
                    reference.text(), "it names no repository of a registry"));
  }

  /** The digest in a reference, {@code sha256:HEX}, if there is one. */
  public static Optional<String> digestIn(ImageReference reference) {
    int at = reference.text().lastIndexOf('@');
    return at < 0 ? Optional.empty() : Optional.of(reference.text().substring(at + 1));
  }

  private static String withoutTag(ImageReference reference) {
    String text = reference.text();
    if (!text.startsWith(TRANSPORT)) {
      return "";
    }
    return withoutTag(text.substring(TRANSPORT.length()));
  }

  private static String withoutTag(String name) {
    String bare = name.contains("@") ? name.substring(0, name.indexOf('@')) : name;
    int colon = bare.lastIndexOf(':');
    return colon > bare.lastIndexOf('/') && bare.contains("/")
        ? bare.substring(0, colon)
        : untagged(bare);
  }

  /** Of a name without a slash, what follows the colon is a tag. */
  private static String untagged(String bare) {
    return bare.contains("/") ? bare : bare.replaceFirst(":.*", "");
  }

  /** Reads the name of a repository, whose tag or digest is left aside; empty if it is none. */
  public static Optional<RepositoryName> ofImage(String name) {
    return parse(withoutTag(name));
  }

  private static Optional<RepositoryName> parse(String name) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? "" : name.substring(0, slash);
    boolean named = first.contains(".") || first.contains(":") || first.equals(LOCALHOST);
    String registry = named ? canonical(first) : DOCKER_HUB;
    String path = named ? name.substring(slash + 1) : name;
    if (registry.equals(DOCKER_HUB) && !path.contains("/")) {
      path = "library/" + path;
    }
    return REGISTRY.matcher(registry).matches() && PATH.matcher(path).matches()
        ? Optional.of(new RepositoryName(registry, path))
        : Optional.empty();
  }

  /** The name of a registry, one for all that are the same. */
  public static String canonical(String registry) {
    return OTHER_DOCKER_HUB.matcher(registry).replaceFirst(DOCKER_HUB);
  }

  /** The image in this repository that has a tag or a digest. */
  public ImageReference at(String tagOrDigest) {
    return new ImageReference(
        TRANSPORT + this + (Digests.isDigest(tagOrDigest) ? "@" : ":") + tagOrDigest);
  }

  /** Whether it is {@code prefix}, or lies below it. */
  public boolean isBelow(String prefix) {
    String name = toString();
    return name.equals(prefix) || name.startsWith(prefix + "/");
  }

  @Override
  public String toString() {
    return registry + "/" + path;
  }
}
