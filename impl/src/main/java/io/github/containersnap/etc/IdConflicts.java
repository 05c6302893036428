package io.github.containersnap.etc;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Refuses what the image brings to an entry if its numbers belong to somebody else here: a new
 * entry stays away, a changed one stays as it is here.
 *
 * <p>An entry that stays as it is here may in turn have a number that the image gave to another
 * one, so this goes on until nothing is left to refuse. A chain longer than any honest image makes
 * is cut short by refusing all of the image's new numbers.
 */
final class IdConflicts {
  private static final int LONGEST_CHAIN = 32;

  private final AccountFile file;
  private final AccountTable local;
  private final AccountTable offered;
  private final Optional<GroupIds> groups;
  private final Map<String, AccountEntry> entries;
  private final List<EtcConflict> conflicts = new ArrayList<>();

  private IdConflicts(
      AccountFile file,
      AccountTable local,
      AccountTable offered,
      Optional<GroupIds> groups,
      Map<String, AccountEntry> entries) {
    this.file = file;
    this.local = local;
    this.offered = offered;
    this.groups = groups;
    this.entries = entries;
  }

  /**
   * Undoes in {@code entries} what is to be refused.
   *
   * @param groups the group file, for users
   * @return what was refused
   */
  static List<EtcConflict> from(
      Map<String, AccountEntry> entries,
      AccountFile file,
      AccountTable local,
      AccountTable offered,
      Optional<GroupIds> groups) {
    IdConflicts refusals = new IdConflicts(file, local, offered, groups, entries);
    int rounds = 0;
    while (refusals.round(rounds >= LONGEST_CHAIN)) {
      rounds++;
    }
    return List.copyOf(refusals.conflicts);
  }

  /** Refuses what clashes now; whether that was anything. */
  private boolean round(boolean everything) {
    IdOwners owners = IdOwners.ofLocal(entries, offered);
    int before = conflicts.size();
    for (AccountEntry entry : List.copyOf(entries.values())) {
      Optional<AccountEntry> here = local.get(entry.name());
      if (here.filter(entry::equals).isEmpty()) {
        takenNumber(entry, here, owners, everything)
            .or(() -> foreignGroup(entry, here))
            .ifPresent(reason -> refuse(entry, here, reason));
      }
    }
    return conflicts.size() > before;
  }

  private static Optional<String> takenNumber(
      AccountEntry entry, Optional<AccountEntry> here, IdOwners owners, boolean everything) {
    List<IdRange> numbers = entry.numbers();
    if (here.map(AccountEntry::numbers).equals(Optional.of(numbers))) {
      return Optional.empty(); // it has its numbers here already
    }
    for (IdRange range : numbers) {
      Optional<AccountEntry> owner = owners.of(range);
      if (owner.isPresent()) {
        return Optional.of(
            "number %d of %s in the image is %s here"
                .formatted(range.first(), entry.displayName(), owner.get().displayName()));
      }
    }
    return everything && !numbers.isEmpty()
        ? Optional.of(
            "number %d of %s in the image comes with too many clashes"
                .formatted(numbers.getFirst().first(), entry.displayName()))
        : Optional.empty();
  }

  /** A user of the image must not get the rights of another group that has the number here. */
  private Optional<String> foreignGroup(AccountEntry entry, Optional<AccountEntry> here) {
    return groups
        .flatMap(ids -> ids.foreign(entry, here))
        .map(
            owner ->
                "group number of %s in the image is %s here"
                    .formatted(entry.displayName(), owner.displayName()));
  }

  private void refuse(AccountEntry entry, Optional<AccountEntry> here, String reason) {
    here.ifPresentOrElse(
        kept -> entries.put(entry.name(), kept), () -> entries.remove(entry.name()));
    conflicts.add(
        new EtcConflict(
            file.path(),
            EtcConflict.Kind.NUMBER,
            reason,
            here.isPresent() ? "kept as it is here" : "not added"));
  }
}
