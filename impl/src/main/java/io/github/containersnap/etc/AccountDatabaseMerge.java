package io.github.containersnap.etc;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Merges all account files together, so that they agree with each other.
 *
 * <p>After {@link AccountFileMerge} has merged each by itself:
 *
 * <ul>
 *   <li>no two names share a number because one came from the machine and one from the image: the
 *       machine's keeps it, and the image's entry stays away (or stays as it was here); nor does a
 *       user of the image get a primary group that is another one here;
 *   <li>a user or group that is kept though the image dropped it keeps its shadow, gshadow, subuid
 *       and subgid lines; one that is gone loses them.
 * </ul>
 *
 * <p>Inconsistencies that the machine or the image had before are left alone.
 */
final class AccountDatabaseMerge {
  private final Map<AccountFile, Tables> before = new EnumMap<>(AccountFile.class);
  private final Map<AccountFile, AccountTable> merged = new EnumMap<>(AccountFile.class);
  private final List<EtcConflict> conflicts = new ArrayList<>();

  private record Tables(AccountTable came, AccountTable local, AccountTable offered) {
    static Tables read(AccountFile file, AccountVersions versions) {
      return new Tables(
          AccountTable.read(file, versions.came()),
          AccountTable.read(file, versions.local()),
          AccountTable.read(file, versions.offered()));
    }
  }

  /**
   * What the merge comes to.
   *
   * @param contents where each file's content comes from
   * @param conflicts in no particular order
   */
  record Result(Map<AccountFile, MergedEntry.Content> contents, List<EtcConflict> conflicts) {}

  private AccountDatabaseMerge() {}

  /** Merges the files that are there in three versions. */
  static Result of(Map<AccountFile, AccountVersions> versions) {
    AccountDatabaseMerge merge = new AccountDatabaseMerge();
    versions.forEach((file, three) -> merge.before.put(file, Tables.read(file, three)));
    // In the order of the enumeration: a file comes after its primary.
    merge.before.forEach(merge::merge);
    Map<AccountFile, MergedEntry.Content> contents = new EnumMap<>(AccountFile.class);
    versions.forEach(
        (file, three) -> contents.put(file, content(merge.merged(file).text(), three)));
    return new Result(Collections.unmodifiableMap(contents), List.copyOf(merge.conflicts));
  }

  private static MergedEntry.Content content(AccountText merged, AccountVersions versions) {
    if (merged.equals(versions.offered())) {
      return new MergedEntry.Content.Offered();
    }
    return merged.equals(versions.local())
        ? new MergedEntry.Content.Local()
        : new MergedEntry.Content.Merged(merged);
  }

  private AccountTable merged(AccountFile file) {
    return Objects.requireNonNull(merged.get(file));
  }

  private void merge(AccountFile file, Tables tables) {
    AccountFileMerge.Result alone =
        AccountFileMerge.of(file, tables.came(), tables.local(), tables.offered());
    conflicts.addAll(alone.conflicts());
    Map<String, AccountEntry> entries = new LinkedHashMap<>(alone.table().entries());
    keepLinesOfKept(file, tables, entries);
    conflicts.addAll(
        IdConflicts.from(
            entries,
            file,
            tables.local(),
            tables.offered(),
            file == AccountFile.PASSWD ? groupIds() : Optional.empty()));
    dropLinesOfGone(file, tables, entries);
    merged.put(file, alone.table().withEntries(entries));
  }

  private void keepLinesOfKept(AccountFile file, Tables tables, Map<String, AccountEntry> entries) {
    ifPrimary(
        file,
        (primary, result) -> {
          for (String name : result.names()) {
            if (!primary.offered().names().contains(name)) {
              tables.local().get(name).ifPresent(line -> entries.putIfAbsent(name, line));
            }
          }
        });
  }

  private void dropLinesOfGone(AccountFile file, Tables tables, Map<String, AccountEntry> entries) {
    ifPrimary(
        file,
        (primary, result) -> {
          for (String name : List.copyOf(entries.keySet())) {
            Optional<AccountEntry> local = tables.local().get(name);
            boolean danglesHere = local.isPresent() && !primary.local().names().contains(name);
            if (result.names().contains(name) || danglesHere || !isKnown(primary, name)) {
              continue;
            }
            entries.remove(name);
            if (local.isPresent() && !local.equals(tables.came().get(name))) {
              conflicts.add(
                  new EtcConflict(
                      file.path(),
                      EtcConflict.Kind.ENTRY,
                      "%s changed here, but its entry of %s is dropped by the image"
                          .formatted(
                              local.get().displayName(), file.primary().orElseThrow().path()),
                      "goes with it"));
            }
          }
        });
  }

  private static boolean isKnown(Tables primary, String name) {
    return primary.came().names().contains(name)
        || primary.local().names().contains(name)
        || primary.offered().names().contains(name);
  }

  private interface WithPrimary {
    void apply(Tables before, AccountTable merged);
  }

  /** Without a primary that could be merged by entry, nothing is known of it. */
  private void ifPrimary(AccountFile file, WithPrimary step) {
    file.primary()
        .filter(merged::containsKey)
        .ifPresent(
            primary ->
                step.apply(
                    Objects.requireNonNull(before.get(primary)),
                    Objects.requireNonNull(merged.get(primary))));
  }

  private Optional<GroupIds> groupIds() {
    AccountTable groups = merged.get(AccountFile.GROUP);
    Tables versions = before.get(AccountFile.GROUP);
    return groups == null || versions == null
        ? Optional.empty()
        : Optional.of(new GroupIds(groups, versions.offered()));
  }
}
