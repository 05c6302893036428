package io.github.containersnap.engine.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a deployment: {@code IMAGEID} for the pristine one of an image, {@code IMAGEID-workN}
 * for a further one.
 *
 * @param image the image it was made from
 * @param work the work number, 0 for the pristine deployment
 */
public record DeploymentId(ImageId image, int work) implements Comparable<DeploymentId> {
  private static final Pattern FORM = Pattern.compile("([0-9a-f]{64})(?:-work([1-9][0-9]{0,8}))?");

  /** The highest work number that {@link #read} accepts. */
  public static final int HIGHEST_WORK = 999_999_999;

  public DeploymentId {
    if (work < 0) {
      throw new IllegalArgumentException("negative work number: " + work);
    }
  }

  /** The pristine deployment of {@code image}. */
  public static DeploymentId pristine(ImageId image) {
    return new DeploymentId(image, 0);
  }

  /** Reads an id, or nothing if {@code text} is none. */
  public static Optional<DeploymentId> read(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String work = matcher.group(2);
    return Optional.of(
        new DeploymentId(new ImageId(matcher.group(1)), work == null ? 0 : Integer.parseInt(work)));
  }

  /**
   * Reads an id a person typed.
   *
   * @throws NotADeploymentException if {@code text} is no deployment id
   */
  public static DeploymentId parse(String text) {
    return read(text).orElseThrow(() -> NotADeploymentException.badForm(text));
  }

  /** By image, then by work number: {@code -work2} comes before {@code -work11}. */
  @Override
  public int compareTo(DeploymentId other) {
    int byImage = image.hex().compareTo(other.image.hex());
    return byImage != 0 ? byImage : Integer.compare(work, other.work);
  }

  /** The id with the image shortened to twelve digits, for people. */
  public String shortForm() {
    return image.shortForm() + suffix();
  }

  private String suffix() {
    return work == 0 ? "" : "-work" + work;
  }

  /** Written out, as that of {@link ImageId}. */
  @Override
  public boolean equals(Object other) {
    return other instanceof DeploymentId id && image.equals(id.image) && work == id.work;
  }

  @Override
  public int hashCode() {
    return 31 * image.hashCode() + work;
  }

  @Override
  public String toString() {
    return image.hex() + suffix();
  }
}
