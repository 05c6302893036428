package io.github.containersnap.etc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class AccountDatabaseMergeTest {
  private static final String ROOT = "root:x:0:0:root:/root:/bin/sh";

  private final Map<AccountFile, AccountVersions> versions = new EnumMap<>(AccountFile.class);

  private static AccountText text(List<String> lines) {
    return new AccountText(String.join("\n", lines) + (lines.isEmpty() ? "" : "\n"));
  }

  private void given(
      AccountFile file, List<String> came, List<String> local, List<String> offered) {
    versions.put(file, new AccountVersions(text(came), text(local), text(offered)));
  }

  private List<String> merged(AccountFile file) {
    AccountVersions three = Objects.requireNonNull(versions.get(file));
    String characters =
        switch (AccountDatabaseMerge.of(versions).contents().get(file)) {
          case MergedEntry.Content.Offered offered -> three.offered().characters();
          case MergedEntry.Content.Local local -> three.local().characters();
          case MergedEntry.Content.Merged merged -> merged.text().characters();
          case null -> throw new AssertionError("not merged: " + file);
        };
    return characters.isEmpty() ? List.of() : Arrays.asList(characters.split("\n", -1));
  }

  private static List<String> lines(String... lines) {
    List<String> all = new ArrayList<>(List.of(lines));
    all.add("");
    return all;
  }

  private List<String> conflicts() {
    return AccountDatabaseMerge.of(versions).conflicts().stream()
        .map(EtcConflict::inWords)
        .toList();
  }

  private static String user(String name, int uid, int gid, String shell) {
    return "%s:x:%d:%d::/:%s".formatted(name, uid, gid, shell);
  }

  private static String user(String name, int uid) {
    return user(name, uid, uid, "/bin/sh");
  }

  @Test
  void entries_of_both_sides_come_together_in_the_images_order() {
    given(
        AccountFile.PASSWD,
        List.of(ROOT, user("gone", 10), user("away", 11), user("mail", 8)),
        List.of(ROOT, user("alice", 1000), user("gone", 10), user("mail", 8, 8, "/bin/own")),
        List.of(user("new", 12), ROOT, user("away", 11), user("mail", 8)));

    assertThat(merged(AccountFile.PASSWD))
        .isEqualTo(
            lines(user("new", 12), ROOT, user("mail", 8, 8, "/bin/own"), user("alice", 1000)));
    assertThat(conflicts()).isEmpty();
  }

  @Test
  void an_entry_both_sides_changed_is_the_machines_and_listed() {
    given(
        AccountFile.PASSWD,
        List.of(user("a", 1), user("b", 2), user("c", 3)),
        List.of(user("a", 1, 1, "/own"), user("b", 2, 2, "/own")),
        List.of(user("a", 1, 1, "/new"), user("c", 3, 3, "/new")));

    assertThat(merged(AccountFile.PASSWD))
        .isEqualTo(lines(user("a", 1, 1, "/own"), user("b", 2, 2, "/own")));
    assertThat(conflicts())
        .containsExactlyInAnyOrder(
            "/etc/passwd: a changed here and in the image; kept as it is here",
            "/etc/passwd: b changed here, dropped by the image; kept as it is here",
            "/etc/passwd: c removed here, changed in the image; stays removed");
  }

  @Test
  void members_of_a_group_merge_as_sets() {
    given(
        AccountFile.GROUP,
        List.of("sudo:x:27:old,stays", "quiet:x:28:"),
        List.of("sudo:x:27:stays,alice", "quiet:x:28:alice"),
        List.of("sudo:x:27:old,stays,service", "quiet:x:28:service"));
    given(
        AccountFile.GSHADOW,
        List.of("sudo:*::old,stays", "quiet:*::"),
        List.of("sudo:*:alice:stays,alice", "quiet:*::alice"),
        List.of("sudo:!::old,stays,service", "quiet:*:boss:service"));

    assertThat(merged(AccountFile.GROUP))
        .isEqualTo(lines("sudo:x:27:stays,service,alice", "quiet:x:28:service,alice"));
    assertThat(merged(AccountFile.GSHADOW))
        .isEqualTo(lines("sudo:!:alice:stays,service,alice", "quiet:*:boss:service,alice"));
    assertThat(conflicts()).isEmpty();
  }

  @Test
  void a_number_that_is_taken_here_is_not_given_to_an_entry_of_the_image() {
    given(
        AccountFile.PASSWD,
        List.of(ROOT, user("moves", 20)),
        List.of(ROOT, user("moves", 20), user("bob", 990), user("eve", 991)),
        List.of(ROOT, user("moves", 991), user("service", 990), user("other", 992)));

    assertThat(merged(AccountFile.PASSWD))
        .isEqualTo(
            lines(ROOT, user("moves", 20), user("other", 992), user("bob", 990), user("eve", 991)));
    assertThat(conflicts())
        .containsExactlyInAnyOrder(
            "/etc/passwd: number 990 of service in the image is bob here; not added",
            "/etc/passwd: number 991 of moves in the image is eve here; kept as it is here");
  }

  @Test
  void a_refused_entry_keeps_its_old_number_from_those_the_image_gave_it_to() {
    given(
        AccountFile.GROUP,
        List.of("a:x:1:", "b:x:2:"),
        List.of("a:x:1:", "b:x:2:", "own:x:3:"),
        List.of("a:x:2:", "b:x:3:", "new:x:1:"));

    assertThat(merged(AccountFile.GROUP)).isEqualTo(lines("a:x:1:", "b:x:2:", "own:x:3:"));
    assertThat(conflicts()).hasSize(3);
  }

  @Test
  void a_chain_of_clashes_is_cut_short() {
    List<String> came = new ArrayList<>();
    List<String> offered = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      came.add("g%d:x:%d:".formatted(i, i));
      offered.add("g%d:x:%d:".formatted(i, i + 1));
    }
    List<String> local = new ArrayList<>(came);
    local.add("own:x:5000:");
    given(AccountFile.GROUP, came, local, offered);

    assertThat(merged(AccountFile.GROUP)).containsExactlyInAnyOrderElementsOf(with(local, ""));
  }

  private static List<String> with(List<String> lines, String more) {
    List<String> all = new ArrayList<>(lines);
    all.add(more);
    return all;
  }

  @Test
  void numbers_that_two_entries_of_the_image_share_are_its_own_business() {
    List<String> offered = List.of(ROOT, user("toor", 0), user("new", 5));
    given(
        AccountFile.PASSWD,
        List.of(ROOT, user("toor", 0)),
        List.of(ROOT, user("toor", 0), user("alice", 1000)),
        offered);

    assertThat(merged(AccountFile.PASSWD)).containsAll(offered).hasSize(5);
    assertThat(conflicts()).isEmpty();
  }

  @Test
  void a_user_of_the_image_does_not_get_a_group_of_the_machine() {
    given(
        AccountFile.GROUP,
        List.of("root:x:0:"),
        List.of("root:x:0:", "team:x:990:"),
        List.of("root:x:0:", "service:x:990:"));
    given(
        AccountFile.PASSWD,
        List.of(ROOT),
        List.of(ROOT),
        List.of(ROOT, user("service", 991, 990, "/bin/false"), user("fine", 5, 0, "/bin/false")));
    given(
        AccountFile.SHADOW,
        List.of("root:*:1::::::"),
        List.of("root:*:1::::::"),
        List.of("root:*:1::::::", "service:!:1::::::"));

    assertThat(merged(AccountFile.GROUP)).isEqualTo(lines("root:x:0:", "team:x:990:"));
    assertThat(merged(AccountFile.PASSWD)).isEqualTo(lines(ROOT, user("fine", 5, 0, "/bin/false")));
    assertThat(merged(AccountFile.SHADOW)).isEqualTo(lines("root:*:1::::::"));
    assertThat(conflicts())
        .containsExactlyInAnyOrder(
            "/etc/group: number 990 of service in the image is team here; not added",
            "/etc/passwd: group number of service in the image is team here; not added");
  }

  @Test
  void overlapping_ranges_of_subordinate_ids_are_a_clash_and_a_user_may_have_several() {
    given(
        AccountFile.SUBUID,
        List.of(),
        List.of("alice:100000:65536", "alice:300000:10"),
        List.of("service:165535:10", "other:165536:10", "third:300005:1"));

    assertThat(merged(AccountFile.SUBUID))
        .isEqualTo(lines("other:165536:10", "alice:100000:65536", "alice:300000:10"));
    assertThat(conflicts()).hasSize(2);
  }

  @Test
  void shadow_lines_follow_their_users() {
    given(
        AccountFile.PASSWD,
        List.of(ROOT, user("kept", 5), user("gone", 6), user("left", 7)),
        List.of(ROOT, user("kept", 5, 5, "/own"), user("gone", 6), user("left", 7)),
        List.of(ROOT));
    given(
        AccountFile.SHADOW,
        List.of("kept:*:1::::::", "gone:*:1::::::", "left:*:1::::::", "dangling:*:1::::::"),
        List.of("kept:*:1::::::", "gone:own:1::::::", "left:*:1::::::", "dangling:*:1::::::"),
        List.of("dangling:*:1::::::"));

    assertThat(merged(AccountFile.PASSWD)).isEqualTo(lines(ROOT, user("kept", 5, 5, "/own")));
    assertThat(merged(AccountFile.SHADOW)).isEqualTo(lines("dangling:*:1::::::", "kept:*:1::::::"));
    assertThat(conflicts())
        .contains(
            "/etc/shadow: gone changed here, but its entry of passwd is dropped by the image; goes"
                + " with it");
  }

  @Test
  void lines_that_are_no_entries_stay_verbatim_as_they_are_here() {
    given(
        AccountFile.PASSWD,
        List.of(ROOT),
        List.of(ROOT, "# mine", "", "+", ":x:1:1:::", "a:b", "\u00e9\u0000:x:7:7:\u00ff:/:/bin/sh"),
        List.of(ROOT, "# of the image", user("new", 5)));

    assertThat(merged(AccountFile.PASSWD))
        .isEqualTo(
            lines(
                ROOT,
                user("new", 5),
                "\u00e9\u0000:x:7:7:\u00ff:/:/bin/sh",
                "# mine",
                "",
                "+",
                ":x:1:1:::",
                "a:b"));
  }

  @Test
  void a_file_only_one_side_changed_is_taken_byte_for_byte() {
    AccountText odd = new AccountText("# odd\nroot:x:0:0:::\n\nbroken");
    AccountText came = new AccountText("root:x:0:0:::\n");
    versions.put(AccountFile.PASSWD, new AccountVersions(came, odd, came));
    assertThat(AccountDatabaseMerge.of(versions).contents())
        .containsEntry(AccountFile.PASSWD, new MergedEntry.Content.Local());

    versions.put(AccountFile.PASSWD, new AccountVersions(came, came, odd));
    assertThat(AccountDatabaseMerge.of(versions).contents())
        .containsEntry(AccountFile.PASSWD, new MergedEntry.Content.Offered());
  }

  @Test
  void names_in_messages_cannot_steer_a_terminal() {
    given(
        AccountFile.PASSWD,
        List.of(),
        List.of(user("\u001b[31m", 5)),
        List.of(user("\u001b[31m", 6)));

    assertThat(conflicts().getFirst()).startsWith("/etc/passwd: %1B[31m changed");
  }

  @Test
  @Timeout(120) // seconds; comparing each with each would take far longer
  void very_many_entries_merge_in_time() {
    StringBuilder local = new StringBuilder();
    StringBuilder offered = new StringBuilder();
    for (int i = 0; i < 100_000; i++) {
      local.append("l").append(i).append(":").append(i * 20L).append(":30\n");
      offered.append("o").append(i).append(":").append(i * 20L).append(":30\n");
    }
    versions.put(
        AccountFile.SUBUID,
        new AccountVersions(
            AccountText.EMPTY,
            new AccountText(local.toString()),
            new AccountText(offered.toString())));

    assertThat(AccountDatabaseMerge.of(versions).conflicts()).hasSize(100_000);
  }
}
