package io.github.containersnap.gate.images;

import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.image.ImageIntake;
import io.github.containersnap.image.ImageSource;
import io.github.containersnap.image.RegistryAccess;
import io.github.containersnap.image.signature.ImageVerification;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.ImagePair;
import io.github.containersnap.vm.images.build.ContainersConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The pair that a person named, as the command line names images; a bare name is also looked for in
 * this machine's container storage.
 *
 * @param registries how registries are asked, and which images are accepted: without a policy, all,
 *     whatever this host requires, for signatures are the business of those who deploy an image
 */
public record GivenPair(String oldText, String newText, RegistryAccess registries)
    implements PairSource {
  private static final String TAG = "image";

  @Override
  public ImagePair make(Path workDirectory, Consumer<String> progress) {
    try {
      RegistryAccess access = registries.orPolicy(policy(workDirectory));
      return new ImagePair(
          image(
              oldText,
              Files.createDirectories(workDirectory.resolve("old-image")),
              access,
              progress),
          image(
              newText,
              Files.createDirectories(workDirectory.resolve("new-image")),
              access,
              progress));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + workDirectory, e);
    }
  }

  private static Path policy(Path workDirectory) throws IOException {
    return ContainersConfiguration.writeTo(workDirectory.resolve("configuration")).policy();
  }

  private static ImageInLayout image(
      String text, Path directory, RegistryAccess access, Consumer<String> progress) {
    progress.accept("reading the image %s …".formatted(text));
    ImageReference reference = ImageSource.parse(text).inStorageFirst().reference();
    ImageReference accepted =
        ImageVerification.accepted(
            reference, access, directory, OciLayout.hostArchitecture(), progress);
    Path layout = ImageIntake.copy(accepted, access, directory, TAG);
    return new ImageInLayout(layout, TAG, reference.text());
  }
}
