package io.github.containersnap.etc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.etc.EtcConflict.Kind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EtcMergePlanTest {
  private final EtcSketch came = EtcSketch.empty();
  private final EtcSketch local = EtcSketch.empty();
  private final EtcSketch offered = EtcSketch.empty();

  private EtcMergePlan plan() {
    EtcMergePlan plan = EtcSketch.plan(came, local, offered);
    assertThat(PlanOnPaper.execute(plan, local.manifest(), offered.manifest()))
        .as("what the actions come to")
        .isEqualTo(plan.result());
    return plan;
  }

  private static TreeEntry at(EtcMergePlan plan, String path) {
    return plan.result().get(path).orElseThrow();
  }

  private static List<Kind> kinds(EtcMergePlan plan) {
    return plan.conflicts().stream().map(EtcConflict::kind).toList();
  }

  @Test
  void what_nobody_changed_here_is_the_images() {
    came.file("same", "1").file("newer", "1").file("dropped", "1").directory("d").file("d/x", "1");
    local.file("same", "1").file("newer", "1").file("dropped", "1").directory("d").file("d/x", "1");
    offered.file("same", "1").file("newer", "2").file("added", "1");

    EtcMergePlan plan = plan();

    assertThat(plan.result()).isEqualTo(offered.manifest());
    assertThat(plan.actions()).isEmpty();
    assertThat(plan.conflicts()).isEmpty();
  }

  @Test
  void a_local_change_wins_and_is_a_conflict_only_if_the_image_changed_it_too() {
    came.file("quiet", "1").file("disputed", "1").file("agreed", "1");
    local.file("quiet", "2").file("disputed", "2").file("agreed", "2").file("own", "1");
    offered.file("quiet", "1").file("disputed", "3").file("agreed", "2");

    EtcMergePlan plan = plan();

    assertThat(plan.result()).isEqualTo(local.manifest());
    assertThat(plan.conflicts()).containsExactly(EtcConflict.content("disputed"));
    assertThat(plan.conflicts().getFirst().inWords())
        .isEqualTo("/etc/disputed: changed here and in the image; kept as it is here");
  }

  @Test
  void what_was_removed_here_stays_removed() {
    came.file("quiet", "1").file("disputed", "1").directory("d").file("d/x", "1");
    offered.file("quiet", "1").file("disputed", "2").directory("d").file("d/x", "1");

    EtcMergePlan plan = plan();

    assertThat(plan.result()).isEqualTo(EtcSketch.empty().manifest());
    assertThat(plan.conflicts()).containsExactly(EtcConflict.removedHere("disputed"));
  }

  @Test
  void a_directory_removed_here_comes_back_with_what_is_new_in_it() {
    came.directory("d").file("d/x", "1");
    offered.directory("d").file("d/x", "1").file("d/new", "1");

    assertThat(plan().result())
        .isEqualTo(EtcSketch.empty().directory("d").file("d/new", "1").manifest());
  }

  @Test
  void what_the_image_dropped_stays_only_if_it_was_changed_here() {
    came.directory("d").file("d/changed", "1").file("d/left", "1").directory("e");
    local.directory("d").file("d/changed", "2").file("d/left", "1").directory("e");

    EtcMergePlan plan = plan();

    assertThat(plan.result())
        .isEqualTo(EtcSketch.empty().directory("d").file("d/changed", "2").manifest());
    assertThat(plan.conflicts()).containsExactly(EtcConflict.droppedByImage("d/changed"));
  }

  @Test
  void content_mode_owner_and_attributes_merge_apart_from_each_other() {
    came.file("f", "1").attribute("f", "user.a", "00").attribute("f", "user.b", "00");
    local
        .file("f", "1")
        .mode("f", 0600)
        .attribute("f", "user.a", "01")
        .attribute("f", "user.b", "00");
    offered.file("f", "2").owner("f", 1, 2).attribute("f", "user.a", "00");

    EtcMergePlan plan = plan();

    assertThat(at(plan, "f").contentDigest()).isEqualTo("2");
    assertThat(at(plan, "f").mode()).isEqualTo(0600);
    assertThat(at(plan, "f").uid()).isEqualTo(1);
    assertThat(at(plan, "f").gid()).isEqualTo(2);
    assertThat(at(plan, "f").extendedAttributes()).containsOnlyKeys("user.a").containsValue("01");
    assertThat(plan.conflicts()).isEmpty();
    assertThat(plan.actions()).hasSize(1).first().isInstanceOf(EtcAction.SetAttributes.class);
  }

  @Test
  void attributes_that_both_sides_changed_are_a_conflict_of_their_own() {
    came.file("f", "1").directory("d");
    local.file("f", "1").mode("f", 0600).directory("d").mode("d", 0700);
    offered.file("f", "2").mode("f", 0640).directory("d").mode("d", 0750);

    EtcMergePlan plan = plan();

    assertThat(at(plan, "f").contentDigest()).isEqualTo("2");
    assertThat(at(plan, "f").mode()).isEqualTo(0600);
    assertThat(at(plan, "d").mode()).isEqualTo(0700);
    assertThat(plan.conflicts())
        .containsExactly(EtcConflict.attributes("d"), EtcConflict.attributes("f"));
  }

  @Test
  void an_access_list_is_never_parted_from_its_mode() {
    came.file("f", "1");
    local.file("f", "1").mode("f", 0660).attribute("f", "system.posix_acl_access", "02");
    offered.file("f", "1").mode("f", 0600);

    EtcMergePlan plan = plan();

    assertThat(at(plan, "f")).isEqualTo(local.at("f"));
    assertThat(kinds(plan)).containsExactly(Kind.ATTRIBUTES);
  }

  @Test
  void the_mode_of_etc_itself_is_merged() {
    local.mode("", 0700);

    assertThat(at(plan(), "").mode()).isEqualTo(0700);
  }

  @Test
  void where_a_directory_meets_a_file_the_whole_of_the_changed_side_is_taken() {
    came.directory("d").file("d/x", "1").file("d/y", "1").file("f", "1").file("g", "1");
    local.directory("d").file("d/x", "2").file("d/y", "1").directory("f").file("f/z", "1");
    local.file("g", "1");
    offered.link("d", "/usr/share/d").file("f", "2").directory("g").file("g/new", "1");

    EtcMergePlan plan = plan();

    assertThat(plan.result())
        .isEqualTo(
            EtcSketch.empty()
                .directory("d")
                .file("d/x", "2")
                .file("d/y", "1")
                .directory("f")
                .file("f/z", "1")
                .directory("g")
                .file("g/new", "1")
                .manifest());
    assertThat(plan.conflicts())
        .extracting(EtcConflict::inWords)
        .containsExactly(
            "/etc/d: a directory here, a symbolic link in the image; kept as it is here",
            "/etc/f: a directory here, a file in the image; kept as it is here");
  }

  @Test
  void a_parent_that_became_a_link_here_stays_one_and_nothing_goes_through_it() {
    came.directory("d").file("d/x", "1");
    local.link("d", "/srv/d");
    offered.directory("d").file("d/x", "2").file("d/new", "1");

    EtcMergePlan plan = plan();

    assertThat(plan.result()).isEqualTo(local.manifest());
    assertThat(kinds(plan)).containsExactly(Kind.TYPE);
  }

  @Test
  void a_parent_that_became_a_link_in_the_image_is_replaced_before_anything_is_below_it() {
    came.directory("d").file("d/x", "1");
    local.directory("d").file("d/x", "2");
    offered.link("d", "../../outside");

    EtcMergePlan plan = plan();

    assertThat(plan.actions().getFirst()).isEqualTo(new EtcAction.Remove("d"));
    assertThat(plan.result()).isEqualTo(local.manifest());
  }

  @Test
  void a_link_here_against_a_file_in_the_image_is_a_conflict_of_types() {
    came.file("f", "1").file("quiet", "1");
    local.link("f", "elsewhere").link("quiet", "elsewhere");
    offered.file("f", "2").file("quiet", "1");

    EtcMergePlan plan = plan();

    assertThat(plan.result()).isEqualTo(local.manifest());
    assertThat(plan.conflicts())
        .containsExactly(EtcConflict.type("f", local.at("f"), offered.at("f")));
  }

  @Test
  void special_files_are_carried_as_such() {
    local.special("pipe", io.github.containersnap.tree.FileKind.FIFO, 0);
    local.special("null", io.github.containersnap.tree.FileKind.CHARACTER_DEVICE, 0x103);

    assertThat(plan().result()).isEqualTo(local.manifest());
  }

  @Test
  void names_of_one_file_stay_that_where_all_are_carried() {
    local.file("a", "1").file("b", "1").file("c", "1").linked("a", "b", "c");
    offered.file("c", "1"); // the image has this one already: it is not linked across

    EtcMergePlan plan = plan();

    assertThat(plan.actions())
        .containsExactly(
            new EtcAction.Copy("a", EtcAction.Side.LOCAL), new EtcAction.HardLink("b", "a"));
  }

  @Test
  void other_attributes_for_one_name_of_the_images_file_leave_its_other_names_alone() {
    came.file("a", "1").file("b", "1");
    local.file("a", "1").mode("a", 0600).file("b", "1");
    offered.file("a", "1").file("b", "1").file("c", "1").linked("a", "b", "c");

    EtcMergePlan plan = plan();

    assertThat(at(plan, "a").mode()).isEqualTo(0600);
    assertThat(at(plan, "a").hardLinkGroup()).isEmpty();
    assertThat(at(plan, "b").mode()).isEqualTo(0644);
    assertThat(at(plan, "b").hardLinkGroup()).isEqualTo("b");
    assertThat(at(plan, "c").hardLinkGroup()).isEqualTo("b");
  }

  @Test
  void the_machines_identity_stays_even_if_it_is_the_images() {
    for (EtcSketch both : List.of(came, local)) {
      both.file("machine-id", "baked in").directory("ssh");
      both.file("ssh/ssh_host_rsa_key", "1").file("ssh/ssh_host_rsa_key.pub", "1");
      both.file("ssh/sshd_config", "1");
    }
    offered.file("machine-id", "").directory("ssh").file("ssh/ssh_host_rsa_key.pub", "2");
    offered.file("ssh/sshd_config", "2");

    EtcMergePlan plan = plan();

    for (String own : List.of("machine-id", "ssh/ssh_host_rsa_key", "ssh/ssh_host_rsa_key.pub")) {
      assertThat(at(plan, own)).isEqualTo(local.at(own));
    }
    assertThat(at(plan, "ssh/sshd_config").contentDigest()).isEqualTo("2");
    assertThat(plan.conflicts()).isEmpty();
  }

  @Test
  void of_the_identity_only_what_changed_since_then_is_carried() {
    for (EtcSketch both : List.of(came, local)) {
      both.file("machine-id", "old").file("shadow-", "of users that were dropped");
    }
    came.directory("ssh").file("ssh/ssh_host_rsa_key", "1");
    local.directory("ssh").file("ssh/ssh_host_rsa_key", "2");
    offered.file("machine-id", "new").directory("ssh").file("ssh/ssh_host_rsa_key", "1");

    EtcMergePlan plan =
        EtcMergePlan.sinceThen(came.manifest(), local.manifest(), offered.manifest(), Map.of());

    assertThat(plan.result())
        .isEqualTo(
            EtcSketch.empty()
                .file("machine-id", "new")
                .directory("ssh")
                .file("ssh/ssh_host_rsa_key", "2")
                .manifest());
  }

  @Test
  void identity_that_the_machine_gave_itself_stays() {
    came.file("machine-id", "uninitialized").file("fstab", "#").directory("ssl");
    local.file("machine-id", "0123").file("fstab", "disk").directory("ssl").file("ssl/own", "1");
    local.file("hostname", "here").file("adjtime", "0").link("localtime", "/usr/share/zone");
    offered.file("machine-id", "").file("fstab", "#").directory("ssl");

    EtcMergePlan plan = plan();

    assertThat(plan.result()).isEqualTo(local.manifest());
    assertThat(plan.conflicts()).isEmpty();
  }

  @Test
  void the_cache_of_the_images_libraries_is_the_images() {
    came.file("ld.so.cache", "1");
    local.file("ld.so.cache", "2");
    offered.file("ld.so.cache", "3");

    EtcMergePlan plan = plan();

    assertThat(at(plan, "ld.so.cache").contentDigest()).isEqualTo("3");
    assertThat(plan.conflicts()).isEmpty();
  }

  @Test
  void an_account_file_too_large_to_merge_is_a_file_like_any_other() {
    came.file("passwd", "1");
    local.file("passwd", "2");
    offered.file("passwd", "3");

    EtcMergePlan plan =
        EtcMergePlan.of(came.manifest(), local.manifest(), offered.manifest(), Map.of());

    assertThat(at(plan, "passwd").contentDigest()).isEqualTo("2");
    assertThat(plan.conflicts())
        .extracting(EtcConflict::inWords)
        .containsExactly(
            "/etc/passwd: changed here and in the image, and too large to merge its entries; kept"
                + " as it is here");
  }

  @Test
  void merged_accounts_have_the_merged_mode_and_owner() {
    came.accounts(AccountFile.SHADOW, "root:*:1::::::").mode("shadow", 0640).owner("shadow", 0, 42);
    local.accounts(AccountFile.SHADOW, "root:$y$:2::::::").mode("shadow", 0640);
    local.owner("shadow", 0, 42);
    offered.accounts(AccountFile.SHADOW, "root:*:1::::::", "new:*:1::::::").mode("shadow", 0600);
    offered.owner("shadow", 0, 42);

    EtcMergePlan plan = plan();

    assertThat(at(plan, "shadow").mode()).isEqualTo(0600);
    assertThat(at(plan, "shadow").gid()).isEqualTo(42);
    assertThat(plan.actions().getLast())
        .isInstanceOfSatisfying(
            EtcAction.WriteAccounts.class,
            write ->
                assertThat(write.text().characters())
                    .isEqualTo("root:$y$:2::::::\nnew:*:1::::::\n"));
    assertThat(plan.actions().toString()).doesNotContain("$y$");
  }

  @Test
  void a_machine_whose_image_had_no_etc_keeps_all_of_its_own() {
    local.file("f", "1").directory("d").file("d/x", "1");
    offered.file("f", "2").directory("d").file("d/y", "1");

    EtcMergePlan plan =
        EtcMergePlan.of(TreeManifest.empty(), local.manifest(), offered.manifest(), Map.of());

    assertThat(plan.result())
        .isEqualTo(
            EtcSketch.empty()
                .file("f", "1")
                .directory("d")
                .file("d/x", "1")
                .file("d/y", "1")
                .manifest());
  }
}
