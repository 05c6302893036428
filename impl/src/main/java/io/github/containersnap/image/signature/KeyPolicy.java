package io.github.containersnap.image.signature;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.UnreadableJsonException;
import io.github.containersnap.image.registry.RepositoryName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which keys must have signed which images: {@code /etc/container-snap/signatures.json}.
 *
 * <pre>
 * {
 *   "schema": 1,
 *   "images": {
 *     "registry.example/os": {"keys": ["os.pub", "spare.pub"]},
 *     "registry.example/tools": "accept"
 *   },
 *   "others": "refuse",
 *   "transports": {"oci-archive": "accept"}
 * }
 * </pre>
 *
 * The names below {@code images} are those of repositories, or the beginnings of such up to a
 * slash; the longest that fits counts. Keys are files in PEM, named from the policy's directory.
 * {@code "required"} says how many of them must have signed, without it one; {@code "identity"}
 * which repository a signature must name, without it the image's own. What is not named is refused
 * unless {@code others} or {@code transports} accept it. A policy that cannot be read accepts
 * nothing.
 */
public final class KeyPolicy {
  private static final int LARGEST_FILE = 256 * 1024;
  private static final int MOST_ENTRIES = 1_000;
  private static final int MOST_KEYS = 32;
  private static final Set<String> TRANSPORTS =
      Set.of("containers-storage", "dir", "docker-archive", "oci", "oci-archive");
  private static final String REQUIRED = "required";
  private static final String IDENTITY = "identity";
  private static final String KEYS = "keys";

  private final Path file;
  private final Map<String, Demand> images;
  private final Demand others;
  private final Map<String, Demand> transports;

  private KeyPolicy(
      Path file, Map<String, Demand> images, Demand others, Map<String, Demand> transports) {
    this.file = file;
    this.images = images;
    this.others = others;
    this.transports = transports;
  }

  /** What is demanded of an image. */
  sealed interface Demand {
    /** Nothing. */
    record Nothing() implements Demand {}

    /**
     * What it cannot fulfil.
     *
     * @param unverifiable whether that is for where it lies
     */
    record Impossible(boolean unverifiable) implements Demand {}

    /** Signatures. */
    record Signatures(KeyRule rule) implements Demand {}
  }

  /**
   * Reads a policy and all keys that it names.
   *
   * @throws UnusableKeyPolicyException if it cannot be followed
   */
  static KeyPolicy read(Path file) {
    try {
      return parse(file, Json.unambiguous(PolicyFile.read(file, LARGEST_FILE, "")));
    } catch (UnreadableJsonException e) {
      throw new UnusableKeyPolicyException(file, String.valueOf(e.getMessage()));
    }
  }

