package io.github.containersnap.lint;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.LintReport;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.lint.model.Severity;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LintTest {
  private static ImageSketch image() {
    return ImageSketch.faultless();
  }

  /** The one finding that {@code image} gives. */
  private static Finding only(ImageSketch image) {
    List<Finding> findings = image.findings();
    assertThat(findings).as("%s", findings).hasSize(1);
    return findings.getFirst();
  }

  private static void assertWarning(
      ImageSketch image, LintRule rule, String what, String... paths) {
    assertFinding(Severity.WARNING, image, rule, what, paths);
  }

  private static void assertError(ImageSketch image, LintRule rule, String what, String... paths) {
    assertFinding(Severity.ERROR, image, rule, what, paths);
  }

  private static void assertFinding(
      Severity severity, ImageSketch image, LintRule rule, String what, String... paths) {
    Finding finding = only(image);
    assertThat(finding.severity()).isEqualTo(severity);
    assertThat(finding.rule()).isEqualTo(rule);
    assertThat(finding.what()).isEqualTo(what);
    assertThat(finding.paths()).containsExactly(paths);
    assertThat(finding.why()).endsWith(".");
    assertThat(finding.fix()).isNotBlank();
  }

  @Test
  void an_image_that_keeps_all_rules_has_no_findings() {
    assertThat(image().findings()).isEmpty();
  }

  @Test
  void what_an_update_would_refuse_is_an_error_with_its_fix() {
    assertError(image().without("proc"), LintRule.BOOTABLE, "its /proc is not a directory");
    assertThat(only(image().without("proc")).fix())
        .isEqualTo("Make it in the image: RUN mkdir -p /proc");
    assertError(
        image().without("usr/lib/modules"),
        LintRule.BOOTABLE,
        "it has no kernel (no /usr/lib/modules/VERSION and no /boot/vmlinuz-VERSION)");
  }

  @Test
  void several_kernels_are_named_with_the_one_that_boots() {
    assertWarning(
        image().file("usr/lib/modules/6.13/vmlinuz", 0644).file("boot/vmlinuz-6.14", 0644),
        LintRule.SEVERAL_KERNELS,
        "it has parts of 3 kernels, and 6.12 boots",
        "boot/vmlinuz-6.14",
        "usr/lib/modules/6.13",
        "usr/lib/modules/6.12");
  }

  @Test
  void an_image_for_another_architecture_is_an_error() {
    assertError(
        image().of("arm64"),
        LintRule.ARCHITECTURE,
        "the architecture it says it is for is arm64, not amd64");
    assertThat(only(image().of("arm64")).fix()).endsWith("lint --arch arm64");
  }

  @Test
  void links_that_lead_nowhere_matter_where_a_boot_goes_through_them() {
    assertWarning(
        image()
            .link("etc/systemd/system/multi-user.target.wants/a.service", "/lib/systemd/system/a")
            .link("boot/initrd.img.old", "initrd.img-6.11"),
        LintRule.DANGLING_LINK,
        "links to units, kernels or modules lead nowhere",
        "boot/initrd.img.old",
        "etc/systemd/system/multi-user.target.wants/a.service");
    assertError(
        image().link("lib64", "usr/lib64"),
        LintRule.DANGLING_LINK,
        "links that every boot needs lead nowhere",
        "lib64");
    assertError(
        image().without("usr/sbin/init").link("usr/sbin/init", "../bin/nothing"),
        LintRule.DANGLING_LINK,
        "links that every boot needs lead nowhere",
        "usr/sbin/init");
  }

  @ParameterizedTest
  @CsvSource({
    "etc/systemd/system/masked.service, /dev/null",
    "etc/systemd/system/again.service, masked.service",
    "usr/lib/systemd/system/late.service, ../../../../run/made.service",
    "usr/lib/modules/6.12/build, /usr/src/linux-headers-6.12",
    "usr/share/nowhere, nothing"
  })
  void links_to_what_is_there_at_run_time_and_elsewhere_are_fine(String path, String target) {
    ImageSketch image = image().link("etc/systemd/system/masked.service", "/dev/null");
    assertThat(image.link(path, target).findings()).isEmpty();
  }

  @Test
  void links_that_lead_in_a_circle_end() {
    assertThat(only(image().link("boot/a", "b").link("boot/b", "a")).paths())
        .containsExactly("boot/a", "boot/b");
  }

  @Test
  void an_image_that_cannot_be_updated_again_is_told() {
    assertWarning(
        image().without("usr/bin/container-snap"),
        LintRule.NO_UPDATER,
        "it has no /usr/bin/container-snap");
    assertWarning(
        image().without("usr/lib/systemd/system/container-snap-recover.service"),
        LintRule.NO_UPDATER_UNITS,
        "it has container-snap without container-snap-recover.service");
    assertWarning(
        image().without("usr/bin/podman").without("usr/bin/btrfs"),
        LintRule.NO_UPDATER_PROGRAMS,
        "it has container-snap without btrfs, podman");
  }

  @Test
  void a_machine_id_is_one_machine_s() {
    assertError(
        image().text("etc/machine-id", "a".repeat(32) + "\n"),
        LintRule.MACHINE_ID,
        "it has a machine id",
        "etc/machine-id");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "uninitialized\n"})
  void a_machine_id_that_is_none_yet_is_fine(String text) {
    assertThat(image().text("etc/machine-id", text).findings()).isEmpty();
    assertThat(image().without("etc/machine-id").findings()).isEmpty();
  }

  @Test
  void private_host_keys_are_an_error_and_public_ones_are_not_named() {
    assertError(
        image()
            .file("etc/ssh/ssh_host_rsa_key", 0600)
            .file("etc/ssh/ssh_host_rsa_key.pub", 0644)
            .file("etc/ssh/sshd_config", 0644),
        LintRule.SSH_HOST_KEY,
        "it has private SSH host keys",
        "etc/ssh/ssh_host_rsa_key");
  }

  @Test
  void a_host_name_is_one_machine_s_unless_it_says_nothing() {
    assertWarning(
        image().text("etc/hostname", "build-7\n"),
        LintRule.HOSTNAME,
        "it has a host name",
        "etc/hostname");
    assertThat(image().text("etc/hostname", "localhost\n").findings()).isEmpty();
  }

  @Test
  void an_fstab_of_the_build_machine_is_found() {
    assertError(
        image().text("etc/fstab", "# /dev/sda2 / ext4 defaults\nUUID=1 / btrfs subvol=@ 0 0\n"),
        LintRule.FSTAB,
        "its fstab has an entry for /",
        "etc/fstab");
    assertWarning(
        image().text("etc/fstab", "LABEL=X /var/ btrfs subvol=@var 0 0\n"),
        LintRule.FSTAB,
        "its fstab has an entry for /var",
        "etc/fstab");
    assertThat(image().text("etc/fstab", "\ntmpfs /tmp tmpfs size=1g 0 0\nbroken\n").findings())
        .isEmpty();
  }

  @Test
  void without_systemd_something_has_to_mount_var() {
    ImageSketch image = image().without("usr/lib/systemd").without("usr/sbin/init");
    image.file("usr/sbin/init", 0755);
    assertWarning(
        image,
        LintRule.FSTAB,
        "nothing mounts /var: it has no systemd, and its fstab no entry for /var");
    assertThat(image.text("etc/fstab", "LABEL=SYSTEM /var btrfs subvol=@var 0 0\n").findings())
        .isEmpty();
  }

  @Test
  void what_a_build_leaves_of_its_machine_is_found() {
    assertWarning(
        image().text("etc/resolv.conf", "search here\nnameserver 10.0.0.1\n"),
        LintRule.RESOLV_CONF,
        "it has the name servers of the machine that built it",
        "etc/resolv.conf");
    assertWarning(
        image().text("etc/adjtime", "0.0 0 0.0\n0\nLOCAL\n"),
        LintRule.ADJTIME,
        "it has the drift of one machine's clock",
        "etc/adjtime");
    assertThat(
            image().link("etc/resolv.conf", "../run/systemd/resolve/stub-resolv.conf").findings())
        .isEmpty();
  }

  @Test
  void an_image_for_another_operating_system_is_an_error() {
    assertError(
        image().onOs("windows"),
        LintRule.ARCHITECTURE,
        "the operating system it says it is for is windows, not linux");
    assertThat(image().onOs("").findings()).as("it does not say").isEmpty();
  }

  @Test
  void what_a_builder_mounts_over_is_found() {
    assertWarning(
        image().text("etc/resolv.conf", ""),
        LintRule.RESOLV_CONF,
        "its resolv.conf is an empty file, as builders leave it",
        "etc/resolv.conf");
    assertWarning(
        image().text("etc/hosts", ""),
        LintRule.HOSTS,
        "its hosts file is a builder's",
        "etc/hosts");
    assertWarning(
        image().text("etc/hosts", "127.0.0.1 localhost\n10.0.2.2 host.containers.internal\n"),
        LintRule.HOSTS,
        "its hosts file is a builder's",
        "etc/hosts");
    assertThat(image().text("etc/hosts", "127.0.0.1 localhost\n").findings()).isEmpty();
    assertWarning(
        image().text(".dockerenv", "").text("run/.containerenv", ""),
        LintRule.CONTAINER_MARK,
        "it has what tells programs that they run in a container",
        ".dockerenv",
        "run/.containerenv");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELINUX=enforcing\n", "# SELINUX=disabled\n SELINUX = enforcing # x\n"})
  void selinux_cannot_be_enforced_without_labels(String config) {
    assertError(
        image().text("etc/selinux/config", config),
        LintRule.SELINUX_LABELS,
        "it enforces SELinux, and no file of a deployment has a label",
        "etc/selinux/config");
    assertThat(
            image()
                .text("etc/selinux/config", config)
                .text("etc/kernel/cmdline", "quiet enforcing=0\n")
                .findings())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELINUX=permissive\n", "#SELINUX=enforcing\n", "SELINUX=disabled\n"})
  void selinux_that_is_not_enforced_needs_no_labels(String config) {
    assertThat(image().text("etc/selinux/config", config).findings()).isEmpty();
  }

  @Test
  void a_password_of_root_that_all_machines_share_is_an_error() {
    assertError(
        image().text("etc/shadow", "daemon:*:1::::::\nroot:$y$j9T$a:20000:0:99999:7:::\n"),
        LintRule.ROOT_PASSWORD,
        "it has a password for root",
        "etc/shadow");
    assertError(
        image().text("etc/passwd", "root::0:0:root:/root:/bin/sh\n"),
        LintRule.ROOT_PASSWORD,
        "root logs in without a password",
        "etc/passwd");
    assertError(
        image()
            .text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
            .text("etc/shadow", "root::20000:0:99999:7:::\n"),
        LintRule.ROOT_PASSWORD,
        "root logs in without a password",
        "etc/shadow");
  }

  @ParameterizedTest
  @ValueSource(strings = {"root:*:1::::::\n", "root:!:1::::::\n", "root:!$y$j9T$a:1::::::\n", ""})
  void a_locked_root_is_fine(String shadow) {
    assertThat(
            image()
                .text("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
                .text("etc/shadow", shadow)
                .findings())
        .isEmpty();
  }

  @Test
  void timers_of_package_managers_are_found_unless_masked() {
    String wanted = "etc/systemd/system/timers.target.wants/apt-daily.timer";
    ImageSketch image =
        image()
            .text("usr/lib/systemd/system/apt-daily.timer", "[Timer]\n")
            .link(wanted, "/usr/lib/systemd/system/apt-daily.timer");
    assertWarning(image, LintRule.PACKAGE_TIMER, "units that update packages are enabled", wanted);
    assertThat(image.link("etc/systemd/system/apt-daily.timer", "/dev/null").findings()).isEmpty();
  }

  @Test
  void a_signature_policy_that_the_image_s_skopeo_cannot_apply_is_an_error() {
    String policy = "{\"default\":[{\"type\":\"sigstoreSigned\",\"keyPath\":\"/k\"}]}";
    String bookworm = "PRETTY_NAME=\"Debian 12\"\nID=debian\nVERSION_ID=\"12\"\n";
    assertError(
        image().text("etc/containers/policy.json", policy).text("etc/os-release", bookworm),
        LintRule.SIGNATURE_POLICY,
        "its signature policy wants sigstore signatures, which its skopeo cannot check",
        "etc/containers/policy.json");
    assertThat(
            image()
                .text("etc/containers/policy.json", policy)
                .text("etc/os-release", bookworm.replace("12", "13"))
                .findings())
        .isEmpty();
    assertThat(
            image()
                .text("etc/containers/policy.json", policy.replace("sigstoreSigned", "signedBy"))
                .text("etc/os-release", bookworm)
                .findings())
        .isEmpty();
  }

  @Test
  void files_in_var_are_counted_and_their_directories_named_the_fullest_first() {
    assertWarning(
        image()
            .file("var/log/one", 0644)
            .file("var/lib/app/status", 0644)
            .file("var/lib/app/info/a.list", 0644)
            .directory("var/cache/empty"),
        LintRule.VAR_CONTENT,
        "it has 3 files in /var",
        "var/lib/app/",
        "var/log/one");
  }

  @Test
  void a_package_database_that_stays_behind_is_found() {
    ImageSketch debian = image().file("var/lib/dpkg/status", 0644);
    assertThat(debian.findings())
        .extracting(Finding::rule)
        .containsExactly(LintRule.VAR_CONTENT, LintRule.PACKAGE_DATABASE);
    ImageSketch moved =
        image()
            .file("usr/lib/sysimage/dpkg/status", 0644)
            .link("var/lib/dpkg", "../../usr/lib/sysimage/dpkg");
    assertThat(moved.findings()).isEmpty();
    assertThat(image().file("var/lib/rpm/rpmdb.sqlite", 0644).findings())
        .extracting(Finding::rule)
        .contains(LintRule.PACKAGE_DATABASE);
  }

  @Test
  void what_tukit_needs_is_asked_for_where_an_update_cannot_add_it() {
    ImageSketch image = image().file("usr/sbin/tukit", 0755);
    assertThat(image.findings())
        .as("an update adds /.snapshots and the entry for /var")
        .extracting(Finding::what)
        .containsExactly("it has tukit without container-snap's configuration and plugin for it");
    ImageSketch whole =
        image
            .file("etc/tukit.conf.d/50-container-snap.conf", 0644)
            .file("usr/lib/tukit/plugins/container-snap", 0755);
    assertThat(whole.findings()).isEmpty();
    assertThat(whole.link(".snapshots", "var/snapshots").link("etc/fstab", "fstab.d/1").findings())
        .extracting(Finding::what)
        .contains(
            "it has tukit, and /.snapshots is not a directory",
            "it has tukit, and its fstab is neither a regular file nor mounts /var");
    ImageSketch itsOwn =
        image()
            .file("usr/sbin/tukit", 0755)
            .file("etc/tukit.conf.d/50-container-snap.conf", 0644)
            .file("usr/lib/tukit/plugins/container-snap", 0755)
            .directory(".snapshots", 0750)
            .text("etc/fstab", "LABEL=SYSTEM /var btrfs subvol=@var 0 0\n");
    assertThat(itsOwn.findings()).as("the rule for the fstab agrees").isEmpty();
  }

  @Test
  void files_in_homes_are_told_but_not_those_that_every_image_has() {
    assertWarning(
        image()
            .file("root/.bashrc", 0644)
            .file("root/.ssh/authorized_keys", 0600)
            .directory("home/user"),
        LintRule.HOME_CONTENT,
        "it has a file in directories that all deployments share",
        "root/.ssh/authorized_keys");
  }

  @Test
  void device_nodes_belong_into_dev() {
    assertThat(image().device("dev/null", 0x103).findings()).isEmpty();
    assertError(
        image().device("usr/lib/mem", 0x101),
        LintRule.DEVICE_NODE,
        "it has device nodes outside of /dev",
        "usr/lib/mem");
    assertError(
        image().device("usr/lib/gone", 0),
        LintRule.DEVICE_NODE,
        "it has devices with the number 0:0",
        "usr/lib/gone");
  }

  @Test
  void what_everybody_may_write_to_is_worse_where_writing_is_possible() {
    assertError(
        image().file("etc/open", 0666),
        LintRule.WORLD_WRITABLE,
        "any user may write to files or directories of a writable place",
        "etc/open");
    assertWarning(
        image().directory("opt/open", 0777),
        LintRule.WORLD_WRITABLE,
        "any user may write to files or directories",
        "opt/open");
    assertThat(image().directory("run/lock", 0777).findings()).isEmpty();
  }

  @Test
  void directories_that_everybody_passes_are_open() {
    for (String path : List.of("usr", "etc", "usr/bin", "usr/lib")) {
      assertError(
          image().directory(path, 0750),
          LintRule.CLOSED_DIRECTORY,
          "only root or its group may enter directories that everybody has to pass",
          path);
    }
    assertThat(image().directory("root", 0700).findings()).isEmpty();
    assertThat(image().directory("usr/share", 0711).findings()).isEmpty();
  }

  @Test
  void set_user_id_programs_are_looked_at_soberly() {
    assertThat(image().file("usr/bin/su", 04755).findings()).isEmpty();
    assertWarning(
        image().file("usr/bin/man", 04755, 6),
        LintRule.SET_USER_ID,
        "it has set-user-ID programs that belong to another user than root",
        "usr/bin/man");
    assertWarning(
        image().file("etc/su", 04755),
        LintRule.SET_USER_ID,
        "it has set-user-ID programs outside of /usr and /opt",
        "etc/su");
  }

  @Test
  void names_with_control_characters_are_found_and_percent_signs_are_not() {
    assertWarning(
        image().file("usr/a%0Ab", 0644).file("usr/c%C2%85d", 0644).file("usr/100%25", 0644),
        LintRule.CONTROL_CHARACTER,
        "it has file names with newlines or other control characters",
        "usr/a%0Ab",
        "usr/c%C2%85d");
  }

  @Test
  void findings_of_ignored_rules_are_counted() {
    LintReport report =
        Lint.of(image().file("etc/open", 0666).image(), EnumSet.of(LintRule.WORLD_WRITABLE));
    assertThat(report).isEqualTo(new LintReport(List.of(), 1));
  }

  @Test
  void a_required_health_check_that_cannot_be_run_is_an_error() {
    String folder = "usr/lib/container-snap/health.d/required.d/";
    ImageSketch image =
        image()
            .file(folder + "10-good", 0755)
            .file(folder + "20-no-mode", 0644)
            .file(folder + "30-of-another", 0755, 1000)
            .link(folder + "40-nowhere", "/usr/libexec/nothing")
            .link(folder + "50-somewhere", "/usr/bin/podman")
            .file(folder + ".hidden", 0644)
            .file(folder + "60-old.dpkg-old", 0644)
            .link("etc/container-snap/health.d/required.d/10-good", "/dev/null");
    assertError(
        image,
        LintRule.HEALTH_CHECK,
        "required health checks cannot be run",
        folder + "20-no-mode",
        folder + "30-of-another",
        folder + "40-nowhere");
  }

  @Test
  void a_wanted_health_check_that_cannot_be_run_is_a_warning() {
    assertWarning(
        image().directory("etc/container-snap/health.d/wanted.d/10-folder"),
        LintRule.HEALTH_CHECK,
        "wanted health checks cannot be run",
        "etc/container-snap/health.d/wanted.d/10-folder");
  }

  @Test
  void a_file_of_an_image_is_not_looked_at_where_etc_has_one_of_the_same_name() {
    String folder = "container-snap/health.d/required.d/";
    ImageSketch image =
        image()
            .file("usr/lib/" + folder + "10-masked", 0644)
            .link("etc/" + folder + "10-masked", "/dev/null")
            .file("usr/lib/" + folder + "20-replaced", 0644)
            .file("etc/" + folder + "20-replaced", 0755);
    assertThat(Lint.of(image.image(), EnumSet.noneOf(LintRule.class)).findings()).isEmpty();
  }

  @Test
  void a_hook_before_an_update_that_cannot_be_run_is_an_error() {
    String folder = "usr/lib/container-snap/hooks.d/before-update.d/";
    assertError(
        image()
            .file(folder + "10-good", 0755)
            .file(folder + "20-no-mode", 0644)
            .file(folder + "30-of-another", 0755, 1000)
            .file(folder + "40-old.rpmsave", 0644),
        LintRule.UPDATE_HOOK,
        "hooks before an update cannot be run",
        folder + "20-no-mode",
        folder + "30-of-another");
  }

  @Test
  void a_hook_after_an_update_that_cannot_be_run_is_a_warning() {
    String folder = "etc/container-snap/hooks.d/after-update.d/";
    assertWarning(
        image().file(folder + "10-no-mode", 0644),
        LintRule.UPDATE_HOOK,
        "hooks after an update cannot be run",
        folder + "10-no-mode");
  }
}
