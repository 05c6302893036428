package io.github.containersnap.image;

import io.github.containersnap.adapter.linux.TemporaryDirectory;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.oci.OciImage;
import io.github.containersnap.oci.OciImage.LayerBlob;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.UnusableImageException;
import io.github.containersnap.oci.layer.SmallFileContents;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * An image as an OCI layout, to be looked at without being installed anywhere. No root, no btrfs
 * and no store are needed.
 *
 * <p>Whatever is named may be hostile. Layouts are read by this program alone. skopeo parses the
 * rest; before it, {@link ReadableImage} looks at sizes and at what kind of files skopeo would
 * read, and no file that skopeo writes can outgrow the disk. What the layers contain is not looked
 * at here.
 */
public final class ImageIntake implements AutoCloseable {
  private static final String TAG = "image";

  private final ImageReference reference;
  private final OciLayout layout;
  private final Optional<String> tag;
  private final Optional<TemporaryDirectory> temporary;

  private ImageIntake(
      ImageReference reference,
      OciLayout layout,
      Optional<String> tag,
      Optional<TemporaryDirectory> temporary) {
    this.reference = reference;
    this.layout = layout;
    this.tag = tag;
    this.temporary = temporary;
  }

  /**
   * Fetches an image; closing it removes what was fetched. One that is an OCI layout already is
   * read where it lies.
   *
   * @param room a directory for temporary files, which may become as large as the image
   * @param architecture of an image for several, the one for it is fetched; in Go's words
   * @throws UnreadableImageException if it cannot be read
   */
  public static ImageIntake fetch(
      ImageReference reference, RegistryAccess access, Path room, String architecture) {
    if (ImageSource.parse(reference.text()) instanceof ImageSource.Layout local) {
      return new ImageIntake(
          reference,
          usable(reference, () -> OciLayout.open(local.directory(), architecture)),
          local.tag(),
          Optional.empty());
    }
    TemporaryDirectory temporary = TemporaryDirectory.in(room);
    try {
      Path copied = temporary.path().resolve("layout");
      copyWithSkopeo(reference, access, temporary.path(), copied, TAG, architecture);
      return new ImageIntake(
          reference,
          usable(reference, () -> OciLayout.open(copied, architecture)),
          Optional.of(TAG),
          Optional.of(temporary));
    } catch (RuntimeException e) {
      temporary.close();
      throw e;
    }
  }

  /**
   * Copies an image to a layout that lasts, every blob verified against its digest.
   *
   * @param place a directory with room for the image
   * @param tag the image's tag in the layout
   * @return the layout's directory, which is made in {@code place}
   * @throws UnreadableImageException if it cannot be read
   */
  public static Path copy(ImageReference reference, RegistryAccess access, Path place, String tag) {
    String architecture = OciLayout.hostArchitecture();
    Path target = place.resolve("layout");
    if (ImageSource.parse(reference.text()) instanceof ImageSource.Layout local) {
      copyLayout(reference, local, target, tag, architecture);
    } else {
      try (TemporaryDirectory temporary = TemporaryDirectory.in(place)) {
        copyWithSkopeo(reference, access, temporary.path(), target, tag, architecture);
      }
    }
    return target;
  }

  private static void copyLayout(
      ImageReference reference,
      ImageSource.Layout local,
      Path target,
      String tag,
      String architecture) {
    try {
      OciLayout layout = OciLayout.open(local.directory(), architecture);
      List<LayerBlob> layers = local.tag().map(layout::image).orElseGet(layout::onlyImage).layers();
      Files.createDirectories(target);
      new FreeSpace(target).require(layers.stream().mapToLong(LayerBlob::size).sum());
      layout.copyImage(local.tag(), target, tag);
    } catch (UnusableImageException e) {
      throw new UnreadableImageException(reference, e);
    } catch (RefusedSourceException e) {
      throw new UnreadableImageException(reference, e.why(), e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + target, e);
    }
  }

  private static void copyWithSkopeo(
      ImageReference reference,
      RegistryAccess access,
      Path temporary,
      Path target,
      String tag,
      String architecture) {
    FreeSpace space = new FreeSpace(temporary);
    try (ReadableImage image = ReadableImage.of(reference, links(temporary), temporary)) {
      // Once as skopeo unpacks it, once as a layout.
      space.require(2 * image.archiveBytes());
      ExternalCommand command =
          ExternalCommand.of("prlimit", "--fsize=" + space.available(), "--", "skopeo")
              .endingWithThisProcess()
              .passing(StoredImages.STORAGE_VARIABLE) // of an image built here, not pushed yet
              .with("--tmpdir", temporary)
              .with("--policy", SignaturePolicy.file(access, temporary))
              .with("--override-os", "linux", "--override-arch", architecture)
              .with("copy", "--quiet", "--dest-oci-accept-uncompressed-layers");
      if (!access.verifyTls()) {
        command = command.with("--src-tls-verify=false");
      }
      if (access.authFile().isPresent()) {
        command = command.with("--src-authfile", access.authFile().get());
      }
      image
          .appendTo(command)
          .with("oci:" + target.toAbsolutePath() + ":" + tag)
          .runUnlessStalled(access.patience());
    } catch (CommandFailedException e) {
      throw new UnreadableImageException(reference, e);
    } catch (RefusedSourceException e) {
      throw new UnreadableImageException(reference, e.why(), e);
    }
  }

  private static Path links(Path temporary) {
    try {
      return Files.createDirectory(temporary.resolve("links"));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + temporary, e);
    }
  }

  /**
   * Reads the image whole, against its digests.
   *
   * @param wantedArchitecture what it is meant for
   * @throws UnreadableImageException if it is not what its digests say
   */
  public InspectedImage inspected(String wantedArchitecture) {
    OciImage image = image();
    SmallFileContents contents = SmallFileContents.of(ImageIntake::isOfInterest);
    TreeManifest tree = usable(reference, () -> image.tree(contents));
    return new InspectedImage(
        tree,
        path ->
            tree.get(path)
                .map(TreeEntry::contentDigest)
                .flatMap(contents::get)
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8)),
        image.config().os(),
        image.config().architecture(),
        wantedArchitecture);
  }

  /**
   * The image itself; only its manifest and its configuration have been verified.
   *
   * @throws UnreadableImageException if there is none
   */
  public OciImage image() {
    return usable(reference, () -> tag.map(layout::image).orElseGet(layout::onlyImage));
  }

  private static <T> T usable(ImageReference reference, Supplier<T> reading) {
    try {
      return reading.get();
    } catch (UnusableImageException e) {
      throw new UnreadableImageException(reference, e);
    }
  }

  private static boolean isOfInterest(String path) {
    return path.startsWith("etc/") || path.equals("usr/lib/os-release");
  }

  @Override
  public void close() {
    temporary.ifPresent(TemporaryDirectory::close);
  }
}
