package io.github.containersnap.harness.property;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.etc.AccountFile;
import io.github.containersnap.etc.AccountText;
import io.github.containersnap.etc.AccountVersions;
import io.github.containersnap.etc.EtcAction;
import io.github.containersnap.etc.EtcMergePlan;
import io.github.containersnap.tree.TreeManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * P4 and P5 of accounts: what must hold of the users of a merged /etc whatever the machine's image,
 * its owner and the new image did to them. Names and numbers are few, so they clash often.
 */
class AccountRuleProperties {
  private static final int TRIES = 1000;
  private static final int FIRST_ID = 100;
  private static final int IDS = 5;
  private static final int ID = 2;
  private static final List<AccountFile> FILES =
      List.of(AccountFile.GROUP, AccountFile.PASSWD, AccountFile.SHADOW);

  /**
   * A user with a group of the same name and number.
   *
   * @param password what shadow has of them
   */
  record User(int id, String password) {}

  /** The accounts of one /etc, as its three files say. */
  record Accounts(SortedMap<String, User> users) {
    String text(AccountFile file) {
      StringBuilder text = new StringBuilder();
      users.forEach((name, user) -> text.append(line(file, name, user)).append('\n'));
      return text.toString();
    }

    private static String line(AccountFile file, String name, User user) {
      return switch (file) {
        case PASSWD -> "%s:x:%d:%d::/:/bin/sh".formatted(name, user.id(), user.id());
        case GROUP -> "%s:x:%d:".formatted(name, user.id());
        case SHADOW -> "%s:%s:1::::::".formatted(name, user.password());
        default -> throw new IllegalArgumentException("not drawn: " + file);
      };
    }

    ChangedTree tree() {
      List<LocalChange> changes = new ArrayList<>();
      changes.add(new LocalChange.MakeDirectory("", LocalChange.Attributes.ofRoot(0755)));
      for (AccountFile file : FILES) {
        changes.add(
            new LocalChange.WriteFile(
                file.path(), text(file), LocalChange.Attributes.ofRoot(0644)));
      }
      return ChangedTree.of(TreeManifest.empty(), Map.of()).with(changes);
    }

    Optional<User> user(String name) {
      return Optional.ofNullable(users.get(name));
    }
  }

  /** Each number belongs to one name, as on any sound system. */
  @Provide
  Arbitrary<Accounts> accounts() {
    Arbitrary<String> names = Arbitraries.of("a", "b", "c", "d", "e");
    Arbitrary<User> users =
        Combinators.combine(
                Arbitraries.integers().between(FIRST_ID, FIRST_ID + IDS - 1),
                Arbitraries.of("!", "$6$one"))
            .as(User::new);
    return Arbitraries.maps(names, users)
        .uniqueValues(User::id)
        .ofMaxSize(4)
        .map(map -> new Accounts(new TreeMap<>(map)));
  }

  /** The merged file's lines by name. */
  private static SortedMap<String, String> merged(
      AccountFile file, EtcMergePlan plan, Accounts local, Accounts offered) {
    String text =
        plan.actions().stream()
            .filter(action -> action.path().equals(file.path()))
            .map(
                action ->
                    switch (action) {
                      case EtcAction.WriteAccounts write ->
                          new String(write.text().bytes(), StandardCharsets.UTF_8);
                      case EtcAction.Copy copy ->
                          (copy.side() == EtcAction.Side.LOCAL ? local : offered).text(file);
                      default -> "";
                    })
            .reduce("", String::concat);
    boolean untouched = plan.actions().stream().noneMatch(it -> it.path().equals(file.path()));
    SortedMap<String, String> lines = new TreeMap<>();
    (untouched ? offered.text(file) : text)
        .lines()
        .forEach(line -> lines.put(line.substring(0, line.indexOf(':')), line));
    return lines;
  }

  private static EtcMergePlan plan(Accounts came, Accounts local, Accounts offered) {
    Map<AccountFile, AccountVersions> versions = new EnumMap<>(AccountFile.class);
    for (AccountFile file : FILES) {
      versions.put(
          file, new AccountVersions(text(came, file), text(local, file), text(offered, file)));
    }
    return EtcMergePlan.of(
        came.tree().manifest(), local.tree().manifest(), offered.tree().manifest(), versions);
  }

  private static AccountText text(Accounts accounts, AccountFile file) {
    return AccountText.of(accounts.text(file).getBytes(StandardCharsets.UTF_8));
  }

  @Property(tries = TRIES, seed = "16", edgeCases = EdgeCasesMode.NONE)
  void merged_accounts_agree_with_each_other_and_with_what_people_did(
      @ForAll("accounts") Accounts came,
      @ForAll("accounts") Accounts local,
      @ForAll("accounts") Accounts offered) {
    EtcMergePlan plan = plan(came, local, offered);
    SortedMap<String, String> passwd = merged(AccountFile.PASSWD, plan, local, offered);
    SortedMap<String, String> group = merged(AccountFile.GROUP, plan, local, offered);
    SortedMap<String, String> shadow = merged(AccountFile.SHADOW, plan, local, offered);

    assertThat(ids(passwd)).as("numbers of users").doesNotHaveDuplicates();
    assertThat(ids(group)).as("numbers of groups").doesNotHaveDuplicates();
    assertThat(shadow.keySet()).as("who has a password").isEqualTo(passwd.keySet());
    Set<String> names = new TreeSet<>(came.users().keySet());
    names.addAll(local.users().keySet());
    names.addAll(offered.users().keySet());
    for (String name : names) {
      each(name, came.user(name), local.user(name), offered.user(name), passwd, shadow);
    }
    passwd.forEach(
        (name, line) ->
            assertThat(group.values())
                .as("the group of %s, alone with its number", line)
                .filteredOn(it -> id(it) == id(line))
                .allMatch(it -> it.startsWith(name + ":")));
  }

  private static void each(
      String name,
      Optional<User> came,
      Optional<User> local,
      Optional<User> offered,
      Map<String, String> passwd,
      Map<String, String> shadow) {
    boolean changedHere = !local.equals(came);
    Optional<Integer> here = local.map(User::id);
    Optional<Integer> found = Optional.ofNullable(passwd.get(name)).map(AccountRuleProperties::id);
    if (changedHere && !here.equals(came.map(User::id))) {
      assertThat(found).as("%s, whom the owner changed", name).isEqualTo(here);
    } else if (found.isEmpty()) {
      assertThat(here.isPresent() && offered.isPresent())
          .as("%s is here and in the image, and in the merge no more", name)
          .isFalse();
    } else {
      assertThat(found).as("the number of %s", name).isIn(here, offered.map(User::id));
    }
    if (changedHere && local.isPresent() && found.equals(here)) {
      boolean onlyHere = came.isEmpty() || !came.get().password().equals(local.get().password());
      if (onlyHere) {
        assertThat(shadow.get(name))
            .as("the password that the owner gave %s", name)
            .startsWith("%s:%s:".formatted(name, local.get().password()));
      }
    }
  }

  private static List<Integer> ids(Map<String, String> lines) {
    return lines.values().stream().map(AccountRuleProperties::id).toList();
  }

  private static int id(String line) {
    return Integer.parseInt(line.split(":", -1)[ID]);
  }
}
