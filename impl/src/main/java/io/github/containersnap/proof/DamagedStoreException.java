package io.github.containersnap.proof;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What in the store is missing, truncated or wrong, as a clause of a sentence. */
final class DamagedStoreException extends IOException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String layer;

  DamagedStoreException(String what) {
    super(what);
    this.layer = null;
  }

  DamagedStoreException(String what, Exception cause) {
    super(what + ": " + reason(cause), cause);
    this.layer = null;
  }

  private DamagedStoreException(String what, String layer, @Nullable Exception cause) {
    super(what, cause);
    this.layer = layer;
  }

  /** The layer with that id in the store is {@code what}. */
  static DamagedStoreException ofLayer(String layer, String what) {
    return new DamagedStoreException("layer %s %s".formatted(layer, what), layer, null);
  }

  /** The layer with that id in the store cannot be used because of {@code cause}. */
  static DamagedStoreException ofLayer(String layer, Exception cause) {
    return new DamagedStoreException("layer %s: %s".formatted(layer, reason(cause)), layer, cause);
  }

  /** The store's id of the layer that it is about, if it is about one. */
  @Nullable String layer() {
    return layer;
  }

  /** What an exception says, or at least its name. */
  static String reason(Exception cause) {
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }
}
