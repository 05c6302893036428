package io.github.containersnap.image;

import io.github.containersnap.adapter.linux.TemporaryDirectory;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.oci.Compression;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.UnusableImageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * An image as podman and skopeo are shown it, after a look at whatever could make them wait without
 * end, fill the disk or read another file of this machine. Every verb of the command line and of
 * the gate shows them images through here.
 *
 * <ul>
 *   <li>An OCI layout is shown with an index of one image, the one that this program has chosen, so
 *       that lint, update and podman mean the same.
 *   <li>A directory is shown under a short name: podman names an image that it pulls from one after
 *       its path, and refuses to pull where that is no valid name ({@code /srv/.images/OS}).
 *   <li>An archive is shown uncompressed: podman 4.3 and skopeo 1.9 read a compressed Docker
 *       archive no further than "unexpected EOF", and a compressed archive cannot be looked into.
 * </ul>
 *
 * <p>Closing it removes what was unpacked or copied.
 */
public final class ReadableImage implements AutoCloseable {
  private static final int MOST_FILES = 10_000;
  private static final int LARGE_READ = 1 << 16;
  private static final String SHOWN_ARCHIVE = "image.tar";
  private static final String TAG_OF_COPY = "latest";

  private final ImageReference source;
  private final String reference;
  private final Optional<Path> directory;
  private final long archiveBytes;
  private final Optional<TemporaryDirectory> temporary;

  private ReadableImage(
      ImageReference source,
      String reference,
      Optional<Path> directory,
      long archiveBytes,
      Optional<TemporaryDirectory> temporary) {
    this.source = source;
    this.reference = reference;
    this.directory = directory;
    this.archiveBytes = archiveBytes;
    this.temporary = temporary;
  }

  /** An image of a registry, at which there is nothing to be looked before it is asked for. */
  public static ReadableImage inRegistry(ImageReference source) {
    return new ReadableImage(source, source.text(), Optional.empty(), 0, Optional.empty());
  }

  /**
   * Makes an image readable.
   *
   * @param links a directory for links and small files, which the caller removes
   * @param room a directory on the filesystem that the image goes to, where a compressed archive is
   *     unpacked. It may take half of the free space: its layers need as much again
   * @throws UnreadableImageException if no tool may be shown it
   */
  public static ReadableImage of(ImageReference source, Path links, Path room) {
    try {
      return switch (ImageSource.parse(source.text())) {
        case ImageSource.Registry registry -> inRegistry(source);
        case ImageSource.Stored stored -> inRegistry(spelledOut(stored));
        case ImageSource.Layout layout -> ofLayout(source, layout, links, Optional.empty());
        case ImageSource.Directory plain -> ofDirectory(source, plain, links);
        case ImageSource.Archive archive -> ofArchive(source, archive, links, room);
      };
    } catch (RefusedSourceException e) {
      throw new UnreadableImageException(source, e.why(), e);
    } catch (UnusableImageException e) {
      throw new UnreadableImageException(source, e);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to " + links, e);
    }
  }

  /**
   * Makes an image readable for tools that have a container storage of their own. An image of the
   * caller's storage, which they cannot reach, is copied out of it.
   *
   * @param access how the image is asked for
   * @param links a directory for links and small files, which the caller removes
   * @param room a directory on the filesystem that the image goes to, for what is unpacked or
   *     copied
   * @throws UnreadableImageException if no tool may be shown it
   */
  public static ReadableImage outsideStorage(
      ImageReference source, RegistryAccess access, Path links, Path room) {
    if (!(ImageSource.parse(source.text()) instanceof ImageSource.Stored)) {
      return of(source, links, room);
    }
    TemporaryDirectory copied = TemporaryDirectory.in(room);
    try {
      Path layout = ImageIntake.copy(source, access, copied.path(), TAG_OF_COPY);
      return ofLayout(
          source,
          new ImageSource.Layout(layout, Optional.of(TAG_OF_COPY)),
          links,
          Optional.of(copied));
    } catch (IOException e) {
      copied.close();
      throw new UncheckedIOException("cannot write to " + links, e);
    } catch (RuntimeException e) {
      copied.close();
      throw e;
    }
  }

  private static ImageReference spelledOut(ImageSource.Stored stored)
      throws RefusedSourceException {
    boolean isSpelledOut = stored.name().startsWith("[") || stored.name().startsWith("@");
    if (isSpelledOut || !StoredImages.canLookUp()) {
      return stored.reference();
    }
    String id =
        StoredImages.idOf(stored.name())
            .orElseThrow(
                () ->
                    new RefusedSourceException(
                        "it is not in this machine's container storage (`podman images` lists what"
                            + " is)"));
    return new ImageReference("containers-storage:@" + id);
  }

  private static ReadableImage ofLayout(
      ImageReference source,
      ImageSource.Layout layout,
      Path links,
      Optional<TemporaryDirectory> copied)
      throws IOException {
    OciLayout opened = OciLayout.open(layout.directory());
    opened.requireRegularBlobs(layout.tag());
    String name = name(layout.directory());
    Path shown = Files.createDirectory(links.resolve(name));
    Files.copy(layout.directory().resolve("oci-layout"), shown.resolve("oci-layout"));
    Files.write(shown.resolve("index.json"), opened.indexOfOne(layout.tag()));
    Files.createSymbolicLink(shown.resolve("blobs"), layout.directory().resolve("blobs"));
    String tag = layout.tag().map(it -> ":" + it).orElse("");
    return new ReadableImage(source, "oci:" + name + tag, Optional.of(links), 0, copied);
  }

