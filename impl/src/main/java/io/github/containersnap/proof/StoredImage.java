package io.github.containersnap.proof;

import io.github.containersnap.oci.ImageConfig;
import io.github.containersnap.tree.HostAttributes;
import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeManifest;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An image as the store has it: the configuration, proven by its digest, and the layers that are
 * said to be the image's and have yet to prove it.
 *
 * @param layout where the store keeps what
 * @param config the configuration
 * @param layers the layers, bottom first, as many as the configuration names
 */
record StoredImage(StoreLayout layout, ImageConfig config, List<StoredLayerArchive> layers) {
  private static final int DIFFERENCES_SHOWN = 5;

  static StoredImage find(StoreLayout layout, String imageId)
      throws DamagedStoreException, RefusedContentException {
    if (!StoreRecords.isId(imageId)) {
      throw new DamagedStoreException("the image id is not 64 hexadecimal digits");
    }
    StoreRecords records = new StoreRecords(layout);
    ImageConfig config = records.config(imageId);
    List<String> ids = records.layers(imageId);
    List<String> diffIds = config.diffIds();
    if (ids.size() != diffIds.size()) {
      throw new DamagedStoreException(
          "%s gives it %d layers, its configuration %d"
              .formatted(layout.layers(), ids.size(), diffIds.size()));
    }
    List<StoredLayerArchive> layers =
        java.util.stream.IntStream.range(0, ids.size())
            .mapToObj(i -> new StoredLayerArchive(layout, ids.get(i), diffIds.get(i)))
            .toList();
    return new StoredImage(layout, config, layers);
  }

  /** The id of the top layer. */
  String top() {
    return layers.getLast().layerId();
  }

  /**
   * The last link of the proof: the tree that the top layer's subvolume holds is the one expected.
   */
  ProvenLayer prove(TreeManifest found, TreeManifest expected) throws DamagedStoreException {
    TreeManifest wanted = expected.withoutAttributes(HostAttributes::contains);
    List<TreeDifference> differences =
        found.withoutAttributes(HostAttributes::contains).differencesFrom(wanted);
    if (!differences.isEmpty()) {
      throw DamagedStoreException.ofLayer(top(), "differs from the image: " + inWords(differences));
    }
    return new ProvenLayer(layout.subvolume(top()), top(), wanted, config);
  }

  private static String inWords(List<TreeDifference> differences) {
    String first =
        differences.stream()
            .limit(DIFFERENCES_SHOWN)
            .map(TreeDifference::toString)
            .collect(Collectors.joining(", "));
    return differences.size() > DIFFERENCES_SHOWN
        ? first + ", and more: %,d in all".formatted(differences.size())
        : first;
  }
}
