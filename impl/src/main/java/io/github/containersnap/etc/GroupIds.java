package io.github.containersnap.etc;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which group a number leads to, in the image and in the merge. */
final class GroupIds {
  private static final int GID_OF_GROUP = 2;
  private static final int GID_OF_USER = 3;

  private final AccountTable merged;
  private final Map<String, Set<String>> inMerged;
  private final Map<String, Set<String>> inImage;

  GroupIds(AccountTable merged, AccountTable offered) {
    this.merged = merged;
    this.inMerged = namesById(merged);
    this.inImage = namesById(offered);
  }

  private static Map<String, Set<String>> namesById(AccountTable groups) {
    return groups.entries().values().stream()
        .collect(
            Collectors.groupingBy(
                entry -> field(entry, GID_OF_GROUP),
                Collectors.mapping(AccountEntry::name, Collectors.toSet())));
  }

  /**
   * The group that a user's number leads to in the merge, if it is none of those it leads to in the
   * image and the user does not have that number here already.
   */
  Optional<AccountEntry> foreign(AccountEntry user, Optional<AccountEntry> here) {
    String gid = field(user, GID_OF_USER);
    Set<String> names = inMerged.getOrDefault(gid, Set.of());
    boolean isOld = here.filter(old -> field(old, GID_OF_USER).equals(gid)).isPresent();
    boolean isSame = !Collections.disjoint(names, inImage.getOrDefault(gid, Set.of()));
    return isOld || isSame
        ? Optional.empty()
        : names.stream().sorted().findFirst().flatMap(merged::get);
  }

  private static String field(AccountEntry entry, int index) {
    List<String> fields = AccountEntry.fields(entry.lines().getFirst());
    return fields.get(index);
  }
}
