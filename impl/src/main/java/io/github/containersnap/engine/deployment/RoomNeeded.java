package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.port.ImageStore;

/**
 * The room that a deployment of an image needs.
 *
 * <p>An estimate: a layer's unpacked size is known only after it was unpacked. What comes
 * compressed is taken to grow to four times its size; while a layer is unpacked its blob lies
 * beside it. Metadata is taken to need a sixteenth of the data.
 *
 * @param data for the content of files
 * @param metadata for all else
 */
public record RoomNeeded(Bytes data, Bytes metadata) {
  private static final int GROWTH = 4;
  private static final int METADATA_SHARE = 16;
  private static final Bytes MARGIN = Bytes.ofMebibytes(16);

  /** For an image of which nothing is there yet. */
  public static RoomNeeded of(ImageStore.Resolved image) {
    Bytes all =
        image.layers().stream().map(ImageStore.Layer::size).reduce(new Bytes(0), Bytes::plus);
    return of(image, all);
  }

  /** For an image of which {@code missing} has to be fetched. */
  public static RoomNeeded of(ImageStore.Resolved image, Bytes missing) {
    boolean compressed = image.layers().stream().anyMatch(ImageStore.Layer::compressed);
    Bytes unpacked = missing.times(compressed ? GROWTH : 1);
    return new RoomNeeded(
        missing.plus(unpacked).plus(MARGIN),
        new Bytes(unpacked.count() / METADATA_SHARE).plus(MARGIN));
  }
}
