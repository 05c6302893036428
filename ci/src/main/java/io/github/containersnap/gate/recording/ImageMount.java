package io.github.containersnap.gate.recording;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.ImagePair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The directory of a recording, mounted read-only where every machine has it. The recorded disk
 * remembers where its images came from, and the update is made again from there, so the images must
 * have the same address wherever the recording is checked. The gate runs in a mount namespace of
 * its own: two gates with two recordings do not meet, and no mount outlives its gate.
 */
public final class ImageMount implements AutoCloseable {
  /** Where the recording is seen. */
  static final Path PLACE = Path.of("/run/container-snap-gate/recording");

  static final String OLD = "old";
  static final String NEW = "new";

  private ImageMount() {}

  /**
   * Mounts a recording.
   *
   * @throws io.github.containersnap.command.CommandFailedException if the kernel refuses it
   */
  public static ImageMount of(Path directory) throws IOException {
    Files.createDirectories(PLACE);
    ExternalCommand.of("mount", "--bind", "--", directory.toAbsolutePath().normalize(), PLACE)
        .run();
    ImageMount mount = new ImageMount();
    try {
      ExternalCommand.of("mount", "-o", "remount,bind,ro", PLACE).run();
      return mount;
    } catch (RuntimeException e) {
      mount.close();
      throw e;
    }
  }

  /**
   * The images where they are seen.
   *
   * @param oldTag the tag of the old image in its layout
   * @param newTag the same of the new one
   * @param whose the recording, for messages
   */
  public ImagePair images(String oldTag, String newTag, Path whose) {
    return new ImagePair(
        new ImageInLayout(PLACE.resolve(OLD), oldTag, "the old image of " + whose),
        new ImageInLayout(PLACE.resolve(NEW), newTag, "the new image of " + whose));
  }

  @Override
  public void close() {
    ExternalCommand.of("umount", "--lazy", PLACE).run();
  }
}