  private static ReadableImage ofDirectory(
      ImageReference source, ImageSource.Directory plain, Path links)
      throws IOException, RefusedSourceException {
    Path directory = plain.directory();
    requireRegularFiles(directory);
    String name = name(directory);
    Files.createSymbolicLink(links.resolve(name), directory);
    return new ReadableImage(source, "dir:" + name, Optional.of(links), 0, Optional.empty());
  }

  private static void requireRegularFiles(Path directory) throws RefusedSourceException {
    if (!Files.isDirectory(directory)) {
      throw new RefusedSourceException("it is not a directory");
    }
    int count = 0;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || ++count > MOST_FILES) {
          throw new RefusedSourceException(
              "%s in it is not a file, or it has more than %,d"
                  .formatted(file.getFileName(), MOST_FILES));
        }
      }
    } catch (IOException e) {
      throw new RefusedSourceException("it cannot be read: " + e.getMessage(), e);
    }
  }

  private static ReadableImage ofArchive(
      ImageReference source, ImageSource.Archive archive, Path links, Path room)
      throws IOException, RefusedSourceException {
    ArchiveCheck.requireFile(archive.file());
    Path file = archive.file().toRealPath();
    Optional<TemporaryDirectory> unpacked = unpackedIfCompressed(file, room);
    try {
      Path plain = unpacked.map(it -> it.path().resolve(SHOWN_ARCHIVE)).orElse(file);
      ArchiveFormat format = archive.format().orElseGet(() -> ArchiveCheck.formatOf(plain));
      ArchiveCheck.require(plain, format, archive.name());
      String name = archive.name().map(it -> ":" + it).orElse("");
      long bytes = Files.size(plain);
      if (!plain.toString().contains(":")) {
        return new ReadableImage(
            source, format.transport() + ":" + plain + name, Optional.empty(), bytes, unpacked);
      }
      // Tools take what follows the first colon for the name of the image.
      Files.createSymbolicLink(links.resolve(SHOWN_ARCHIVE), plain);
      return new ReadableImage(
          source,
          format.transport() + ":" + SHOWN_ARCHIVE + name,
          Optional.of(links),
          bytes,
          unpacked);
    } catch (IOException | RefusedSourceException | RuntimeException e) {
      unpacked.ifPresent(TemporaryDirectory::close);
      throw e;
    }
  }

  private static Optional<TemporaryDirectory> unpackedIfCompressed(Path file, Path room)
      throws RefusedSourceException {
    if (compressionOf(file) == Compression.NONE) {
      return Optional.empty();
    }
    TemporaryDirectory temporary = TemporaryDirectory.in(room);
    try {
      unpack(file, temporary.path().resolve(SHOWN_ARCHIVE), new FreeSpace(room).inAll() / 2);
      return Optional.of(temporary);
    } catch (RefusedSourceException | RuntimeException e) {
      temporary.close();
      throw e;
    }
  }

  private static Compression compressionOf(Path file) throws RefusedSourceException {
    try {
      return Compression.of(file);
    } catch (IOException e) {
      throw new RefusedSourceException("it cannot be read: " + e.getMessage(), e);
    }
  }

  /** Fails with a refusal if the archive is at fault, unchecked if the disk is. */
  private static void unpack(Path archive, Path target, long most) throws RefusedSourceException {
    try (InputStream in = Compression.openArchive(archive);
        OutputStream out = newFile(target)) {
      byte[] buffer = new byte[LARGE_READ];
      long total = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        total += count;
        if (total > most) {
          throw new RefusedSourceException(
              "unpacked it takes more than %s, half of what is free where it is unpacked"
                  .formatted(new Bytes(most)));
        }
        write(out, buffer, count, target);
      }
    } catch (IOException e) {
      throw new RefusedSourceException(
          "it is truncated or damaged, and cannot be unpacked: " + e.getMessage(), e);
    }
  }

  private static OutputStream newFile(Path target) {
    try {
      return Files.newOutputStream(target);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to %s: %s".formatted(target, e.getMessage()), e);
    }
  }

  private static void write(OutputStream out, byte[] buffer, int count, Path target) {
    try {
      out.write(buffer, 0, count);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to %s: %s".formatted(target, e.getMessage()), e);
    }
  }

  private static String name(Path directory) {
    String name =
        Optional.ofNullable(directory.normalize().getFileName())
            .map(Path::toString)
            .orElse("")
            .toLowerCase(Locale.ROOT)
            .replaceAll("[^a-z0-9]+", "-")
            .replaceAll("^-|-$", "");
    return name.isEmpty() ? "image" : "image-" + name;
  }

  /** What was asked for. */
  public ImageReference source() {
    return source;
  }

  /** The image's name in the words of podman and skopeo, if they start in {@link #directory}. */
  public String reference() {
    return reference;
  }

  /** Where programs that are given the reference must start; empty if anywhere. */
  public Optional<Path> directory() {
    return directory;
  }

  /** The bytes of the archive that tools are shown; 0 of everything else. */
  long archiveBytes() {
    return archiveBytes;
  }

  /** {@code command} with the image as its next argument, started where its name holds. */
  public ExternalCommand appendTo(ExternalCommand command) {
    return directory.map(command::in).orElse(command).with(reference);
  }

  @Override
  public void close() {
    temporary.ifPresent(TemporaryDirectory::close);
  }
}
