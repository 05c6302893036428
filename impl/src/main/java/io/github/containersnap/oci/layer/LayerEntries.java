package io.github.containersnap.oci.layer;

import java.io.IOException;
import java.util.Optional;

/** The entries of a layer, one after the other. */
@FunctionalInterface
interface LayerEntries {
  /** The next entry, or empty when there are no more and the source has been read to its end. */
  Optional<LayerEntry> next() throws IOException;
}
