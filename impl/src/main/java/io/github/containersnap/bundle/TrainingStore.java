package io.github.containersnap.bundle;

import io.github.containersnap.adapter.podman.PodmanStore;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.model.UpdateException;
import io.github.containersnap.engine.port.ImageStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * The real store for the {@link TrainingRun}, but that neither podman nor skopeo does anything: a
 * build machine need not have them, and should not be changed by them. The image is put where
 * podman would put it, and proven there.
 */
final class TrainingStore implements ImageStore {
  private static final ImageReference NOWHERE = new ImageReference("oci:/nowhere:image");

  private final PodmanStore real;
  private final Path directory;
  private final TrainingImage offered;

  /**
   * A store.
   *
   * @param directory podman's graph root
   * @param offered every reference leads to this image
   */
  TrainingStore(PodmanStore real, Path directory, TrainingImage offered) {
    this.real = real;
    this.directory = directory;
    this.offered = offered;
  }

  @Override
  public void initialize() {
    real.initialize();
  }

  /** Lets the real store look the image up, and does without its answer if skopeo is missing. */
  @Override
  public Resolved resolve(ImageReference reference) {
    try {
      return real.resolve(reference);
    } catch (UpdateException withoutSkopeo) {
      List<Layer> layers =
          offered.diffIds().stream().map(id -> new Layer(id, new Bytes(1 << 20), false)).toList();
      return new Resolved(new ImageId(offered.id()), "sha256:" + offered.id(), layers);
    }
  }

  @Override
  public Bytes missing(Resolved image) {
    return real.missing(image);
  }

  @Override
  public ImageId pull(ImageReference reference) {
    try {
      return real.pull(NOWHERE);
    } catch (UpdateException refused) {
      return put();
    }
  }

  @Override
  public ImageId pull(ImageReference reference, Resolved image, Consumer<PullProgress> heard) {
    try {
      return real.pull(NOWHERE, image, heard);
    } catch (UpdateException refused) {
      watchCommand();
      return put();
    }
  }

  /** As podman is watched: long enough for a look at its processes. */
  private static void watchCommand() {
    try {
      var _ =
          ExternalCommand.of("sleep", "0.6")
              .endingWithThisProcess()
              .runUnlessStalled(Duration.ofSeconds(4));
    } catch (CommandFailedException missing) {
      // such as setpriv: the calls up to there are linked
    }
  }

  private ImageId put() {
    try {
      offered.writeStore(directory);
      return new ImageId(offered.id());
    } catch (IOException e) {
      throw new UncheckedIOException("training: the store cannot be written", e);
    }
  }

  @Override
  public Proven prove(ImageId image) {
    return real.prove(image);
  }

  @Override
  public void discard(ImageId image) {
    throw new IllegalStateException("training: the image is not proven");
  }

  @Override
  public void wipe() {
    throw new IllegalStateException("training: the image is not proven");
  }

  @Override
  public void removeLeftovers() {
    real.removeLeftovers();
  }

  @Override
  public List<Stored> list() {
    return real.list();
  }

  @Override
  public ImageFacts facts(ImageId image) {
    return real.facts(image);
  }
}
