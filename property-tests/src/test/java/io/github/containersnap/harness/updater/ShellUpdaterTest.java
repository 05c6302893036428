package io.github.containersnap.harness.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShellUpdaterTest {
  @TempDir Path directory;

  private Path programs;
  private Path top;
  private ShellUpdater updater;

  @BeforeEach
  void make() throws IOException {
    programs = Files.createDirectory(directory.resolve("programs"));
    top = Files.createDirectory(directory.resolve("top"));
    updater = new ShellUpdater(programs, directory.resolve("runs"));
    program("install", "exit 0");
    program("update", "exit 0");
    program("next-root", "exit 0");
  }

  private void program(String name, String script) throws IOException {
    Path file = programs.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void a_directory_of_programs_is_an_updater() {
    assertThat(ShellUpdater.obstacle(programs)).isEmpty();
  }

  @Test
  void a_program_that_cannot_be_run_is_named() throws IOException {
    Files.setPosixFilePermissions(
        programs.resolve("update"), PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(ShellUpdater.obstacle(programs).orElseThrow())
        .startsWith(programs + "/update is no program that can be run; ");
  }

  @Test
  void success_is_the_exit_status() throws IOException {
    program("update", "echo warned >&2");
    assertThat(updater.update(top, "image", Progress.NONE).succeeded()).isTrue();
    program("update", "exit 7");
    assertThat(updater.update(top, "image", Progress.NONE).complaint())
        .isEqualTo("exit status 7, no message");
  }

  @Test
  void the_last_line_of_standard_error_says_what_went_wrong() throws IOException {
    program(
        "update", "echo first >&2; echo \"no room on $1 for $UPDATER_RUN\" >&2; echo >&2; exit 1");
    assertThat(updater.update(top, "image", Progress.NONE).complaint())
        .isEqualTo("no room on TOP for $UPDATER_RUN");
  }

  @Test
  void a_layout_is_named_so_that_podman_can_pull_it() throws IOException {
    Path layout = Files.createDirectories(directory.resolve(".Images/OS"));
    Files.writeString(layout.resolve("index.json"), "{}");
    program("update", "cat image/index.json; echo \"$2\"");
    assertThat(updater.update(top, "oci:" + layout + ":tag", Progress.NONE).output())
        .isEqualTo("{}oci:image:tag");
  }

  @Test
  void a_program_sees_its_own_disk_and_none_that_is_mounted_beside_it() throws IOException {
    Path beside = Files.createDirectory(directory.resolve("beside"));
    program("update", "cut -d ' ' -f 5 /proc/self/mountinfo");

    try (DiskAt _ = DiskAt.made(top);
        DiskAt _ = DiskAt.made(beside)) {
      assertThat(updater.update(top, "image", Progress.NONE).output().lines())
          .contains(top.toString())
          .doesNotContain(beside.toString());
    }
  }

  /** A small disk, mounted from a loop device. */
  private record DiskAt(Path mountPoint) implements AutoCloseable {
    static DiskAt made(Path mountPoint) {
      Path file = Path.of(mountPoint + ".img");
      ExternalCommand.of("truncate", "--size=16M", file).run();
      ExternalCommand.of("mkfs.ext4", "-q", file).run();
      ExternalCommand.of("mount", "-o", "loop", file, mountPoint).run();
      return new DiskAt(mountPoint);
    }

    @Override
    public void close() {
      ExternalCommand.of("umount", mountPoint).run();
    }
  }

  @Test
  void the_directory_of_a_run_is_gone_after_it() throws IOException {
    program("update", "mkdir \"$UPDATER_RUN/more\"; echo \"$UPDATER_RUN\"; exit 1");
    String own = updater.update(top, "image", Progress.NONE).output().strip();
    assertThat(Path.of(own)).doesNotExist();
    assertThat(Path.of(own).getParent()).isEqualTo(directory.resolve("runs"));
  }

  @Test
  void what_a_program_leaves_mounted_is_unmounted() throws IOException {
    program(
        "update",
        "mkdir -p \"$1/a\"; mount -t tmpfs none \"$1/a\"; mkdir \"$1/a/b\"; mount -t tmpfs none"
            + " \"$1/a/b\"");
    Updater.Result result = updater.update(top, "image", Progress.NONE);
    assertThat(result.succeeded()).as(result.error()).isTrue();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(top.toString());
  }

  @Test
  void recovery_may_be_left_out() throws IOException {
    assertThat(updater.recover(top).succeeded()).isTrue();
    program("recover", "echo cannot >&2; exit 1");
    assertThat(updater.recover(top).complaint()).isEqualTo("cannot");
  }

  @Test
  void the_next_root_is_a_path_below_the_top_level() throws IOException {
    program("next-root", "echo @var/roots/1");
    assertThat(updater.nextRoot(top)).contains("@var/roots/1");
    program("next-root", "echo");
    assertThat(updater.nextRoot(top)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc", "../etc", "a/../../etc", "a//b", "a/./b", "one\\ntwo"})
  void no_other_path_is_believed(String path) throws IOException {
    program("next-root", "printf '" + path + "'");
    assertThatThrownBy(() -> updater.nextRoot(top))
        .isInstanceOf(ExperimentFailedException.class)
        .hasMessageContaining("which is no path below the top level");
  }

  @Test
  void a_next_root_that_fails_is_no_answer() throws IOException {
    program("next-root", "echo no btrfs >&2; exit 1");
    assertThatThrownBy(() -> updater.nextRoot(top)).hasMessageEndingWith("fails: no btrfs");
  }

  @Test
  void next_boot_goes_before_next_root() throws IOException {
    program("next-root", "echo @old");
    program("next-boot", "echo root=@new; echo kernel=/boot/vmlinuz");
    assertThat(updater.nextBoot(top).orElseThrow().kernel()).contains("boot/vmlinuz");
    assertThat(updater.nextRoot(top)).contains("@new");
  }

  @Test
  void next_boot_alone_is_enough() throws IOException {
    Files.delete(programs.resolve("next-root"));
    assertThat(ShellUpdater.obstacle(programs).orElseThrow()).startsWith(programs + "/next-boot");
    program("next-boot", "exit 0");
    assertThat(ShellUpdater.obstacle(programs)).isEmpty();
    assertThat(updater.nextBoot(top)).isEmpty();
  }

  @Test
  void a_next_boot_that_prints_something_else_is_named() throws IOException {
    program("next-boot", "echo root=../etc");
    assertThatThrownBy(() -> updater.nextBoot(top))
        .isInstanceOf(ExperimentFailedException.class)
        .hasMessageContaining("next-boot prints 'root=../etc'");
  }

  @Test
  void settings_that_cannot_be_read_are_an_obstacle() throws IOException {
    Files.writeString(programs.resolve("updater.conf"), "filesystem=vfat\n");
    assertThat(ShellUpdater.obstacle(programs).orElseThrow()).contains("updater.conf, line 1");
  }

  @Test
  void repairs_are_run_with_the_new_image() throws IOException {
    assertThat(updater.repairs()).isEmpty();
    Files.createDirectory(programs.resolve("recover.d"));
    program("recover.d/reinstall", "echo \"$2\"");
    Files.writeString(programs.resolve("recover.d/README"), "not a program");
    assertThat(updater.repairs()).containsExactly("reinstall");
    assertThat(updater.repair("reinstall", top, "image:2").output()).isEqualTo("image:2");
  }

  @Test
  void what_boots_is_read_with_its_kernel_and_no_link_leads_out() throws IOException {
    Files.createDirectories(top.resolve("root/etc"));
    Files.writeString(top.resolve("kernel"), "k");
    Files.createSymbolicLink(top.resolve("outside"), directory.resolve("programs/install"));
    program("next-boot", "echo root=root; echo kernel=kernel; echo initrd=outside");
    BootContent content = BootContent.of(top, updater.nextBoot(top).orElseThrow());
    assertThat(content.files()).containsOnlyKeys(BootContent.KERNEL);
    assertThat(content.lines()).contains("next-boot:initrd=outside missing");
    assertThat(BootContent.rootOf(content.text())).isEqualTo("root");
    assertThat(content.in(top, path -> false).entries())
        .containsOnlyKeys("", "etc", BootContent.KERNEL);
  }
}
