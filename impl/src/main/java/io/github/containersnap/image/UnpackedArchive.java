package io.github.containersnap.image;

import io.github.containersnap.adapter.linux.TemporaryDirectory;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.oci.Compression;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image's reference as podman and skopeo can read it. They read a compressed Docker archive no
 * further than "unexpected EOF" (podman 4.3, skopeo 1.9), so this unpacks it for them, and removes
 * what it unpacked when it is closed. Every other reference stays as it is.
 */
public final class UnpackedArchive implements AutoCloseable {
  private static final Pattern FORM = Pattern.compile("docker-archive:([^:]+)((?::.*)?)");
  private static final int BUFFER = 1 << 16;

  private final ImageReference reference;
  private final Optional<TemporaryDirectory> temporary;

  private UnpackedArchive(ImageReference reference, Optional<TemporaryDirectory> temporary) {
    this.reference = reference;
    this.temporary = temporary;
  }

  /**
   * Unpacks what {@code reference} names, if it is a compressed Docker archive.
   *
   * @param room a directory on the filesystem that the image goes to. Its layers need the same room
   *     again, so the archive may take half of what is free there
   * @throws UnreadableImageException if it cannot be unpacked
   */
  public static UnpackedArchive of(ImageReference reference, Path room) {
    Matcher form = FORM.matcher(reference.text());
    if (!form.matches() || !Files.isRegularFile(Path.of(form.group(1)))) {
      return new UnpackedArchive(reference, Optional.empty());
    }
    try {
      Path file = Path.of(form.group(1)).toRealPath();
      return switch (Compression.of(file)) {
        case NONE -> new UnpackedArchive(reference, Optional.empty());
        case GZIP, ZSTANDARD -> unpack(file, form.group(2), room);
        case Compression unsupported ->
            throw new IOException(
                "it is compressed with %s; decompress it first"
                    .formatted(unsupported.name().toLowerCase(Locale.ROOT)));
      };
    } catch (IOException e) {
      throw new UnreadableImageException(reference, String.valueOf(e.getMessage()), e);
    }
  }

  private static UnpackedArchive unpack(Path file, String name, Path room) throws IOException {
    TemporaryDirectory temporary = TemporaryDirectory.in(room);
    try {
      Path unpacked = temporary.path().resolve("archive.tar");
      copy(file, unpacked, Files.getFileStore(room).getUsableSpace() / 2);
      return new UnpackedArchive(
          new ImageReference("docker-archive:" + unpacked + name), Optional.of(temporary));
    } catch (IOException | RuntimeException e) {
      temporary.close();
      throw e;
    }
  }

  /** Fails with an {@link IOException} if the archive is at fault, unchecked if the disk is. */
  private static void copy(Path archive, Path target, long most) throws IOException {
    try (InputStream in = Compression.open(archive);
        OutputStream out = Files.newOutputStream(target)) {
      byte[] buffer = new byte[BUFFER];
      long total = 0;
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        total += count;
        if (total > most) {
          throw new IOException(
              "unpacked it takes more than %s, half of what is free where it is unpacked"
                  .formatted(new Bytes(most)));
        }
        write(out, buffer, count, target);
      }
    }
  }

  private static void write(OutputStream out, byte[] buffer, int count, Path target) {
    try {
      out.write(buffer, 0, count);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to %s: %s".formatted(target, e.getMessage()), e);
    }
  }

  /** The reference to use instead of the one that was given. */
  public ImageReference reference() {
    return reference;
  }

  @Override
  public void close() {
    temporary.ifPresent(TemporaryDirectory::close);
  }
}
