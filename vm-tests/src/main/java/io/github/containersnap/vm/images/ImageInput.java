package io.github.containersnap.vm.images;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.TreeDeletion;
import io.github.containersnap.vm.images.build.ContainersConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Turns what a user typed for an image into an OCI layout of our own, every blob of which has been
 * checked against its digest. Understood are
 *
 * <ul>
 *   <li>an OCI layout directory: {@code DIR}, {@code oci:DIR} or {@code oci:DIR:TAG};
 *   <li>an archive: {@code FILE}, {@code oci-archive:FILE[:TAG]} or {@code
 *       docker-archive:FILE[:NAME]}, compressed or not;
 *   <li>an image in this machine's container storage: {@code containers-storage:NAME}, or its bare
 *       name.
 * </ul>
 *
 * <p>Whatever is typed may be hostile. The parsing of images is skopeo's; before it, this class and
 * its helpers look only at what could make skopeo itself use up the machine: sizes, and what kind
 * of files it would read. What the layers contain is not looked at here.
 */
public final class ImageInput {
  private static final String TAG = "image";

  /** Which storage is "this machine's": the one the caller's own podman and buildah use. */
  private static final String CALLERS_STORAGE = "CONTAINERS_STORAGE_CONF";

  /** A disk that answers nothing for so long will not answer. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path workDirectory;

  /**
   * @param workDirectory where the layouts go, with everything temporary; it must have room for the
   *     images
   */
  public ImageInput(Path workDirectory) {
    this.workDirectory = workDirectory.toAbsolutePath();
  }

  /**
   * The image that {@code typed} names, copied to a new directory below the work directory.
   *
   * @throws ImageInputException if there is no such image or it is unusable
   */
  public ImageInLayout resolve(String typed) {
    try {
      Files.createDirectories(workDirectory);
      Path place = Files.createTempDirectory(workDirectory, "image-");
      boolean done = false;
      try {
        ImageInLayout image = copy(typed, place);
        done = true;
        return image;
      } finally {
        if (!done) {
          TreeDeletion.removeUnlessMounted(place);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + workDirectory, e);
    }
  }

  private ImageInLayout copy(String typed, Path place) throws IOException {
    FreeSpace space = new FreeSpace(typed, place);
    Path temporary = Files.createDirectory(place.resolve("tmp"));
    // Links give skopeo names without the colons and blanks that the real ones may have.
    String source =
        switch (TypedReference.parse(typed)) {
          case TypedReference.Layout layout -> {
            String tag = new LayoutDirectory(typed, layout.directory()).requireImage(layout.tag());
            space.require(new LayoutDirectory(typed, layout.directory()).blobBytes());
            Files.createSymbolicLink(temporary.resolve("source"), layout.directory());
            yield "oci:source" + tag;
          }
          case TypedReference.Archive archive -> {
            Archive plain = new Archive(typed, archive.file()).plain(temporary, space);
            ArchiveKind kind = plain.requireKind(archive.kind());
            space.require(2 * plain.bytes());
            Files.createSymbolicLink(temporary.resolve("source"), plain.file());
            yield kind.transport() + ":source" + archive.tag().map(tag -> ":" + tag).orElse("");
          }
          case TypedReference.Stored stored -> "containers-storage:" + storedName(typed, stored);
        };
    copyWithSkopeo(typed, source, place, temporary, space);
    TreeDeletion.removeUnlessMounted(temporary);
    return new ImageInLayout(place.resolve("layout"), TAG, typed);
  }

  /**
   * How skopeo is to call an image of this machine's storage, which podman finds by short names.
   */
  private static String storedName(String typed, TypedReference.Stored stored) {
    if (stored.name().startsWith("[") || stored.name().startsWith("@")) {
      return stored.name(); // a store or an image id, spelled out as skopeo wants it
    }
    CommandOutput found =
        ExternalCommand.of("podman", "image", "inspect", "--format", "{{.Id}}", "--", stored.name())
            .passing(CALLERS_STORAGE)
            .runAnyStatus();
    String id = found.text();
    if (!found.succeeded() || !id.matches("[0-9a-f]{64}")) {
      throw new ImageInputException(typed, stored.ifAbsent());
    }
    return "@" + id;
  }

  private static void copyWithSkopeo(
      String typed, String source, Path place, Path temporary, FreeSpace space) throws IOException {
    ContainersConfiguration configuration =
        ContainersConfiguration.writeTo(temporary.resolve("configuration"));
    ExternalCommand copy =
        // No file that a hostile image makes skopeo write can outgrow the disk.
        ExternalCommand.of("prlimit", "--fsize=" + space.available(), "--")
            .with(
                "skopeo",
                "--tmpdir",
                temporary,
                "--policy",
                configuration.policy(),
                "--override-os",
                "linux",
                "copy")
            .with("--quiet", "--dest-oci-accept-uncompressed-layers")
            .withEnvironment("TMPDIR", temporary.toString())
            .passing(CALLERS_STORAGE)
            .in(temporary);
    String destination = "oci:../layout:" + TAG;
    Optional<CommandFailedException> failure =
        failureOf(copy.with("--preserve-digests", source, destination));
    if (failure.filter(ImageInput::cannotPreserveDigests).isPresent()) {
      // A Docker archive has to be converted: its image gets the digest of its OCI form.
      TreeDeletion.removeUnlessMounted(place.resolve("layout"));
      failure = failureOf(copy.with(source, destination));
    }
    if (failure.isPresent()) {
      throw new ImageInputException(
          typed, "cannot be read as an image: %s.".formatted(SkopeoMessage.of(failure.get())));
    }
  }

  private static boolean cannotPreserveDigests(CommandFailedException failure) {
    return failure.standardError().contains("preserve");
  }

  private static Optional<CommandFailedException> failureOf(ExternalCommand command) {
    try {
      command.runUnlessStalled(PATIENCE);
      return Optional.empty();
    } catch (CommandFailedException e) {
      return Optional.of(e);
    }
  }
}