  private static KeyPolicy parse(Path file, JsonNode root) {
    requireFields(file, root, "it", Set.of("schema", "images", "others", "transports"));
    if (root.path("schema").asInt() != 1) {
      throw new UnusableKeyPolicyException(file, "its \"schema\" is not 1");
    }
    Map<String, Demand> images = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : entries(file, root, "images")) {
      String name = repository(file, entry.getKey());
      if (images.put(name, demand(file, entry.getKey(), entry.getValue())) != null) {
        throw new UnusableKeyPolicyException(file, "it has \"%s\" twice".formatted(name));
      }
    }
    Map<String, Demand> transports = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : entries(file, root, "transports")) {
      if (!TRANSPORTS.contains(entry.getKey())) {
        throw new UnusableKeyPolicyException(
            file,
            "\"%s\" is not a transport of local images (%s)"
                .formatted(
                    entry.getKey(), String.join(", ", TRANSPORTS.stream().sorted().toList())));
      }
      transports.put(entry.getKey(), word(file, entry.getKey(), entry.getValue(), true));
    }
    Demand others =
        root.has("others")
            ? word(file, "others", root.path("others"), false)
            : new Demand.Impossible(false);
    return new KeyPolicy(file, images, others, transports);
  }

  private static List<Map.Entry<String, JsonNode>> entries(Path file, JsonNode root, String name) {
    JsonNode node = root.path(name);
    if (!node.isMissingNode() && !node.isObject()) {
      throw new UnusableKeyPolicyException(file, "its \"%s\" is not an object".formatted(name));
    }
    if (node.size() > MOST_ENTRIES) {
      throw new UnusableKeyPolicyException(
          file, "its \"%s\" has more than %,d entries".formatted(name, MOST_ENTRIES));
    }
    return List.copyOf(node.properties());
  }

  private static void requireFields(Path file, JsonNode node, String what, Set<String> known) {
    if (!node.isObject()) {
      throw new UnusableKeyPolicyException(file, what + " is not an object");
    }
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (!known.contains(field.getKey())) {
        throw new UnusableKeyPolicyException(
            file,
            "%s has \"%s\", and only %s are known"
                .formatted(
                    what, field.getKey(), String.join(", ", known.stream().sorted().toList())));
      }
    }
  }

  /** The canonical form of a repository's name, or of a beginning of one. */
  private static String repository(Path file, String name) {
    int slash = name.indexOf('/');
    String first = slash < 0 ? name : name.substring(0, slash);
    boolean named = first.contains(".") || first.contains(":") || first.equals("localhost");
    String canonical = RepositoryName.canonical(first) + (slash < 0 ? "" : name.substring(slash));
    String example = slash < 0 ? canonical + "/x/y" : canonical + "/x";
    boolean valid =
        named
            && RepositoryName.ofImage(example).map(RepositoryName::toString).stream()
                .anyMatch(example::equals);
    if (!valid) {
      throw new UnusableKeyPolicyException(
          file,
          "\"%s\" is not the name of a registry or a repository, such as registry.example/os"
              .formatted(name));
    }
    return canonical;
  }

  private static Demand demand(Path file, String name, JsonNode node) {
    if (node.isTextual()) {
      return word(file, name, node, false);
    }
    String what = "\"%s\"".formatted(name);
    requireFields(file, node, what, Set.of(KEYS, REQUIRED, IDENTITY));
    List<TrustedKey> keys = keys(file, what, node.path(KEYS));
    int required = node.has(REQUIRED) ? number(file, what, node.path(REQUIRED)) : 1;
    if (required < 1 || required > keys.size()) {
      throw new UnusableKeyPolicyException(
          file,
          "the \"required\" of %s is not between 1 and %d, the number of its keys"
              .formatted(what, keys.size()));
    }
    String identity = "";
    if (node.has(IDENTITY)) {
      identity = repository(file, node.path(IDENTITY).asText());
    }
    return new Demand.Signatures(new KeyRule(keys, required, identity));
  }

  private static int number(Path file, String what, JsonNode node) {
    if (!node.isInt()) {
      throw new UnusableKeyPolicyException(
          file, "the \"required\" of %s is not a whole number".formatted(what));
    }
    return node.asInt();
  }

  private static List<TrustedKey> keys(Path file, String what, JsonNode names) {
    if (!names.isArray() || names.isEmpty() || names.size() > MOST_KEYS) {
      throw new UnusableKeyPolicyException(
          file, "%s has no list of 1 to %d \"keys\"".formatted(what, MOST_KEYS));
    }
    List<TrustedKey> keys = new ArrayList<>();
    for (JsonNode name : names) {
      if (!name.isTextual()
          || name.asText().isBlank()
          || name.asText().chars().anyMatch(Character::isISOControl)) {
        throw new UnusableKeyPolicyException(
            file, "a key of %s is not the name of a file".formatted(what));
      }
      TrustedKey key = TrustedKey.read(file.resolveSibling(name.asText()));
      // It would count twice where two are required.
      if (keys.stream().anyMatch(key::isSameAs)) {
        throw new UnusableKeyPolicyException(
            file, "%s has the key %s twice".formatted(what, key.name()));
      }
      keys.add(key);
    }
    return List.copyOf(keys);
  }

  private static Demand word(Path file, String name, JsonNode node, boolean unverifiable) {
    return switch (node.asText()) {
      case "accept" -> new Demand.Nothing();
      case "refuse" -> new Demand.Impossible(unverifiable);
      default ->
          throw new UnusableKeyPolicyException(
              file, "\"%s\" is neither \"accept\" nor \"refuse\"".formatted(name));
    };
  }

  /** Where it came from. */
  Path file() {
    return file;
  }

  /** What is demanded of an image on this machine, whose transport is {@code transport}. */
  Demand ofLocal(String transport) {
    return Optional.ofNullable(transports.get(transport))
        .orElseGet(() -> new Demand.Impossible(true));
  }

  /** What is demanded of the images in {@code repository}. */
  Demand of(RepositoryName repository) {
    return images.keySet().stream()
        .filter(repository::isBelow)
        .max(Comparator.comparingInt(String::length))
        .map(images::get)
        .map(demand -> withIdentity(demand, repository))
        .orElse(others);
  }

  private static Demand withIdentity(Demand demand, RepositoryName repository) {
    return demand instanceof Demand.Signatures(KeyRule rule) && rule.identity().isEmpty()
        ? new Demand.Signatures(new KeyRule(rule.keys(), rule.required(), repository.toString()))
        : demand;
  }
}
