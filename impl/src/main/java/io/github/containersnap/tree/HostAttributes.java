package io.github.containersnap.tree;

/**
 * Extended attributes that are given by this host and not by any image: labels of its SELinux
 * policy and properties of its btrfs. A tree is not compared with an image by them.
 */
public final class HostAttributes {
  private HostAttributes() {}

  /** Whether the attribute of this name is one of them. */
  public static boolean contains(String attribute) {
    return attribute.equals("security.selinux") || attribute.startsWith("btrfs.");
  }
}
