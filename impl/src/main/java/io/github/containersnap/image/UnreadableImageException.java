package io.github.containersnap.image;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.UpdateException;
import io.github.containersnap.oci.UnusableImageException;
import io.github.containersnap.oci.layer.HostileLayerException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image that cannot be read: it is not there, is damaged, or holds what no image should. The
 * command line and the gate say so in the same sentence, with the same exit status.
 */
public final class UnreadableImageException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private static final Pattern BUILT_HERE =
      Pattern.compile("docker:(?://)?((?:localhost/)?[^/.:]+(?::[^/:]+)?)");

  private static final String LOCAL_ADVICE =
      "Check the path and the tag, or fetch the image again.";
  private static final String CONTENT_ADVICE =
      "Build the image without that, and check it with `container-snap lint`.";
  private static final String REMOTE_ADVICE =
      "Check the reference and the connection, then try again.";

  /** Reading {@code reference} failed, as podman or skopeo said. */
  public UnreadableImageException(ImageReference reference, CommandFailedException cause) {
    this(reference, ToolMessage.of(cause, reference), cause);
  }

  /** The layout that {@code reference} leads to, or that it was copied to, cannot be used. */
  public UnreadableImageException(ImageReference reference, UnusableImageException cause) {
    super(
        sentence(reference.text(), cause.why()),
        cause.getCause() instanceof HostileLayerException ? CONTENT_ADVICE : advice(reference),
        cause);
  }

  /**
   * A name without a registry's, or with the one that podman gives to what it builds, is likely to
   * mean an image that was built on this machine.
   */
  private static String storageAdvice(ImageReference reference) {
    Matcher local = BUILT_HERE.matcher(reference.text());
    return local.matches()
        ? " An image in podman's storage on this machine is named containers-storage:%s."
            .formatted(local.group(1))
        : "";
  }

  private static String advice(ImageReference reference) {
    return reference.isLocal() ? LOCAL_ADVICE : REMOTE_ADVICE;
  }

  /**
   * Reading {@code reference} failed.
   *
   * @param why the end of the sentence, without its full stop
   */
  public UnreadableImageException(ImageReference reference, String why, Exception cause) {
    this(reference, new ToolMessage(why), cause);
  }

  /** What {@code reference} leads to can be read, and contradicts itself. */
  public UnreadableImageException(ImageReference reference, String why) {
    super(sentence(reference.text(), why), advice(reference));
  }

  private UnreadableImageException(ImageReference reference, ToolMessage why, Exception cause) {
    super(
        sentence(reference.text(), why.sentence()),
        why.advice().orElse(advice(reference)) + storageAdvice(reference),
        cause);
  }

  /** As {@link #UnreadableImageException(ImageReference, UnusableImageException)}, of a copy. */
  public UnreadableImageException(String image, UnusableImageException cause) {
    this(image, cause.why(), cause);
  }

  /** What a person has typed as a path leads to nothing. */
  UnreadableImageException(String path, String why) {
    super(sentence(path, why), LOCAL_ADVICE);
  }

  /** The file {@code path}, which a person named without its format, is not an image. */
  UnreadableImageException(String path, String why, Exception cause) {
    super(sentence(path, why), LOCAL_ADVICE, cause);
  }

  private static String sentence(String image, String why) {
    return "The image %s could not be read: %s".formatted(image, why);
  }
}
