package io.github.containersnap.engine.port;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * podman's containers-storage with the btrfs driver. A cache: it may be lost at any time, and what
 * it claims is not believed (DESIGN fact 1).
 */
public interface ImageStore {
  /** Makes an empty store where there is none. */
  void initialize();

  /**
   * Finds out what a reference leads to now, without writing, and verifies the signatures that this
   * machine requires of it.
   *
   * @throws io.github.containersnap.engine.model.ImageUnavailableException if it leads nowhere
   * @throws io.github.containersnap.engine.model.UpdateException if a signature is missing
   */
  Resolved resolve(ImageReference reference);

  /**
   * The part of {@code image} that is not in the store yet, as far as the store can be believed.
   */
  Bytes missing(Resolved image);

  /**
   * Pulls an image into the store. Success says nothing about durability.
   *
   * @return the id of what came
   * @throws io.github.containersnap.engine.model.ImageUnavailableException if it cannot be fetched
   */
  ImageId pull(ImageReference reference);

  /**
   * As {@link #pull(ImageReference)}, telling how far it is; a store that cannot tell says nothing.
   *
   * @param image what the reference was resolved to
   * @param heard is told from another thread, for the last time before this returns
   */
  default ImageId pull(ImageReference reference, Resolved image, Consumer<PullProgress> heard) {
    return pull(reference);
  }

  /**
   * Proves that what the store holds is what the image's digest says.
   *
   * @throws io.github.containersnap.engine.model.UnprovenImageException if it is not
   * @throws io.github.containersnap.engine.model.RefusedImageException if it is, and cannot be used
   */
  Proven prove(ImageId image);

  /**
   * Removes an image and the layers that only it needs; what is not there is no error. A store that
   * is provably damaged is wiped instead.
   */
  void discard(ImageId image);

  /** Removes everything, also what podman itself can no longer read. */
  void wipe();

  /** Removes what an interrupted pull left outside of images and layers. */
  void removeLeftovers();

  /** The images in the store. Only reads. */
  List<Stored> list();

  /** What is known of an image, also of one that is not in the store. Only reads. */
  default ImageFacts facts(ImageId image) {
    return ImageFacts.UNKNOWN;
  }

  /**
   * What an image says of itself, as far as it is known.
   *
   * @param digest its manifest's, {@code sha256:…}
   * @param version its label {@code org.opencontainers.image.version}, in printable characters
   * @param built when it was made
   * @param unpacked the size of its layers on disk, without what compression saves and with what
   *     other images share
   */
  record ImageFacts(
      Optional<String> digest,
      Optional<String> version,
      Optional<Instant> built,
      Optional<Bytes> unpacked) {
    /** Of an image that nothing is known of. */
    public static final ImageFacts UNKNOWN =
        new ImageFacts(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * What a reference leads to.
   *
   * @param id the image
   * @param digest the manifest's digest, {@code sha256:…}
   * @param layers its layers, bottom first
   * @param signed who vouches for it; empty if this machine requires no signature of it
   */
  record Resolved(ImageId id, String digest, List<Layer> layers, Optional<Signed> signed) {
    /** An image of which no signature is required. */
    public Resolved(ImageId id, String digest, List<Layer> layers) {
      this(id, digest, layers, Optional.empty());
    }
  }

  /**
   * An image that keys of this machine's policy vouch for.
   *
   * @param reference leads to exactly that image, by its digest: {@link #pull(ImageReference,
   *     Resolved, Consumer)} pulls from there
   * @param statement who signed what, a sentence
   */
  record Signed(ImageReference reference, String statement) {}

  /**
   * A layer as the manifest and the configuration name it.
   *
   * @param diffId the digest of its uncompressed archive, {@code sha256:…}
   * @param size of the blob as it is transferred
   * @param compressed whether it grows when unpacked
   */
  record Layer(String diffId, Bytes size, boolean compressed) {}

  /**
   * A proven image.
   *
   * @param directory the top layer's subvolume; to be read and snapshotted, never written
   * @param tree what it holds, proven
   */
  record Proven(Path directory, TreeManifest tree) {}

  /**
   * An image in the store.
   *
   * @param id the image
   * @param created when it was made, as far as it says
   * @param names its names, possibly none
   */
  record Stored(ImageId id, Optional<Instant> created, List<String> names) {}
}
