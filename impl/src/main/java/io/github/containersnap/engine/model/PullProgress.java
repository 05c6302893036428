package io.github.containersnap.engine.model;

import java.util.List;

/**
 * How far an image is on its way into the store.
 *
 * @param layers the image's layers, bottom first
 * @param arrived how much of what was missing has arrived
 * @param total how much was missing
 */
public record PullProgress(List<Layer> layers, Bytes arrived, Bytes total) {
  public PullProgress {
    layers = List.copyOf(layers);
  }

  /**
   * A layer of it.
   *
   * @param digest of its uncompressed archive, {@code sha256:…}
   * @param size as it is transferred
   * @param state where it is
   */
  public record Layer(String digest, Bytes size, State state) {}

  /** Where a layer is. */
  public enum State {
    /** It was in the store before. */
    PRESENT,
    /** It is on its way, or waits. */
    PENDING,
    /** It came, and is unpacked. */
    DONE
  }

  /** How many layers are in the store. */
  public long layersThere() {
    return layers.stream().filter(layer -> layer.state() != State.PENDING).count();
  }
}
