package io.github.containersnap.etc;

import io.github.containersnap.tree.TreeEntry;

/**
 * What the merged /etc has at a path.
 *
 * @param content where the content comes from; a directory has {@link Content.Offered} if the image
 *     has a directory there
 * @param entry the content with the merged attributes; its hard-link group is that of the tree the
 *     content comes from
 */
record MergedEntry(Content content, TreeEntry entry) {
  /** Where content comes from. */
  sealed interface Content {
    /** The new image has it there already. */
    record Offered() implements Content {}

    /** The machine has it. */
    record Local() implements Content {}

    /** It is merged from both. */
    record Merged(AccountText text) implements Content {}
  }

  static MergedEntry offered(TreeEntry entry) {
    return new MergedEntry(new Content.Offered(), entry);
  }

  static MergedEntry local(TreeEntry entry) {
    return new MergedEntry(new Content.Local(), entry);
  }

  /**
   * A label that hard-linked names of one tree share as long as the merge has the same in store for
   * them, "" for a file that is not to be linked.
   */
  String linkLabel() {
    String group = entry.hardLinkGroup();
    if (group.isEmpty() || content instanceof Content.Merged) {
      return "";
    }
    return "%s %o %d %d %s %s"
        .formatted(
            content, entry.mode(), entry.uid(), entry.gid(), entry.extendedAttributes(), group);
  }
}
