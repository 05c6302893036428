package io.github.containersnap.image;

import io.github.containersnap.adapter.linux.TemporaryDirectory;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.oci.OciImage;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.layer.SmallFileContents;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image as a layout of this process's own, to be looked at without being installed anywhere. No
 * root, no btrfs and no store are needed. One that is an OCI layout already is read where it lies.
 */
public final class ImageIntake implements AutoCloseable {
  private static final Pattern LAYOUT = Pattern.compile("oci:([^:]+)(?::(.+))?");
  private static final String TAG = "image";
  private static final String CALLERS_STORAGE = "CONTAINERS_STORAGE_CONF";

  private final OciLayout layout;
  private final Optional<String> tag;
  private final Optional<TemporaryDirectory> temporary;

  private ImageIntake(
      OciLayout layout, Optional<String> tag, Optional<TemporaryDirectory> temporary) {
    this.layout = layout;
    this.tag = tag;
    this.temporary = temporary;
  }

  /**
   * Fetches an image; closing it removes what was fetched.
   *
   * @param room a directory for temporary files, which may become as large as the image
   * @param architecture of an image for several, the one for it is fetched; in Go's words
   * @throws UnreadableImageException if it cannot be read
   * @throws io.github.containersnap.oci.UnusableImageException if what came is none
   */
  public static ImageIntake fetch(
      ImageReference reference, RegistryAccess access, Path room, String architecture) {
    Matcher local = LAYOUT.matcher(reference.text());
    if (local.matches()) {
      return new ImageIntake(
          OciLayout.open(Path.of(local.group(1)), architecture),
          Optional.ofNullable(local.group(2)),
          Optional.empty());
    }
    TemporaryDirectory temporary = TemporaryDirectory.in(room);
    try {
      try (UnpackedArchive archive = UnpackedArchive.of(reference, temporary.path())) {
        copy(archive.reference(), access, temporary.path(), architecture);
      }
      return new ImageIntake(
          OciLayout.open(temporary.path().resolve("layout"), architecture),
          Optional.of(TAG),
          Optional.of(temporary));
    } catch (CommandFailedException e) {
      temporary.close();
      throw new UnreadableImageException(reference, e);
    } catch (RuntimeException e) {
      temporary.close();
      throw e;
    }
  }

  private static void copy(
      ImageReference reference, RegistryAccess access, Path temporary, String architecture) {
    // No file that a hostile image makes skopeo write can outgrow the disk.
    ExternalCommand command =
        ExternalCommand.of("prlimit", "--fsize=" + free(temporary), "--", "skopeo")
            .endingWithThisProcess()
            .passing(CALLERS_STORAGE) // of an image that was built here, and not pushed yet
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
    command
        .with(reference, "oci:" + temporary.resolve("layout") + ":" + TAG)
        .runUnlessStalled(access.patience());
  }

  private static long free(Path directory) {
    try {
      return Files.getFileStore(directory).getUsableSpace();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot look at the free space of " + directory, e);
    }
  }

  /**
   * Reads the image whole, against its digests.
   *
   * @param wantedArchitecture what it is meant for
   * @throws io.github.containersnap.oci.UnusableImageException if it is not what its digests say
   */
  public InspectedImage inspected(String wantedArchitecture) {
    OciImage image = image();
    SmallFileContents contents = SmallFileContents.of(ImageIntake::isOfInterest);
    TreeManifest tree = image.tree(contents);
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
   * @throws io.github.containersnap.oci.UnusableImageException if there is none
   */
  public OciImage image() {
    return tag.map(layout::image).orElseGet(layout::onlyImage);
  }

  private static boolean isOfInterest(String path) {
    return path.startsWith("etc/") || path.equals("usr/lib/os-release");
  }

  @Override
  public void close() {
    temporary.ifPresent(TemporaryDirectory::close);
  }
}
