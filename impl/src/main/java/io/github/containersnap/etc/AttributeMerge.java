package io.github.containersnap.etc;

import io.github.containersnap.tree.TreeEntry;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Merges mode, owner and extended attributes of two files of one kind, each by itself.
 *
 * <p>Mode and access control list are one thing: the mode's group bits are the list's mask
 * (acl(5)), so neither can be taken without the other.
 */
final class AttributeMerge {
  private static final String ACCESS_LIST = "system.posix_acl_access";

  private boolean conflict;

  private AttributeMerge() {}

  private record Permissions(int mode, Optional<String> accessList) {
    static Permissions of(TreeEntry entry) {
      return new Permissions(entry.mode(), Attribute.of(entry, ACCESS_LIST).value());
    }
  }

  private record Owner(int uid, int gid) {
    static Owner of(TreeEntry entry) {
      return new Owner(entry.uid(), entry.gid());
    }
  }

  private record Attribute(Optional<String> value) {
    static Attribute of(TreeEntry entry, String name) {
      return new Attribute(Optional.ofNullable(entry.extendedAttributes().get(name)));
    }
  }

  /**
   * Merges attributes.
   *
   * @param came what both began with, of the same kind, if there was such a file
   * @return {@code content} with the merged attributes; a conflict if both sides changed one of
   *     them
   */
  static ThreeWayChoice<TreeEntry> onto(
      TreeEntry content, Optional<TreeEntry> came, TreeEntry local, TreeEntry offered) {
    AttributeMerge merge = new AttributeMerge();
    Permissions permissions =
        merge.choose(
            ThreeWayChoice.between(
                came.map(Permissions::of), Permissions.of(local), Permissions.of(offered)));
    Owner owner =
        merge.choose(
            ThreeWayChoice.between(came.map(Owner::of), Owner.of(local), Owner.of(offered)));
    SortedMap<String, String> extended = merge.extended(came, local, offered);
    permissions.accessList().ifPresent(list -> extended.put(ACCESS_LIST, list));
    TreeEntry merged =
        new TreeEntry(
            content.kind(),
            permissions.mode(),
            owner.uid(),
            owner.gid(),
            content.size(),
            content.contentDigest(),
            content.linkTarget(),
            content.deviceNumber(),
            extended,
            content.hardLinkGroup());
    return new ThreeWayChoice<>(merged, merge.conflict);
  }

  private SortedMap<String, String> extended(
      Optional<TreeEntry> came, TreeEntry local, TreeEntry offered) {
    Set<String> names = new TreeSet<>(local.extendedAttributes().keySet());
    names.addAll(offered.extendedAttributes().keySet());
    names.remove(ACCESS_LIST);
    SortedMap<String, String> extended = new TreeMap<>();
    for (String name : names) {
      choose(
              ThreeWayChoice.between(
                  came.map(entry -> Attribute.of(entry, name)),
                  Attribute.of(local, name),
                  Attribute.of(offered, name)))
          .value()
          .ifPresent(value -> extended.put(name, value));
    }
    return extended;
  }

  private <T> T choose(ThreeWayChoice<T> choice) {
    conflict |= choice.conflict();
    return choice.value();
  }
}
