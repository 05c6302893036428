package io.github.containersnap.etc;

import io.github.containersnap.tree.TreeEntry;

/**
 * A place where the machine and the new image want different things. What the machine has is kept.
 *
 * @param path the path below /etc
 * @param kind what the two disagree on
 * @param what what each side did, in words
 * @param kept what the new /etc has, in words
 */
public record EtcConflict(String path, Kind kind, String what, String kept) {
  private static final String AS_HERE = "kept as it is here";

  /** What the machine and an image can disagree on. */
  public enum Kind {
    /** Both changed the content. */
    CONTENT,
    /** Both changed mode, owner or an extended attribute. */
    ATTRIBUTES,
    /** They have different types of file, and both changed something. */
    TYPE,
    /** The machine removed what the image changed. */
    REMOVED_HERE,
    /** The machine changed what the image dropped. */
    DROPPED_BY_IMAGE,
    /** Both changed one entry of an account file. */
    ENTRY,
    /** An entry of the image has the number of another one that is the machine's own. */
    NUMBER
  }

  /** The conflict as one line for people. */
  public String inWords() {
    return "/etc/%s: %s; %s".formatted(path, what, kept);
  }

  static EtcConflict content(String path) {
    return new EtcConflict(path, Kind.CONTENT, "changed here and in the image", AS_HERE);
  }

  static EtcConflict contentTooLarge(String path) {
    return new EtcConflict(
        path,
        Kind.CONTENT,
        "changed here and in the image, and too large to merge its entries",
        AS_HERE);
  }

  static EtcConflict attributes(String path) {
    return new EtcConflict(
        path, Kind.ATTRIBUTES, "mode, owner or attributes changed here and in the image", AS_HERE);
  }

  static EtcConflict type(String path, TreeEntry local, TreeEntry offered) {
    return new EtcConflict(
        path,
        Kind.TYPE,
        "%s here, %s in the image".formatted(local.kind().words(), offered.kind().words()),
        AS_HERE);
  }

  static EtcConflict removedHere(String path) {
    return new EtcConflict(
        path, Kind.REMOVED_HERE, "removed here, changed in the image", "stays removed");
  }

  static EtcConflict droppedByImage(String path) {
    return new EtcConflict(
        path, Kind.DROPPED_BY_IMAGE, "changed here, dropped by the image", AS_HERE);
  }
}
