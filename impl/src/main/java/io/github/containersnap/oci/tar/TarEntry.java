package io.github.containersnap.oci.tar;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One entry of a tar archive. Texts are escaped as {@link
 * io.github.containersnap.linux.EscapedBytes} says.
 *
 * @param type the type of file
 * @param name the name as the archive has it, never empty
 * @param linkName the target of a symbolic or hard link, "" otherwise
 * @param mode the permission bits, 07777
 * @param uid the owner's number, unsigned
 * @param gid the group's number, unsigned
 * @param size the bytes of content that follow; 0 unless this is a regular file
 * @param deviceNumber the device's number as stat(2) has it, 0 unless this is a device
 * @param extendedAttributes names with their values in lower-case hexadecimal digits
 * @param contentOffset where the content begins, in bytes from the start of the archive
 */
public record TarEntry(
    Type type,
    String name,
    String linkName,
    int mode,
    int uid,
    int gid,
    long size,
    long deviceNumber,
    SortedMap<String, String> extendedAttributes,
    long contentOffset) {

  /** What an entry can be. */
  public enum Type {
    /** A regular file. */
    FILE,
    /** One more name of a file that the archive, or a layer below, has already. */
    HARD_LINK,
    /** A symbolic link. */
    SYMLINK,
    /** A character device. */
    CHARACTER_DEVICE,
    /** A block device. */
    BLOCK_DEVICE,
    /** A directory. */
    DIRECTORY,
    /** A named pipe. */
    FIFO,
    /**
     * A pax header for all entries. It is not a file, but podman makes room for one: the
     * directories of its name, in which nothing else has that name.
     */
    GLOBAL_HEADER
  }

  public TarEntry {
    extendedAttributes =
        extendedAttributes.isEmpty()
            ? Collections.emptySortedMap() // nearly every file of nearly every tree
            : Collections.unmodifiableSortedMap(new TreeMap<>(extendedAttributes));
  }
}
