package io.github.containersnap.oci.layer;

import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One file of the filesystem in memory, with what the kernel does to it when root changes it. Names
 * that are hard links of each other share one. One of the tree below is read when it is first
 * looked at.
 */
final class Inode implements LayeredFile {
  private static final String CAPABILITY = "security.capability";
  private static final int SET_GROUP_ID = 02000;
  private static final int LINK_MODE = 0777;

  private final long number;
  private final Map<String, Inode> children = new HashMap<>();
  private final TreeMap<String, String> attributes = new TreeMap<>();
  private @Nullable InodesBelow below;
  private FileKind kind;
  private int mode;
  private int uid;
  private int gid;
  private long size;
  private String contentDigest = "";
  private String linkTarget = "";
  private long deviceNumber;

  /** A file of mode {@code mode} that belongs to root, in no directory. */
  Inode(FileKind kind, int mode) {
    this.number = 0;
    this.kind = kind;
    this.mode = kind == FileKind.SYMLINK ? LINK_MODE : mode;
  }

  /** The file of that number in the tree below, which is not read yet. */
  Inode(InodesBelow below, long number) {
    this.below = below;
    this.number = number;
    this.kind = FileKind.FILE; // until it is read
  }

  private Inode loaded() {
    InodesBelow unread = below;
    if (unread != null) {
      below = null;
      BaseTree.BaseFile file = unread.file(number);
      TreeEntry entry = file.entry();
      kind = entry.kind();
      mode = entry.mode();
      uid = entry.uid();
      gid = entry.gid();
      size = entry.size();
      contentDigest = entry.contentDigest();
      linkTarget = entry.linkTarget();
      deviceNumber = entry.deviceNumber();
      attributes.putAll(entry.extendedAttributes());
      file.children().forEach((name, child) -> children.put(name, unread.inode(child)));
    }
    return this;
  }

  @Override
  public long number() {
    return number;
  }

  @Override
  public boolean isLoaded() {
    return below == null;
  }

  @Override
  public TreeEntry entry() {
    return toEntry("");
  }

  @Override
  public Map<String, Inode> files() {
    return children();
  }

  /**
   * A file made in {@code directory}: it inherits the default access control list, and the group if
   * the directory says so (inode(7), "The set-group-ID bit"; acl(5), "OBJECT CREATION AND DEFAULT
   * ACLs").
   */
  static Inode madeIn(Inode directory, FileKind kind, int mode) {
    Inode inode = new Inode(kind, mode);
    directory.loaded();
    if ((directory.mode & SET_GROUP_ID) != 0) {
      inode.gid = directory.gid;
      if (kind == FileKind.DIRECTORY) {
        inode.mode |= SET_GROUP_ID;
      }
    }
    inode.inherit(directory.attributes.get(AccessControlList.DEFAULT));
    return inode;
  }

  private void inherit(@Nullable String defaultList) {
    if (defaultList == null || kind == FileKind.SYMLINK) {
      return;
    }
    AccessControlList list = AccessControlList.parse(defaultList);
    if (kind == FileKind.DIRECTORY) {
      attributes.put(AccessControlList.DEFAULT, defaultList);
    }
    AccessControlList own = list.restrictedTo(mode);
    mode = own.appliedTo(mode);
    if (own.saysMoreThanMode()) {
      attributes.put(AccessControlList.ACCESS, own.inHexadecimal());
    }
  }

  FileKind kind() {
    return loaded().kind;
  }

  boolean isDirectory() {
    return kind() == FileKind.DIRECTORY;
  }

  /** The files in this directory by name. */
  Map<String, Inode> children() {
    return loaded().children;
  }

  String linkTarget() {
    return loaded().linkTarget;
  }

  String contentDigest() {
    return loaded().contentDigest;
  }

  void setContent(long newSize, String newDigest) {
    size = newSize;
    contentDigest = newDigest;
  }

  void setLinkTarget(String target) {
    linkTarget = target;
  }

  void setDeviceNumber(long number) {
    deviceNumber = number;
  }

  /**
   * lchown(2): a file, unlike a directory, loses its capabilities by it (capabilities(7)).
   * containers-storage calls it only if the owner is another one.
   */
  void changeOwner(int newUid, int newGid) {
    loaded();
    if (uid == newUid && gid == newGid) {
      return;
    }
    uid = newUid;
    gid = newGid;
    if (!isDirectory()) {
      attributes.remove(CAPABILITY);
    }
  }

  /** chmod(2), which changes an access control list too; links have no mode of their own. */
  void changeMode(int newMode) {
    if (kind() == FileKind.SYMLINK) {
      return;
    }
    mode = newMode;
    attributes.computeIfPresent(
        AccessControlList.ACCESS,
        (name, list) -> AccessControlList.parse(list).withMode(newMode).inHexadecimal());
  }

  /**
   * lsetxattr(2) of all of {@code added}; a namespace that btrfs does not have is left out, as it
   * is by what unpacks layers.
   *
   * @throws RefusedEntryException if this file cannot have one of them
   */
  void addAttributes(Map<String, String> added) throws RefusedEntryException {
    loaded();
    for (Map.Entry<String, String> attribute : added.entrySet()) {
      String name = attribute.getKey();
      AttributeCheck.require(kind, name, attribute.getValue());
      if (name.equals(AccessControlList.ACCESS) || name.equals(AccessControlList.DEFAULT)) {
        addList(name, attribute.getValue());
      } else if (AttributeCheck.isKept(name)) {
        attributes.put(name, attribute.getValue());
      }
    }
  }

  private void addList(String name, String value) throws RefusedEntryException {
    AccessControlList list;
    try {
      list = AccessControlList.parse(value);
    } catch (IllegalArgumentException e) {
      throw new RefusedEntryException("has a malformed " + name);
    }
    if (kind == FileKind.SYMLINK) {
      return;
    }
    boolean access = name.equals(AccessControlList.ACCESS);
    if (!access && !list.isEmpty() && kind != FileKind.DIRECTORY) {
      throw new RefusedEntryException("has a " + name + ", which only directories can have");
    }
    if (access && !list.isEmpty()) {
      mode = list.appliedTo(mode);
    }
    if (list.isEmpty() || (access && !list.saysMoreThanMode())) {
      attributes.remove(name);
    } else {
      attributes.put(name, list.inHexadecimal());
    }
  }

  /** This file as an entry of a manifest. */
  TreeEntry toEntry(String hardLinkGroup) {
    loaded();
    return new TreeEntry(
        kind,
        mode,
        uid,
        gid,
        size,
        contentDigest,
        linkTarget,
        deviceNumber,
        attributes,
        hardLinkGroup);
  }
}
