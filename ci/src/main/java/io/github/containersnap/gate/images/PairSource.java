package io.github.containersnap.gate.images;

import io.github.containersnap.image.UnreadableImageException;
import io.github.containersnap.vm.images.ImagePair;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Where the two images come from. */
public interface PairSource {
  /**
   * Makes the pair ready as OCI layouts on this machine.
   *
   * @param workDirectory for what is needed for this run only
   * @param progress hears what is being done
   * @throws UnreadableImageException if one of the images cannot be read
   */
  ImagePair make(Path workDirectory, Consumer<String> progress);
}
