package io.github.containersnap.harness.world;

import java.time.Instant;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** A file of a simulated disk. Nodes never change: a whole disk is remembered by its root. */
public sealed interface Node {
  /** Mode, owner, extended attributes. */
  Attributes attributes();

  /** Whether there is data at or below this that the kernel has not written to the disk. */
  boolean unwritten();

  /** The same with other attributes. */
  Node with(Attributes other);

  /**
   * What a file has besides its content.
   *
   * @param mode the permission bits, 07777
   * @param uid the owner
   * @param gid the group
   * @param extended names with values in hexadecimal digits
   */
  record Attributes(int mode, int uid, int gid, SortedMap<String, String> extended) {
    public static final Attributes OF_FILES = of(0644);
    public static final Attributes OF_DIRECTORIES = of(0755);

    /** Of a file of root's. */
    public static Attributes of(int mode) {
      return new Attributes(mode, 0, 0, Collections.emptySortedMap());
    }
  }

  /**
   * A regular file.
   *
   * @param inode which file it is; hard links share it
   * @param content what whoever reads it now gets, from memory if need be
   * @param onDisk what is on the disk
   * @param unwritten whether the kernel still means to write {@code content}. If it does not, and
   *     {@code onDisk} differs all the same, the disk has failed to take it
   */
  record RegularFile(
      Attributes attributes, long inode, NodeContent content, NodeContent onDisk, boolean unwritten)
      implements Node {
    @Override
    public Node with(Attributes other) {
      return new RegularFile(other, inode, content, onDisk, unwritten);
    }

    /** A file that the disk has whole. */
    public static RegularFile onDisk(Attributes attributes, long inode, NodeContent content) {
      return new RegularFile(attributes, inode, content, content, false);
    }

    /** The same with another content, which is not on the disk yet. */
    public RegularFile holding(NodeContent other) {
      return new RegularFile(attributes, inode, other, onDisk, true);
    }

    /** The same with its content on the disk. */
    public RegularFile written() {
      return unwritten ? new RegularFile(attributes, inode, content, content, false) : this;
    }

    /** Whether the disk has failed to take the content, so that only memory still has it. */
    public boolean lost() {
      return !unwritten && !content.equals(onDisk);
    }

    /** As it is read once memory has forgotten it. */
    public RegularFile fromDisk() {
      return content.equals(onDisk) && !unwritten
          ? this
          : new RegularFile(attributes, inode, onDisk, onDisk, false);
    }
  }

  /** A symbolic link. */
  record SymbolicLink(Attributes attributes, String target) implements Node {
    @Override
    public boolean unwritten() {
      return false;
    }

    @Override
    public Node with(Attributes other) {
      return new SymbolicLink(other, target);
    }
  }

  /**
   * A directory, or the root of a subvolume.
   *
   * @param children by name
   * @param subvolume what it is the root of, if it is
   */
  record Directory(
      Attributes attributes,
      SortedMap<String, Node> children,
      Optional<Subvolume> subvolume,
      boolean unwritten)
      implements Node {

    /** An empty directory. */
    public static Directory empty() {
      return of(Attributes.OF_DIRECTORIES, new TreeMap<>(), Optional.empty());
    }

    /** A directory; {@code children} is not to be changed afterwards. */
    public static Directory of(
        Attributes attributes, SortedMap<String, Node> children, Optional<Subvolume> subvolume) {
      boolean unwritten = false;
      for (Node child : children.values()) {
        unwritten |= child.unwritten();
      }
      return new Directory(attributes, children, subvolume, unwritten);
    }

    /** The same with another node by that name. */
    public Directory with(String name, Node child) {
      TreeMap<String, Node> changed = new TreeMap<>(children);
      changed.put(name, child);
      return of(attributes, changed, subvolume);
    }

    /** The same without the node by that name. */
    public Directory without(String name) {
      TreeMap<String, Node> changed = new TreeMap<>(children);
      changed.remove(name);
      return of(attributes, changed, subvolume);
    }

    /** The same as the root of another subvolume, or of none. */
    public Directory as(Optional<Subvolume> other) {
      return new Directory(attributes, children, other, unwritten);
    }

    @Override
    public Node with(Attributes other) {
      return new Directory(other, children, subvolume, unwritten);
    }
  }

  /**
   * What makes a directory a subvolume.
   *
   * @param id its number
   * @param readOnly whether it is read-only
   * @param created when it was made
   * @param madeIn the transaction that made it
   * @param changedIn the last transaction that changed it
   */
  record Subvolume(long id, boolean readOnly, Instant created, long madeIn, long changedIn) {
    /** The same, but read-only or not. */
    public Subvolume with(boolean isReadOnly) {
      return new Subvolume(id, isReadOnly, created, madeIn, changedIn);
    }

    /** The same, changed in a later transaction. */
    public Subvolume changedIn(long transaction) {
      return new Subvolume(id, readOnly, created, madeIn, transaction);
    }
  }
}
