package io.github.containersnap.adapter.linux;

import io.github.containersnap.linux.ExtendedAttributes;
import io.github.containersnap.tree.TreeEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;

/**
 * Mode, owner and extended attributes of a file, access control lists among these (acl(5)).
 *
 * @param mode the permission bits, 07777
 * @param uid the owner
 * @param gid the group
 * @param extended names with values in hexadecimal digits
 */
record FileAttributes(int mode, int uid, int gid, SortedMap<String, String> extended) {

  /** What a file has, links not followed. */
  static FileAttributes of(Path file) throws IOException {
    Map<String, Object> unix =
        Files.readAttributes(file, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
    return new FileAttributes(
        number(unix, "mode") & TreeEntry.PERMISSION_BITS,
        number(unix, "uid"),
        number(unix, "gid"),
        ExtendedAttributes.of(file).inHexadecimal());
  }

  /** What a manifest says. */
  static FileAttributes of(TreeEntry entry) {
    return new FileAttributes(entry.mode(), entry.uid(), entry.gid(), entry.extendedAttributes());
  }

  private static int number(Map<String, Object> attributes, String name) throws IOException {
    if (attributes.get(name) instanceof Integer number) {
      return number;
    }
    throw new IOException("the file system gives no " + name);
  }

  /**
   * Gives a file exactly these attributes, links not followed.
   *
   * <p>The order matters. A new owner clears set-user-ID bits and capabilities (chown(2)), and an
   * access list and the mode's group bits are the same bits (acl(5)): owner, then the removal of
   * what should not be there (a directory's default list may have given it), then mode, then the
   * rest.
   */
  void applyTo(Path file) throws IOException {
    FileAttributes found = of(file);
    if (found.equals(this)) {
      return;
    }
    if (found.uid != uid || found.gid != gid) {
      Files.setAttribute(file, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(file, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    }
    for (String name : found.extended.keySet()) {
      if (!extended.containsKey(name)) {
        ExtendedAttributes.remove(file, name);
      }
    }
    if (!Files.isSymbolicLink(file)) { // a link has no mode of its own
      // NOFOLLOW_LINKS would open the file, which may be a pipe, and wait for ever.
      Files.setAttribute(file, "unix:mode", mode);
    }
    for (Map.Entry<String, String> attribute : extended.entrySet()) {
      ExtendedAttributes.set(
          file, attribute.getKey(), HexFormat.of().parseHex(attribute.getValue()));
    }
  }
}
