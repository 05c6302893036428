package io.github.containersnap.harness.experiment;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.UnreadableJsonException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a deployment holds.
 *
 * @param sealed its root, without /etc and without its records; the /etc that its image came with
 *     is part of it
 * @param etc its own /etc
 */
public record DeploymentTree(TreeManifest sealed, TreeManifest etc) {
  /** Where a deployment keeps what is not its image's. */
  private static final String OWN = "usr/lib/container-snap-deployment";

  private static final String RECORD = OWN + "/deployment.json";
  private static final String SNAPSHOT_RECORD = OWN + "/snapshot.json";
  private static final String ADOPTION_RECORD = OWN + "/adopted.json";

  /** Reads the deployment {@code id} of the system mounted at {@code top}. */
  public static DeploymentTree read(Path top, DeploymentId id) {
    TreeManifest all = TreeScan.of(new DeploymentLayout(top).deployment(id));
    return new DeploymentTree(all.without(DeploymentTree::isNotSealed), all.subtree("etc"));
  }

  /**
   * What a deployment of an image must hold.
   *
   * @param image all that is in the image
   * @param etc its own /etc
   */
  public static DeploymentTree expected(TreeManifest image, TreeManifest etc) {
    SortedMap<String, TreeEntry> sealed = new TreeMap<>(image.entries());
    sealed.keySet().removeIf(DeploymentTree::isNotSealed);
    // For root alone: the image's shadow lies in it.
    sealed.put(
        OWN, new TreeEntry(FileKind.DIRECTORY, 0700, 0, 0, 0, "", "", 0, new TreeMap<>(), ""));
    image
        .entries()
        .forEach(
            (path, entry) -> {
              if (isEtc(path)) {
                sealed.put(OWN + "/" + path, entry);
              }
            });
    return new DeploymentTree(TreeManifest.of(sealed), etc);
  }

  /**
   * What the deployment {@code id} says that it was made from; nothing if it does not say so
   * readably.
   */
  public static Optional<ImageOrigin> origin(Path top, DeploymentId id) {
    return record(top, id, RECORD)
        .map(
            record ->
                new ImageOrigin(
                    record.path("imageId").asText(), record.path("reference").asText()));
  }

  /** What the deployment {@code id} says that it is a snapshot of, if it says so readably. */
  public static Optional<DeploymentId> snapshotOf(Path top, DeploymentId id) {
    return record(top, id, SNAPSHOT_RECORD)
        .flatMap(record -> DeploymentId.read(record.path("base").asText()));
  }

  private static Optional<JsonNode> record(Path top, DeploymentId id, String name) {
    Path file = new DeploymentLayout(top).deployment(id).resolve(name);
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.tree(file));
    } catch (IOException | UnreadableJsonException unreadable) {
      return Optional.empty();
    }
  }

  private static boolean isNotSealed(String path) {
    return isEtc(path)
        || path.equals(RECORD)
        || path.equals(SNAPSHOT_RECORD)
        || path.equals(ADOPTION_RECORD);
  }

  private static boolean isEtc(String path) {
    return path.equals("etc") || path.startsWith("etc/");
  }
}
