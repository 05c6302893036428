package io.github.containersnap.etc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The merge of passwd, group and shadow against a model that looks at one name at a time. */
class AccountsModelProperties {
  private static final List<String> NAMES = List.of("a", "b", "c", "d");

  /** One side's accounts: users and groups by name. */
  record Side(Map<String, User> users, Map<String, Group> groups) {
    AccountText text(AccountFile file) {
      Stream<String> lines =
          switch (file) {
            case PASSWD ->
                users.entrySet().stream()
                    .map(
                        at ->
                            "%s:x:%d:50::/:%s"
                                .formatted(
                                    at.getKey(), at.getValue().number(), at.getValue().shell()));
            case SHADOW ->
                users.entrySet().stream()
                    .map(at -> "%s:%s:1::::::".formatted(at.getKey(), at.getValue().secret()));
            case GROUP ->
                groups.entrySet().stream()
                    .map(
                        at ->
                            "%s:x:%d:%s"
                                .formatted(
                                    at.getKey(),
                                    at.getValue().number(),
                                    String.join(",", at.getValue().members())));
            case GSHADOW, SUBUID, SUBGID -> Stream.of();
          };
      return new AccountText(lines.map(line -> line + "\n").collect(Collectors.joining()));
    }
  }

  record User(int number, String shell, String secret) {}

  record Group(int number, TreeSet<String> members) {}

  @Property(tries = 4000)
  void each_name_is_merged_as_the_rules_say(
      @ForAll("sides") Side came, @ForAll("sides") Side local, @ForAll("sides") Side offered) {
    Map<AccountFile, AccountTable> merged = merged(came, local, offered);
    AccountTable passwd = Objects.requireNonNull(merged.get(AccountFile.PASSWD));

    Map<String, Optional<User>> users = new HashMap<>();
    for (String name : NAMES) {
      users.put(name, user(name, came, local, offered));
    }
    for (int chain = 0; chain < NAMES.size(); chain++) {
      List<String> taken =
          NAMES.stream().filter(name -> isTaken(name, users, local, offered)).toList();
      taken.forEach(name -> users.put(name, visible(local, name)));
    }
    users.forEach(
        (name, expected) ->
            assertThat(passwd.get(name).map(entry -> entry.lines().getFirst()))
                .as("passwd of " + name)
                .isEqualTo(
                    expected.map(
                        user -> "%s:x:%d:50::/:%s".formatted(name, user.number(), user.shell()))));
  }

  /** Without the secret, which is in shadow. */
  private static Optional<User> user(String name, Side came, Side local, Side offered) {
    Optional<User> before = visible(came, name);
    Optional<User> here = visible(local, name);
    return here.equals(before) ? visible(offered, name) : here;
  }

  private static Optional<User> visible(Side side, String name) {
    return Optional.ofNullable(side.users().get(name))
        .map(user -> new User(user.number(), user.shell(), ""));
  }

  private static boolean isTaken(
      String name, Map<String, Optional<User>> users, Side local, Side offered) {
    Optional<User> wanted = users.getOrDefault(name, Optional.empty());
    if (wanted.isEmpty()) {
      return false;
    }
    int number = wanted.get().number();
    if (visible(local, name).filter(user -> user.number() == number).isPresent()) {
      return false;
    }
    return NAMES.stream()
        .filter(other -> !other.equals(name))
        .filter(
            other ->
                users
                    .getOrDefault(other, Optional.empty())
                    .filter(user -> user.number() == number)
                    .isPresent())
        .anyMatch(
            other -> visible(offered, other).filter(user -> user.number() == number).isEmpty());
  }

