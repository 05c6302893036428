package io.github.containersnap.oci.layer;

import io.github.containersnap.linux.EscapedBytes;
import io.github.containersnap.tree.FileKind;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * Which extended attributes lsetxattr(2) refuses on a btrfs. What unpacks layers then refuses the
 * whole layer; only a namespace that btrfs does not have is left out.
 */
final class AttributeCheck {
  private static final int LONGEST_NAME = 255;

  /** BTRFS_MAX_XATTR_SIZE with nodes of 16 KiB, as mkfs.btrfs makes them. */
  private static final int LARGEST = 16_228;

  private static final String USER = "user.";
  private static final List<String> NAMESPACES = List.of(USER, "trusted.", "security.");
  private static final String CAPABILITY = "security.capability";
  private static final String BTRFS = "btrfs.";
  private static final String COMPRESSION = "btrfs.compression";
  private static final List<String> COMPRESSIONS = List.of("zlib", "lzo", "zstd");

  private AttributeCheck() {}

  /** Whether btrfs keeps attributes of this name. */
  static boolean isKept(String name) {
    return NAMESPACES.stream().anyMatch(name::startsWith);
  }

  /**
   * Checks one attribute of a file.
   *
   * @param value in hexadecimal digits
   * @throws RefusedEntryException if no file of this kind can have it
   */
  static void require(FileKind kind, String name, String value) throws RefusedEntryException {
    int length = EscapedBytes.toBytes(name).length;
    if (length == 0 || length > LONGEST_NAME) {
      throw new RefusedEntryException(
          "has an extended attribute with a name of %,d bytes; 1 to 255 are possible"
              .formatted(length));
    }
    if (NAMESPACES.contains(name)) {
      throw new RefusedEntryException(
          "has the extended attribute \"%s\", which has no name".formatted(name));
    }
    if (name.startsWith(USER) && kind != FileKind.FILE && kind != FileKind.DIRECTORY) {
      throw new RefusedEntryException(
          "has the extended attribute %s, which only files and directories can have"
              .formatted(name));
    }
    if (isKept(name) && length + value.length() / 2 > LARGEST) {
      throw new RefusedEntryException(
          "has the extended attribute %s of %,d bytes, more than btrfs keeps"
              .formatted(name, value.length() / 2));
    }
    if ((name.equals(CAPABILITY) && !isCapability(value))
        || (name.startsWith(BTRFS) && !isCompression(name, value))) {
      throw new RefusedEntryException("has a malformed extended attribute " + name);
    }
  }

  /**
   * Of version 2, or of version 3 for another namespace than the first one (capabilities(7), "File
   * capability extended attribute versioning"): for the first the kernel shows version 2 instead.
   */
  private static boolean isCapability(String value) {
    byte[] bytes = HexFormat.of().parseHex(value);
    if (bytes.length < Integer.BYTES || (bytes[0] & ~1) != 0 || bytes[1] != 0 || bytes[2] != 0) {
      return false;
    }
    return (bytes.length == 20 && bytes[3] == 2)
        || (bytes.length == 24 && bytes[3] == 3 && !value.endsWith("00000000"));
  }

  private static boolean isCompression(String name, String value) {
    String text = new String(HexFormat.of().parseHex(value), StandardCharsets.ISO_8859_1);
    return name.equals(COMPRESSION)
        && (COMPRESSIONS.stream().anyMatch(text::startsWith)
            || text.equals("no")
            || text.equals("none"));
  }
}
