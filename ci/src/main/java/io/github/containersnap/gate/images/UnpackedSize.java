package io.github.containersnap.gate.images;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.oci.OciImage.LayerBlob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * How much a layer unpacks to, measured without writing any of it: a kilobyte can stand for a
 * megabyte of zeros, and nobody wants to find out on a full disk, or after an hour.
 *
 * @param layout the layout that holds the layer
 * @param layer the layer
 */
record UnpackedSize(Path layout, LayerBlob layer) {
  private static final byte[] GZIP = {0x1f, (byte) 0x8b};
  private static final byte[] ZSTANDARD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};

  /** The size in bytes, or a number above {@code limit} as soon as it is known to be larger. */
  long upTo(long limit) throws IOException {
    Path blob = layout.resolve("blobs/sha256").resolve(layer.digest().replace("sha256:", ""));
    if (!isCompressed(blob)) {
      return Files.size(blob);
    }
    // zstd reads gzip too. What is damaged ends early here, and is found out by its digest.
    String count =
        ExternalCommand.of(
                "sh",
                "-c",
                "zstd --decompress --stdout --quiet --memory=512MB -- \"$0\" 2>/dev/null"
                    + " | head --bytes=\"$1\" | wc --bytes",
                blob,
                limit + 1)
            .run()
            .text();
    return Long.parseLong(count.strip());
  }

  private static boolean isCompressed(Path blob) throws IOException {
    try (InputStream in = Files.newInputStream(blob)) {
      byte[] start = in.readNBytes(ZSTANDARD.length);
      return Arrays.equals(start, ZSTANDARD)
          || Arrays.equals(Arrays.copyOf(start, GZIP.length), GZIP);
    }
  }
}