  @Property(tries = 2000)
  void members_are_who_was_not_removed_by_either_side(
      @ForAll("sides") Side came, @ForAll("sides") Side local, @ForAll("sides") Side offered) {
    AccountTable groups =
        Objects.requireNonNull(merged(came, local, offered).get(AccountFile.GROUP));
    for (String name : NAMES) {
      Group here = local.groups().get(name);
      Group there = offered.groups().get(name);
      if (here == null || there == null || here.number() != there.number()) {
        continue; // numbers may clash then
      }
      Set<String> before =
          Optional.ofNullable(came.groups().get(name)).map(Group::members).orElse(new TreeSet<>());
      Set<String> expected =
          NAMES.stream()
              .filter(
                  member ->
                      before.contains(member)
                          ? here.members().contains(member) && there.members().contains(member)
                          : here.members().contains(member) || there.members().contains(member))
              .collect(Collectors.toSet());
      String line = groups.get(name).orElseThrow().lines().getFirst();
      assertThat(MemberList.of(AccountEntry.fields(line).get(3)).names())
          .as("members of " + name)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Property(tries = 2000)
  void users_and_shadow_lines_come_in_pairs_and_no_number_is_given_twice(
      @ForAll("sides") Side came, @ForAll("sides") Side local, @ForAll("sides") Side offered) {
    Map<AccountFile, AccountTable> merged = merged(came, local, offered);
    AccountTable passwd = Objects.requireNonNull(merged.get(AccountFile.PASSWD));
    AccountTable shadow = Objects.requireNonNull(merged.get(AccountFile.SHADOW));

    assertThat(shadow.names()).isEqualTo(passwd.names());
    assertThat(passwd.entries().values().stream().flatMap(entry -> entry.numbers().stream()))
        .doesNotHaveDuplicates();
  }

  @Property(tries = 2000)
  void a_merge_of_what_was_merged_changes_nothing(
      @ForAll("sides") Side came, @ForAll("sides") Side local, @ForAll("sides") Side offered) {
    Map<AccountFile, AccountVersions> again = new EnumMap<>(AccountFile.class);
    merged(came, local, offered)
        .forEach(
            (file, table) ->
                again.put(
                    file,
                    new AccountVersions(offered.text(file), table.text(), offered.text(file))));

    AccountDatabaseMerge.Result result = AccountDatabaseMerge.of(again);

    assertThat(result.conflicts()).isEmpty();
    again.forEach(
        (file, versions) -> assertThat(textOf(result, file, versions)).isEqualTo(versions.local()));
  }

  private static Map<AccountFile, AccountTable> merged(Side came, Side local, Side offered) {
    Map<AccountFile, AccountVersions> versions = new EnumMap<>(AccountFile.class);
    for (AccountFile file : List.of(AccountFile.PASSWD, AccountFile.GROUP, AccountFile.SHADOW)) {
      versions.put(
          file, new AccountVersions(came.text(file), local.text(file), offered.text(file)));
    }
    AccountDatabaseMerge.Result result = AccountDatabaseMerge.of(versions);
    Map<AccountFile, AccountTable> tables = new EnumMap<>(AccountFile.class);
    versions.forEach(
        (file, three) -> tables.put(file, AccountTable.read(file, textOf(result, file, three))));
    return tables;
  }

  private static AccountText textOf(
      AccountDatabaseMerge.Result result, AccountFile file, AccountVersions versions) {
    return switch (result.contents().get(file)) {
      case MergedEntry.Content.Offered offered -> versions.offered();
      case MergedEntry.Content.Local local -> versions.local();
      case MergedEntry.Content.Merged merged -> merged.text();
      case null -> throw new AssertionError("not merged: " + file);
    };
  }

  @Provide
  Arbitrary<Side> sides() {
    Arbitrary<List<Integer>> numbers =
        Arbitraries.shuffle(List.of(1, 2, 3, 4, 5)); // within one side no number is there twice
    Arbitrary<List<Integer>> bits = Arbitraries.integers().between(0, 255).list().ofSize(4);
    return Combinators.combine(numbers, numbers, bits).as(AccountsModelProperties::side);
  }

  private static Side side(List<Integer> users, List<Integer> groups, List<Integer> bits) {
    Side side = new Side(new LinkedHashMap<>(), new LinkedHashMap<>());
    for (int i = 0; i < NAMES.size(); i++) {
      int bit = bits.get(i);
      List<String> members = new ArrayList<>(NAMES);
      members.removeIf(member -> (bit >> (4 + NAMES.indexOf(member)) & 1) == 0);
      if ((bit & 1) != 0) {
        String shell = (bit & 2) == 0 ? "/bin/sh" : "/bin/own";
        String secret = (bit & 4) == 0 ? "*" : "set";
        side.users().put(NAMES.get(i), new User(users.get(i), shell, secret));
      }
      if ((bit & 8) != 0) {
        side.groups().put(NAMES.get(i), new Group(groups.get(i), new TreeSet<>(members)));
      }
    }
    return side;
  }
}
