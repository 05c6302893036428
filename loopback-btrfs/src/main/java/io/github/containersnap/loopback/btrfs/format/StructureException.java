package io.github.containersnap.loopback.btrfs.format;

/** A structure on disk contradicts itself; the message says how. */
final class StructureException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String what;

  StructureException(String what) {
    super(what);
    this.what = what;
  }

  String what() {
    return what;
  }

  static void require(boolean holds, String otherwise) throws StructureException {
    if (!holds) {
      throw new StructureException(otherwise);
    }
  }
}
