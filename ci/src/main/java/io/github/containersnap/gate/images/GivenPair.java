package io.github.containersnap.gate.images;

import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.ImageInput;
import io.github.containersnap.vm.images.ImageInputException;
import io.github.containersnap.vm.images.ImagePair;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The pair that a person named. */
public record GivenPair(String oldText, String newText) implements PairSource {
  @Override
  public ImagePair make(Path workDirectory, Consumer<String> progress) {
    return new ImagePair(
        image(oldText, workDirectory.resolve("old-image"), progress),
        image(newText, workDirectory.resolve("new-image"), progress));
  }

  private static ImageInLayout image(String text, Path directory, Consumer<String> progress) {
    progress.accept("reading the image %s …".formatted(text));
    try {
      return new ImageInput(directory).resolve(text);
    } catch (ImageInputException e) {
      throw new UnusableInputException(String.valueOf(e.getMessage()));
    }
  }
}
