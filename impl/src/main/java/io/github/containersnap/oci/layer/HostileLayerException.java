package io.github.containersnap.oci.layer;

/** An image layer holds an entry that no honest image has; the whole layer is refused. */
public final class HostileLayerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String layer;
  private final String entry;
  private final String why;

  HostileLayerException(String layer, String entry, String why) {
    super("Layer %s is refused: its entry \"%s\" %s.".formatted(layer, entry, why));
    this.layer = layer;
    this.entry = entry;
    this.why = why;
  }

  /** The layer's digest. */
  public String layer() {
    return layer;
  }

  /** The name of the entry as the archive has it. */
  public String entry() {
    return entry;
  }

  /** What is wrong with it, as the end of a sentence that begins with the entry. */
  public String why() {
    return why;
  }
}
