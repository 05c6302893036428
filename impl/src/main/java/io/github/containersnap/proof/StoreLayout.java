package io.github.containersnap.proof;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;

/**
 * Where containers-storage keeps what, with the btrfs driver.
 *
 * @param graphRoot the store's directory
 */
record StoreLayout(Path graphRoot) {

  Path images() {
    return graphRoot.resolve("btrfs-images").resolve("images.json");
  }

  /** The raw configuration; it is filed under its digest, which has a colon and so is encoded. */
  Path config(String imageId) {
    byte[] key = ("sha256:" + imageId).getBytes(StandardCharsets.US_ASCII);
    return graphRoot
        .resolve("btrfs-images")
        .resolve(imageId)
        .resolve("=" + Base64.getEncoder().encodeToString(key));
  }

  Path layers() {
    return graphRoot.resolve("btrfs-layers").resolve("layers.json");
  }

  Path tarSplit(String layerId) {
    return graphRoot.resolve("btrfs-layers").resolve(layerId + ".tar-split.gz");
  }

  Path subvolume(String layerId) {
    return graphRoot.resolve("btrfs").resolve("subvolumes").resolve(layerId);
  }
}
