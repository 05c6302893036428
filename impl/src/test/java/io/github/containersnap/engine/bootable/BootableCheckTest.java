package io.github.containersnap.engine.bootable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.TreeSketch;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.ImageId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BootableCheckTest {
  private static final ImageId IMAGE = new ImageId("ab".repeat(32));

  private static BootFiles bootFiles(TreeSketch tree) {
    return BootableCheck.require(IMAGE, tree.manifest());
  }

  private static void assertUnbootable(TreeSketch tree, String because) {
    assertThatThrownBy(() -> bootFiles(tree))
        .isInstanceOf(UnbootableImageException.class)
        .hasMessageContaining(because);
  }

  private static TreeSketch debian(String version) {
    return TreeSketch.bootable()
        .without("usr/lib/modules/6.12")
        .file("usr/lib/modules/" + version + "/modules.dep")
        .file("boot/vmlinuz-" + version)
        .file("boot/initrd.img-" + version);
  }

  @Test
  void a_kernel_beside_its_modules_boots() {
    assertThat(bootFiles(TreeSketch.bootable()))
        .isEqualTo(
            new BootFiles(
                "6.12", "usr/lib/modules/6.12/vmlinuz", "usr/lib/modules/6.12/initramfs.img"));
  }

  @Test
  void a_kernel_in_boot_boots() {
    assertThat(bootFiles(debian("6.1.0-42-amd64")))
        .isEqualTo(
            new BootFiles(
                "6.1.0-42-amd64", "boot/vmlinuz-6.1.0-42-amd64", "boot/initrd.img-6.1.0-42-amd64"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          usr/lib/modules/6.12/vmlinuz       | its kernel is missing (looked for /usr/lib/modules/6.12/vmlinuz, /boot/vmlinuz-6.12)
          usr/lib/modules/6.12/initramfs.img | its initrd is missing (looked for /usr/lib/modules/6.12/initramfs.img, /boot/initrd.img-6.12, /boot/initrd-6.12, /boot/initramfs-6.12.img)
          usr/lib/modules/6.12/modules.dep   | kernel 6.12 has no modules (/usr/lib/modules/6.12)
          usr/lib/modules                    | it has no kernel (no /usr/lib/modules/VERSION and no /boot/vmlinuz-VERSION)
          usr/sbin/init                      | it has no init (looked for an executable /sbin/init, /usr/lib/systemd/systemd, /lib/systemd/systemd, /init)
          etc/os-release                     | it has no os-release (/etc/os-release, /usr/lib/os-release)
          etc                                | its /etc is not a directory
          usr/lib                            | its /usr/lib is not a directory
          proc                               | its /proc is not a directory
          var                                | its /var is not a directory
          """)
  void each_missing_part_is_named(String part, String sentence) {
    assertUnbootable(TreeSketch.bootable().without(part), sentence);
  }

  @Test
  void all_that_is_missing_is_listed_at_once() {
    assertThatThrownBy(() -> bootFiles(new TreeSketch()))
        .hasMessage(
            "Image abababababab cannot boot: it has no kernel (no /usr/lib/modules/VERSION and no"
                + " /boot/vmlinuz-VERSION); it has no init (looked for an executable /sbin/init,"
                + " /usr/lib/systemd/systemd, /lib/systemd/systemd, /init); it has no os-release"
                + " (/etc/os-release, /usr/lib/os-release); its /etc is not a directory; its /usr"
                + " is not a directory; its /usr/lib is not a directory; its /dev is not a"
                + " directory; its /proc is not a directory; its /run is not a directory; its /sys"
                + " is not a directory; its /var is not a directory.");
  }

  @Test
  void an_empty_kernel_is_none() {
    assertUnbootable(
        TreeSketch.bootable().file("usr/lib/modules/6.12/vmlinuz", 0),
        "its kernel /usr/lib/modules/6.12/vmlinuz is an empty file");
  }

  @Test
  void an_empty_initrd_is_none() {
    assertUnbootable(
        debian("6.1").file("boot/initrd.img-6.1", 0),
        "its initrd /boot/initrd.img-6.1 is an empty file");
  }

  @Test
  void a_directory_is_no_kernel() {
    assertUnbootable(
        TreeSketch.bootable().directory("usr/lib/modules/6.12/vmlinuz"),
        "its kernel /usr/lib/modules/6.12/vmlinuz is not a file");
  }

  @Test
  void a_dangling_link_is_no_kernel() {
    assertUnbootable(
        TreeSketch.bootable().link("usr/lib/modules/6.12/vmlinuz", "/boot/gone"),
        "its kernel /usr/lib/modules/6.12/vmlinuz is a dangling link");
  }

  @Test
  void links_that_go_round_in_circles_are_no_kernel() {
    assertUnbootable(
        TreeSketch.bootable().link("usr/lib/modules/6.12/vmlinuz", "vmlinuz"), "a dangling link");
  }

  @Test
  void a_link_that_climbs_out_of_the_root_stays_in_it() {
    TreeSketch tree =
        TreeSketch.bootable()
            .file("boot/real")
            .link("usr/lib/modules/6.12/vmlinuz", "../../../../../../../boot/real");
    assertThat(bootFiles(tree).kernel()).isEqualTo("boot/real");
    assertUnbootable(tree.without("boot/real"), "a dangling link");
  }

  @Test
  void the_boot_files_are_named_without_links() {
    TreeSketch tree =
        TreeSketch.bootable()
            .file("boot/kernels/one")
            .link("boot/current", "kernels")
            .link("usr/lib/modules/6.12/vmlinuz", "/boot/current/one");
    assertThat(bootFiles(tree).kernel()).isEqualTo("boot/kernels/one");
  }

  @Test
  void of_several_kernels_the_highest_version_boots() {
    TreeSketch tree = debian("6.9.3").file("usr/lib/modules/6.12.1/modules.dep");
    tree.file("boot/vmlinuz-6.12.1").file("boot/initrd.img-6.12.1");
    assertThat(bootFiles(tree).version()).isEqualTo("6.12.1");
  }

  @Test
  void an_incomplete_kernel_does_not_hide_a_complete_one() {
    TreeSketch tree = debian("6.9").file("boot/vmlinuz-6.12");
    assertThat(bootFiles(tree).version()).isEqualTo("6.9");
  }

  @Test
  void versions_of_absurd_length_are_compared() {
    String digits = "9".repeat(255);
    TreeSketch tree = debian("6.9").file("usr/lib/modules/" + digits + "/modules.dep");
    assertThat(bootFiles(tree).version()).isEqualTo("6.9");
  }

  @Test
  void a_merged_usr_boots() {
    TreeSketch tree =
        debian("6.1")
            .without("usr/sbin/init")
            .link("lib", "usr/lib")
            .executable("usr/lib/systemd/systemd")
            .link("usr/sbin/init", "/lib/systemd/systemd");
    assertThat(bootFiles(tree).version()).isEqualTo("6.1");
  }

  @Test
  void an_init_that_cannot_be_executed_is_none() {
    assertUnbootable(TreeSketch.bootable().file("usr/sbin/init"), "it has no init");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"6 1", "6.1%0Amenuentry", "6.1'", "6.1\"", "6.1\\x2d", "$(reboot)", "6;1", "6.1é"})
  void a_version_that_a_menu_cannot_hold_is_refused(String version) {
    assertUnbootable(debian(version), "a boot menu");
    assertUnbootable(
        debian("6.1")
            .without("usr/lib/modules/6.1")
            .without("boot/vmlinuz-6.1")
            .file("usr/lib/modules/" + version + "/modules.dep")
            .link("usr/lib/modules/" + version + "/vmlinuz", "/boot/plain")
            .link("usr/lib/modules/" + version + "/initramfs.img", "/boot/plain")
            .file("boot/plain"),
        "its kernel's version '%s' is none that a boot menu can hold".formatted(version));
  }

  @Test
  void a_kernel_whose_real_name_a_menu_cannot_hold_is_refused() {
    assertUnbootable(
        TreeSketch.bootable().file("boot/a b").link("usr/lib/modules/6.12/vmlinuz", "/boot/a b"),
        "its kernel /usr/lib/modules/6.12/vmlinuz has a name that a boot menu cannot hold");
  }

  @Test
  void an_os_release_that_would_be_read_without_end_is_refused() {
    String refusal = "its os-release is not a file of at most 65536 bytes";
    assertUnbootable(TreeSketch.bootable().pipe("etc/os-release"), refusal);
    assertUnbootable(TreeSketch.bootable().file("etc/os-release", 65_537), refusal);
    assertUnbootable(TreeSketch.bootable().link("etc/os-release", "../pipe").pipe("pipe"), refusal);
  }

  @Test
  void the_second_place_of_os_release_counts() {
    TreeSketch tree =
        TreeSketch.bootable().link("etc/os-release", "gone").file("usr/lib/os-release");
    assertThat(bootFiles(tree).version()).isEqualTo("6.12");
  }

  @ParameterizedTest
  @ValueSource(strings = {"etc", "usr", "var"})
  void a_link_where_the_engine_writes_is_refused(String directory) {
    TreeSketch tree = TreeSketch.bootable().without(directory).link(directory, "elsewhere");
    assertUnbootable(tree, "its /%s is not a directory".formatted(directory));
  }

  @Test
  void an_image_with_the_engines_own_directory_is_refused() {
    assertUnbootable(
        TreeSketch.bootable().directory("usr/lib/container-snap-deployment"),
        "it already holds /usr/lib/container-snap-deployment");
  }
}
