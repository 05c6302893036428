package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import java.util.Optional;

/**
 * Gives out the ids of new deployments. The last work number given is on the disk before it is
 * used: a crash can waste one, never give it twice.
 */
public final class WorkNumbers {
  private final Ports ports;
  private final DeploymentLayout layout;

  /** Of the machine whose layout is {@code layout}. */
  public WorkNumbers(Ports ports, DeploymentLayout layout) {
    this.ports = ports;
    this.layout = layout;
  }

  /**
   * An id that no deployment has: the pristine one of {@code image} if that is free, else one with
   * a work number that none ever had.
   *
   * @throws DamagedStateException if the last work number is unreadable, or the highest possible
   */
  public DeploymentId unused(ImageId image) {
    return pristineIfFree(image).orElseGet(() -> next(image));
  }

  /**
   * The id that {@link #unused} would give now. Only reads.
   *
   * @throws DamagedStateException as {@link #unused} does
   */
  public DeploymentId forecast(ImageId image) {
    return pristineIfFree(image).orElseGet(() -> new DeploymentId(image, following()));
  }

  private Optional<DeploymentId> pristineIfFree(ImageId image) {
    return Optional.of(DeploymentId.pristine(image))
        .filter(pristine -> !ports.files().exists(layout.deployment(pristine)));
  }

  /**
   * An id with a work number that no deployment ever had.
   *
   * @throws DamagedStateException if the last work number is unreadable, or the highest possible
   */
  public DeploymentId next(ImageId image) {
    int next = following();
    ports.files().replaceDurably(layout.lastWorkNumber(), next + "\n");
    return new DeploymentId(image, next);
  }

  private int following() {
    int next = 1 + Math.max(last(), highest());
    if (next > DeploymentId.HIGHEST_WORK || next < 1) {
      throw new DamagedStateException(
          layout.lastWorkNumber(), "the work numbers have come to their end");
    }
    return next;
  }

  /** Removes what a crash within {@link #next} left. */
  public void removeUnfinished() {
    SystemFiles.removeUnfinished(ports.files(), layout.lastWorkNumber());
  }

  private int highest() {
    return new Deployments(ports, layout)
        .all().stream().mapToInt(DeploymentId::work).max().orElse(0);
  }

  private int last() {
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
