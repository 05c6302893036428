package io.github.containersnap.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The deployments on disk. */
public final class Deployments {
  private static final int LARGEST_RECORD = 64 * 1024;

  private final Ports ports;
  private final DeploymentLayout layout;

  /** The deployments of the machine whose layout is {@code layout}. */
  public Deployments(Ports ports, DeploymentLayout layout) {
    this.ports = ports;
    this.layout = layout;
  }

  /** All deployments, in the order of their ids. Only reads. */
  public List<DeploymentId> all() {
    return ports.files().names(layout.deployments()).stream()
        .map(DeploymentId::read)
        .flatMap(Optional::stream)
        .toList();
  }

  /** Whether the deployment's root is read-only. */
  public boolean isReadOnly(DeploymentId id) {
    return ports.btrfs().isReadOnly(root(id).root());
  }

  /**
   * Where the deployment keeps what is its own.
   *
   * @throws NotADeploymentException if there is no such deployment
   */
  public SealedRoot root(DeploymentId id) {
    Path root = layout.deployment(id);
    if (!ports.files().exists(root)) {
      throw NotADeploymentException.unknown(id);
    }
    return new SealedRoot(root);
  }

  /**
   * What the deployment says of itself.
   *
   * @throws DamagedStateException if it does not say it readably
   */
  public DeploymentRecord record(DeploymentId id) {
    Path file = root(id).record();
    String text =
        ports
            .files()
            .read(file, LARGEST_RECORD)
            .orElseThrow(() -> new DamagedStateException(file, "it is missing"));
    try {
      return Json.read(text, DeploymentRecord.class);
    } catch (JsonProcessingException e) {
      throw new DamagedStateException(file, e.getOriginalMessage());
    }
  }

  /** The boot entry of a deployment. */
  BootEntry entry(DeploymentId id) {
    DeploymentRecord record = record(id);
    return new BootEntry(
        id, record.bootFiles(), "%s (%s)".formatted(record.osName(), id.shortForm()));
  }

  /**
   * Removes a deployment that the boot menu does not name.
   *
   * <p>It is first renamed, so that a crash at any point leaves either a whole deployment or one
   * that {@link Recovery} knows to be on its way out.
   */
  void remove(DeploymentId id) {
    Path discarded = layout.discarded(id);
    ports.files().rename(layout.deployment(id), discarded);
    removeLeftover(discarded);
  }

  /** Removes what is left of a draft or a discarded deployment; may itself be interrupted. */
  void removeLeftover(Path leftover) {
    if (!ports.btrfs().isSubvolume(leftover)) {
      ports.files().deleteTree(leftover);
      return;
    }
    ports.btrfs().setReadOnly(leftover, false);
    Path etc = new SealedRoot(leftover).etc();
    if (ports.btrfs().isSubvolume(etc)) {
      ports.btrfs().deleteSubvolume(etc);
    }
    ports.btrfs().deleteSubvolume(leftover);
  }

  /** What drafts and discarded deployments there are. */
  List<Path> leftovers() {
    return ports.files().names(layout.deployments()).stream()
        .filter(
            name ->
                name.startsWith(DeploymentLayout.DRAFT_PREFIX)
                    || name.startsWith(DeploymentLayout.DISCARD_PREFIX))
        .map(layout.deployments()::resolve)
        .toList();
  }

  /**
   * An id that no deployment has: the pristine one of {@code image} if that is free, else one with
   * a work number that none ever had. A work number is made durable before it is used: a crash can
   * waste one, never give it twice.
   */
  DeploymentId unused(ImageId image) {
    DeploymentId pristine = DeploymentId.pristine(image);
    if (!ports.files().exists(layout.deployment(pristine))) {
      return pristine;
    }
    int next = 1 + Math.max(lastWorkNumber(), highestWorkNumber());
    ports.files().replaceDurably(layout.lastWorkNumber(), next + "\n");
    return new DeploymentId(image, next);
  }

  /** Removes what a crash within {@link #unused} left. */
  void removeUnfinishedWorkNumber() {
    Path file = layout.lastWorkNumber();
    Path unfinished = file.resolveSibling(file.getFileName() + SystemFiles.UNFINISHED);
    if (ports.files().exists(unfinished)) {
      ports.files().deleteTree(unfinished);
    }
  }

  private int highestWorkNumber() {
    return all().stream().mapToInt(DeploymentId::work).max().orElse(0);
  }

  private int lastWorkNumber() {
    return ports
        .files()
        .read(layout.lastWorkNumber(), 64)
        .map(String::strip)
        .map(
            text -> {
              try {
                return Integer.parseInt(text);
              } catch (NumberFormatException e) {
                throw new DamagedStateException(layout.lastWorkNumber(), "it holds no number");
              }
            })
        .orElse(0);
  }
}
