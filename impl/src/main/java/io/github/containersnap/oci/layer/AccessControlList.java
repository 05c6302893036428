package io.github.containersnap.oci.layer;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A POSIX access control list as the kernel keeps it in an extended attribute
 * (linux/posix_acl_xattr.h): a version, then entries of tag, permissions and id, little-endian.
 *
 * @param entries in the order of the attribute
 */
record AccessControlList(List<Entry> entries) {
  /** The attribute with the list that governs access. */
  static final String ACCESS = "system.posix_acl_access";

  /** The attribute of a directory with the list that new files in it get. */
  static final String DEFAULT = "system.posix_acl_default";

  private static final int VERSION = 2;
  private static final int USER_OWNER = 0x01;
  private static final int USER = 0x02;
  private static final int GROUP_OWNER = 0x04;
  private static final int GROUP = 0x08;
  private static final int MASK = 0x10;
  private static final int OTHER = 0x20;
  private static final int NO_ID = -1;

  AccessControlList {
    entries = List.copyOf(entries);
  }

  /**
   * The list that an attribute's hexadecimal digits spell.
   *
   * @throws IllegalArgumentException if it does not keep to the format, or the kernel does not take
   *     it (acl(5), "VALID ACLS", in the order of the tags)
   */
  static AccessControlList parse(String hexadecimal) {
    ByteBuffer bytes =
        ByteBuffer.wrap(HexFormat.of().parseHex(hexadecimal)).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() < Integer.BYTES
        || bytes.getInt() != VERSION
        || bytes.remaining() % Entry.BYTES != 0) {
      throw new IllegalArgumentException("not an access control list of version 2");
    }
    List<Entry> entries = new ArrayList<>();
    while (bytes.hasRemaining()) {
      entries.add(Entry.of(bytes.getShort(), bytes.getShort(), bytes.getInt()));
    }
    requireValid(entries);
    return new AccessControlList(entries);
  }

  private static void requireValid(List<Entry> entries) {
    int last = 0;
    boolean named = false;
    for (Entry entry : entries) {
      int tag = entry.tag();
      boolean repeatable = tag == USER || tag == GROUP;
      boolean known = isBasic(entry.tag()) || repeatable || tag == MASK;
      if (!known
          || tag < last
          || (tag == last && !repeatable)
          || (repeatable && entry.id() == NO_ID)
          || (entry.permissions() & ~7) != 0) {
        throw new IllegalArgumentException("an entry that no access control list has");
      }
      named |= repeatable;
      last = tag;
    }
    for (int basic : new int[] {USER_OWNER, GROUP_OWNER, OTHER}) {
      require(entries, basic, !entries.isEmpty());
    }
    require(entries, MASK, named);
  }

  private static void require(List<Entry> entries, int tag, boolean needed) {
    if (needed && entries.stream().noneMatch(entry -> entry.tag() == tag)) {
      throw new IllegalArgumentException("an access control list that lacks an entry");
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** Whether it has more than owner, group and others: then it is kept, else the mode says all. */
  boolean saysMoreThanMode() {
    return entries.stream().anyMatch(entry -> !isBasic(entry.tag()));
  }

  /** What a new file gets of this default list when it is made with {@code mode}. */
  AccessControlList restrictedTo(int mode) {
    return mapped(mode, (permissions, bits) -> permissions & bits);
  }

  /** This list after chmod(2) to {@code mode}. */
  AccessControlList withMode(int mode) {
    return mapped(mode, (permissions, bits) -> bits);
  }

  /** {@code mode} with the permissions that this access list shows as owner, group and others. */
  int appliedTo(int mode) {
    int result = mode;
    for (Entry entry : entries) {
      int shift = shift(entry.tag());
      if (shift >= 0) {
        result = (result & ~(7 << shift)) | ((entry.permissions() & 7) << shift);
      }
    }
    return result;
  }

  String inHexadecimal() {
    ByteBuffer bytes =
        ByteBuffer.allocate(Integer.BYTES + entries.size() * Entry.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(VERSION);
    entries.forEach(
        entry ->
            bytes.putShort(entry.tag()).putShort((short) entry.permissions()).putInt(entry.id()));
    return HexFormat.of().formatHex(bytes.array());
  }

  private AccessControlList mapped(int mode, Change change) {
    List<Entry> changed =
        entries.stream()
            .map(
                entry -> {
                  int shift = shift(entry.tag());
                  return shift < 0
                      ? entry
                      : new Entry(
                          entry.tag(),
                          change.permissions(entry.permissions(), (mode >> shift) & 7),
                          entry.id());
                })
            .toList();
    return new AccessControlList(changed);
  }

  /** Where in a mode the permissions of {@code tag} show; the mask stands in for the group. */
  private int shift(short tag) {
    return switch (tag) {
      case USER_OWNER -> 6;
      case GROUP_OWNER -> hasMask() ? -1 : 3;
      case MASK -> 3;
      case OTHER -> 0;
      default -> -1;
    };
  }

  private boolean hasMask() {
    return entries.stream().anyMatch(entry -> entry.tag() == MASK);
  }

  private static boolean isBasic(short tag) {
    return tag == USER_OWNER || tag == GROUP_OWNER || tag == OTHER;
  }

  /** One line of a list. */
  record Entry(short tag, int permissions, int id) {
    static final int BYTES = 8;

    /** The kernel gives an id to named users and groups alone, whatever was written. */
    static Entry of(short tag, short permissions, int id) {
      return new Entry(tag, permissions, tag == USER || tag == GROUP ? id : NO_ID);
    }
  }

  /** New permissions of an entry from its own and those of the mode. */
  private interface Change {
    int permissions(int own, int ofMode);
  }
}
