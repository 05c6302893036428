package io.github.containersnap.etc;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Merges one account file by entry, without looking at any other file.
 *
 * <p>The key is the name. Each entry follows the rule of {@link ThreeWayChoice}; where both sides
 * changed a group, its lists of names merge as sets and only the rest can be in conflict. The order
 * is the image's, then what only the machine has. Lines that are no entries are the machine's,
 * verbatim, at the end.
 */
final class AccountFileMerge {
  private final AccountFile file;
  private final AccountTable came;
  private final AccountTable local;
  private final AccountTable offered;
  private final List<EtcConflict> conflicts = new ArrayList<>();

  private AccountFileMerge(
      AccountFile file, AccountTable came, AccountTable local, AccountTable offered) {
    this.file = file;
    this.came = came;
    this.local = local;
    this.offered = offered;
  }

  /**
   * What the merge of one file comes to.
   *
   * @param conflicts the entries that both sides changed
   */
  record Result(AccountTable table, List<EtcConflict> conflicts) {}

  static Result of(AccountFile file, AccountTable came, AccountTable local, AccountTable offered) {
    ThreeWayChoice<AccountText> whole =
        ThreeWayChoice.between(Optional.of(came.text()), local.text(), offered.text());
    if (!whole.conflict()) { // then no line moves
      return new Result(whole.value().equals(local.text()) ? local : offered, List.of());
    }
    return new AccountFileMerge(file, came, local, offered).merge();
  }

  private Result merge() {
    Set<String> names = new LinkedHashSet<>(offered.names());
    names.addAll(local.names());
    names.addAll(came.names());
    Map<String, AccountEntry> entries = new LinkedHashMap<>();
    for (String name : names) {
      merged(name).ifPresent(entry -> entries.put(name, entry));
    }
    return new Result(AccountTable.of(file, entries, local.malformed()), List.copyOf(conflicts));
  }

  private Optional<AccountEntry> merged(String name) {
    Optional<AccountEntry> before = came.get(name);
    Optional<AccountEntry> here = local.get(name);
    Optional<AccountEntry> there = offered.get(name);
    ThreeWayChoice<Optional<AccountEntry>> whole =
        ThreeWayChoice.between(Optional.of(before), here, there);
    if (whole.conflict() && here.isPresent() && there.isPresent()) {
      return Optional.of(bothChanged(before, here.get(), there.get()));
    }
    if (whole.conflict()) {
      conflicts.add(
          here.or(() -> there).map(entry -> oneSided(entry, here.isPresent())).orElseThrow());
    }
    return whole.value();
  }

  private EtcConflict oneSided(AccountEntry entry, boolean isHere) {
    return isHere
        ? new EtcConflict(
            file.path(),
            EtcConflict.Kind.ENTRY,
            "%s changed here, dropped by the image".formatted(entry.displayName()),
            "kept as it is here")
        : new EtcConflict(
            file.path(),
            EtcConflict.Kind.ENTRY,
            "%s removed here, changed in the image".formatted(entry.displayName()),
            "stays removed");
  }

  private AccountEntry bothChanged(
      Optional<AccountEntry> before, AccountEntry here, AccountEntry there) {
    boolean lists = !file.listFields().isEmpty() && isOneLine(here) && isOneLine(there);
    if (lists) {
      List<String> fields = new ArrayList<>(fields(here));
      Optional<List<String>> base =
          before.filter(AccountFileMerge::isOneLine).map(AccountFileMerge::fields);
      ThreeWayChoice<List<String>> rest =
          ThreeWayChoice.between(
              base.map(this::withoutLists), withoutLists(fields), withoutLists(fields(there)));
      if (rest.conflict()) {
        conflicts.add(bothChanged(here));
      }
      List<String> result = new ArrayList<>(rest.value());
      for (int field : file.listFields()) {
        MemberList merged =
            MemberList.of(base.map(all -> all.get(field)).orElse(""))
                .merge(MemberList.of(fields.get(field)), MemberList.of(fields(there).get(field)));
        result.set(field, merged.text());
      }
      return AccountEntry.of(file, here.name(), List.of(String.join(":", result)));
    }
    conflicts.add(bothChanged(here));
    return here;
  }

  private EtcConflict bothChanged(AccountEntry entry) {
    return new EtcConflict(
        file.path(),
        EtcConflict.Kind.ENTRY,
        "%s changed here and in the image".formatted(entry.displayName()),
        "kept as it is here");
  }

  private List<String> withoutLists(List<String> fields) {
    List<String> rest = new ArrayList<>(fields);
    file.listFields().forEach(field -> rest.set(field, ""));
    return rest;
  }

  private static boolean isOneLine(AccountEntry entry) {
    return entry.lines().size() == 1;
  }

  private static List<String> fields(AccountEntry entry) {
    return AccountEntry.fields(entry.lines().getFirst());
  }
}
