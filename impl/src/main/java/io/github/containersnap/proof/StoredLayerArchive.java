package io.github.containersnap.proof;

import io.github.containersnap.oci.DigestedStream;
import io.github.containersnap.oci.layer.HostileLayerException;
import io.github.containersnap.oci.layer.LayerContents;
import io.github.containersnap.oci.layer.LayerTree;
import io.github.containersnap.oci.tar.MalformedArchiveException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * A layer's archive as the store holds it: in the files of the layer's own subvolume and in
 * tar-split's record of the rest.
 *
 * @param layout where the store keeps what
 * @param layerId the layer's id in the store
 * @param diffId the digest that the archive must have, {@code sha256:…}
 */
record StoredLayerArchive(StoreLayout layout, String layerId, String diffId) {
  private static final int FILES_SHOWN = 5;

  /** Hears of a file of the subvolume whose content was read in full. */
  @FunctionalInterface
  interface FilesRead {
    /**
     * One such file.
     *
     * @param path its real path below the subvolume, which is also its path in the tree
     * @param contentDigest SHA-256 of its content in hexadecimal digits
     */
    void read(String path, String contentDigest);
  }

  /**
   * Rebuilds the archive, checks its digest and applies it to {@code tree}; both happen as its
   * files are read.
   *
   * @throws DamagedStoreException if anything of it is missing or damaged
   * @throws RefusedContentException if it has its digest, and an entry that is refused
   */
  LayerContents applyTo(LayerTree tree, FilesRead filesRead)
      throws DamagedStoreException, RefusedContentException {
    Path subvolume = layout.subvolume(layerId);
    if (!Files.isDirectory(subvolume, LinkOption.NOFOLLOW_LINKS)) {
      throw DamagedStoreException.ofLayer(
          layerId, "has lost its subvolume: " + subvolume + " is missing");
    }
    Optional<LayerContents> contents = Optional.empty();
    Optional<RuntimeException> refusal = Optional.empty();
    String digest;
    try (RebuiltArchive archive =
            new RebuiltArchive(
                TarSplit.open(layout.tarSplit(layerId)), new SubvolumeFiles(subvolume));
        DigestedStream digested = new DigestedStream(archive)) {
      try {
        contents = Optional.of(applyTo(tree, archive, digested, filesRead));
      } catch (HostileLayerException | MalformedArchiveException e) {
        refusal = Optional.of(e); // whose fault it is, only the digest of all of it tells
      }
      digest = digested.digest();
    } catch (IOException e) {
      throw DamagedStoreException.ofLayer(layerId, e);
    }
    if (!digest.equals(diffId)) {
      throw DamagedStoreException.ofLayer(
          layerId, "has the digest %s instead of %s%s".formatted(digest, diffId, damagedFiles()));
    }
    if (refusal.isPresent()) {
      throw new RefusedContentException("layer " + diffId + " cannot be used", refusal.get());
    }
    return contents.orElseThrow();
  }

  private LayerContents applyTo(
      LayerTree tree, RebuiltArchive archive, InputStream digested, FilesRead filesRead)
      throws IOException {
    return tree.apply(
        diffId,
        digested,
        file -> {
          // The record decides which file's bytes stand where. Only if they stand where this
          // file's content does, and are all of it, has this file been read.
          Optional<RebuiltArchive.FileInArchive> read = archive.fileAt(file.offset());
          if (read.isPresent()
              && read.get().path().equals(file.path())
              && read.get().size() == file.size()) {
            filesRead.read(file.path(), file.contentDigest());
          }
        });
  }

  /** Which files are not what tar-split noted; a help for the person who looks. */
  private String damagedFiles() throws DamagedStoreException {
    SubvolumeFiles files = new SubvolumeFiles(layout.subvolume(layerId));
    StringBuilder damaged = new StringBuilder();
    int count = 0;
    try (TarSplit pieces = TarSplit.open(layout.tarSplit(layerId))) {
      for (Optional<TarSplit.Piece> piece = pieces.next();
          piece.isPresent();
          piece = pieces.next()) {
        if (piece.get() instanceof TarSplit.Content content && isDamaged(files, content)) {
          if (count++ < FILES_SHOWN) {
            damaged.append(damaged.isEmpty() ? " /" : ", /").append(content.name());
          }
        }
      }
    } catch (IOException e) {
      throw new DamagedStoreException("layer " + layerId, e);
    }
    return count == 0
        ? " (no single file stands out)"
        : ": damaged are"
            + damaged
            + (count > FILES_SHOWN ? ", and more: %,d in all".formatted(count) : "");
  }

  private static boolean isDamaged(SubvolumeFiles files, TarSplit.Content content)
      throws IOException {
    Crc64 crc = new Crc64();
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = files.open(files.locate(content.name()), content.size())) {
      for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
        crc.update(buffer, length);
      }
    }
    return !Arrays.equals(crc.sum(), content.checksum());
  }
}
