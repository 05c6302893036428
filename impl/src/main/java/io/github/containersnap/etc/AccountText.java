package io.github.containersnap.etc;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.tree.TreeEntry;
import java.nio.charset.StandardCharsets;

/**
 * The content of an account file.
 *
 * @param characters one character a byte (ISO 8859-1), so that bytes of any encoding come through
 *     as they were
 */
public record AccountText(String characters) {
  /** A file without content, or none. */
  public static final AccountText EMPTY = new AccountText("");

  /** The text of a file's bytes. */
  public static AccountText of(byte[] bytes) {
    return new AccountText(new String(bytes, StandardCharsets.ISO_8859_1));
  }

  /** The bytes of the file. */
  public byte[] bytes() {
    return characters.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What a manifest says of the file {@code entry} once it has this content. */
  TreeEntry as(TreeEntry entry) {
    byte[] bytes = bytes();
    return new TreeEntry(
        entry.kind(),
        entry.mode(),
        entry.uid(),
        entry.gid(),
        bytes.length,
        Sha256.hex(bytes),
        entry.linkTarget(),
        entry.deviceNumber(),
        entry.extendedAttributes(),
        "");
  }

  /** Says nothing of the content: it may hold password hashes. */
  @Override
  public String toString() {
    return "AccountText of " + characters.length() + " bytes";
  }
}
