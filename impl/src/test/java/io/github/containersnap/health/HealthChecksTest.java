package io.github.containersnap.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.engine.health.FailedCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health checks as real processes. */
class HealthChecksTest {
  private static final Duration LONG = Duration.ofSeconds(60);
  private static final int NOBODY = 65534;

  @TempDir private Path directory;

  private Path etc;
  private Path usr;

  @BeforeEach
  void folders() {
    etc = directory.resolve("etc");
    usr = directory.resolve("usr");
  }

  @Test
  void without_folders_nothing_runs_and_nothing_fails() {
    assertThat(run(LONG)).isEmpty();
  }

  @Test
  void only_the_command_of_the_running_system_runs_its_checks() {
    MachineAccess other =
        (root, registries, progress) -> {
          throw new IllegalStateException();
        };

    assertThat(new RealMachineAccess().healthChecks()).isEqualTo(HealthChecks.OF_THIS_SYSTEM);
    assertThat(new RealMachineAccess(directory).healthChecks()).isEqualTo(HealthChecks.NONE);
    assertThat(other.healthChecks()).isEqualTo(HealthChecks.NONE);
  }

  @Test
  void they_run_by_name_the_required_ones_first_also_after_one_has_failed() throws IOException {
    check(usr, "required.d", "20-b", "exit 3");
    check(etc, "required.d", "10-a", "echo first; echo second >&2; exit 1");
    check(etc, "required.d", "30-c", "exit 0");
    check(etc, "wanted.d", "00-w", "kill -9 $$");
    List<String> begun = new ArrayList<>();

    List<FailedCheck> failed = new HealthChecks(List.of(etc, usr)).run(LONG, begun::add);

    assertThat(begun)
        .containsExactly("required.d/10-a", "required.d/20-b", "required.d/30-c", "wanted.d/00-w");
    assertThat(failed)
        .containsExactly(
            new FailedCheck("required.d/10-a", true, "exit status 1", List.of("first", "second")),
            new FailedCheck("required.d/20-b", true, "exit status 3", List.of()),
            new FailedCheck("wanted.d/00-w", false, "exit status 137", List.of()));
  }

  @Test
  void a_file_in_etc_replaces_one_of_its_name_and_a_link_to_dev_null_masks_it() throws IOException {
    check(usr, "required.d", "replaced", "exit 1");
    check(etc, "required.d", "replaced", "exit 0");
    check(usr, "required.d", "masked", "exit 1");
    Files.createSymbolicLink(etc.resolve("required.d/masked"), Path.of("/dev/null"));
    Files.createDirectories(etc.resolve("wanted.d"));
    Files.createSymbolicLink(etc.resolve("wanted.d/masked"), usr.resolve("required.d/masked"));

    assertThat(run(LONG))
        .as("the mask is for its own folder")
        .containsExactly(new FailedCheck("wanted.d/masked", false, "exit status 1", List.of()));
  }

  @Test
  void what_editors_and_package_managers_leave_is_not_run() throws IOException {
    for (String name :
        List.of(".hidden", "a~", "a.dpkg-old", "a.dpkg-dist", "a.rpmsave", "a.rpmnew", "a.bak")) {
      check(etc, "required.d", name, "exit 1");
    }
    assertThat(run(LONG)).isEmpty();
  }

  @Test
  void what_cannot_be_run_has_failed() throws IOException {
    check(etc, "required.d", "no-mode", "exit 0");
    mode(etc.resolve("required.d/no-mode"), "rw-r--r--");
    Files.createDirectory(etc.resolve("required.d/directory"));
    Files.createSymbolicLink(etc.resolve("required.d/nowhere"), Path.of("nothing"));
    Files.writeString(etc.resolve("required.d/strange"), "#!/no/such/interpreter\n");
    mode(etc.resolve("required.d/strange"), "rwxr-xr-x");

    List<FailedCheck> failed = run(LONG);

    assertThat(failed)
        .extracting(FailedCheck::name)
        .containsExactly(
            "required.d/directory",
            "required.d/no-mode",
            "required.d/nowhere",
            "required.d/strange");
    assertThat(failed.get(1).what())
        .isEqualTo(
            "%s/required.d/no-mode is not an executable file; `chmod +x` it, or remove it"
                .formatted(etc));
    assertThat(failed.getLast().what()).startsWith("exit status 12");
  }

  @Test
  void the_name_of_a_file_stays_on_its_line() throws IOException {
    check(etc, "wanted.d", "a\nb\033[31m", "exit 1");

    assertThat(run(LONG).getFirst().name()).isEqualTo("wanted.d/a?b\\u001b[31m");
  }

  @Test
  void what_others_could_change_is_not_run_and_has_failed() throws IOException {
    Path ran = directory.resolve("ran");
    String script = "touch " + ran;
    check(etc, "required.d", "of-nobody", script);
    Files.setAttribute(etc.resolve("required.d/of-nobody"), "unix:uid", NOBODY);
    check(etc, "required.d", "writable", script);
    mode(etc.resolve("required.d/writable"), "rwxrwxrwx");
    check(etc, "required.d", "of-a-group", script);
    Files.setAttribute(etc.resolve("required.d/of-a-group"), "unix:gid", NOBODY);
    mode(etc.resolve("required.d/of-a-group"), "rwxrwxr-x");
    check(directory, "open", "target", script);
    mode(directory.resolve("open"), "rwxrwxrwx");
    Files.createSymbolicLink(
        etc.resolve("required.d/through-a-link"), directory.resolve("open/target"));

    assertThat(run(LONG))
        .extracting(FailedCheck::what)
        .containsExactly(
            etc + "/required.d/of-a-group can be written to by others than root",
            etc + "/required.d/of-nobody belongs to user 65534, not to root",
            directory + "/open can be written to by others than root",
            etc + "/required.d/writable can be written to by others than root");
    assertThat(ran).doesNotExist();
  }

  @Test
  void a_folder_of_others_fails_and_what_lies_in_it_is_not_run() throws IOException {
    Path ran = directory.resolve("ran");
    check(etc, "required.d", "10", "touch " + ran);
    check(etc, "wanted.d", "10", "touch " + ran);
    check(usr, "required.d", "20", "exit 4");
    Files.setAttribute(etc, "unix:uid", NOBODY);

    assertThat(run(LONG))
        .containsExactly(
            new FailedCheck(
                "required.d",
                true,
                "%s belongs to user 65534, not to root; nothing in %s/required.d is run"
                    .formatted(etc, etc),
                List.of()),
            new FailedCheck("required.d/20", true, "exit status 4", List.of()),
            new FailedCheck(
                "wanted.d",
                false,
                "%s belongs to user 65534, not to root; nothing in %s/wanted.d is run"
                    .formatted(etc, etc),
                List.of()));
    assertThat(ran).doesNotExist();
  }

  @Test
  void at_its_limit_a_check_is_killed_with_all_that_it_started() throws Exception {
    Path pid = directory.resolve("pid");
    Path other = directory.resolve("other");
    check(
        etc,
        "required.d",
        "hangs",
        "sleep 600 & echo $! >%s; setsid sleep 600 & echo $! >%s; echo waiting; wait; exit 0"
            .formatted(pid, other));

    List<FailedCheck> failed = run(Duration.ofSeconds(2));

    assertThat(failed)
        .containsExactly(
            new FailedCheck("required.d/hangs", true, "timed out after 2 s", List.of("waiting")));
    assertEnds(pid);
    assertEnds(other);
  }

  @Test
  void a_check_that_ends_leaves_nothing_running_in_its_group() throws Exception {
    Path pid = directory.resolve("pid");
    check(etc, "required.d", "forks", "sleep 600 & echo $! >%s; echo up; exit 1".formatted(pid));

    assertThat(run(LONG))
        .containsExactly(new FailedCheck("required.d/forks", true, "exit status 1", List.of("up")));
    assertEnds(pid);
  }

  /** The reader of the output may be slower than the check's end and all that follows it. */
  @RepeatedTest(50)
  void nothing_of_the_last_words_is_lost() throws IOException {
    check(etc, "required.d", "speaks", "echo last words; kill -9 $$");

    assertThat(run(LONG)).extracting(FailedCheck::lastLines).containsExactly(List.of("last words"));
  }

  /** It holds the output for as long as it likes; nobody waits for it. */
  @Test
  void a_check_that_makes_itself_a_daemon_is_not_waited_for() throws Exception {
    Path pid = directory.resolve("pid");
    check(
        etc,
        "required.d",
        "daemon",
        "setsid sh -c 'echo $$ >%s; exec sleep 600' & while [ ! -s %s ]; do :; done; exit 0"
            .formatted(pid, pid));
    try {
      assertThat(run(LONG)).isEmpty();
    } finally {
      ProcessHandle.of(read(pid)).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  private static void assertEnds(Path pidFile) throws Exception {
    long pid = read(pidFile);
    for (int i = 0; i < 100 && isRunning(pid); i++) {
      Thread.sleep(50);
    }
    assertThat(isRunning(pid)).isFalse();
  }

  private static long read(Path pidFile) throws IOException {
    return Long.parseLong(Files.readString(pidFile).strip());
  }

  /** A zombie that nobody reaps, in a container without an init, has ended too. */
  private static boolean isRunning(long pid) throws IOException {
    Path stat = Path.of("/proc", String.valueOf(pid), "stat");
    return Files.exists(stat) && !Files.readString(stat).contains(") Z");
  }

  @Test
  void the_end_of_the_output_is_kept_bounded_and_printable() throws IOException {
    check(
        etc,
        "wanted.d",
        "loud",
        "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done;"
            + " printf 'red \\033[31m\\r\\n'; printf '%0300d' 7; exit 1");

    assertThat(run(LONG).getFirst().lastLines())
        .containsExactly(
            "line 2997", "line 2998", "line 2999", "red \\u001b[31m", "0".repeat(199) + "…");
  }

  @Test
  void a_hundred_megabytes_of_output_fill_no_memory() throws IOException {
    check(
        etc,
        "wanted.d",
        "flood",
        "head -c 100000000 /dev/zero | tr '\\0' x; echo; echo end; exit 1");

    assertThat(run(LONG).getFirst().lastLines()).endsWith("end").hasSize(2);
  }

  @Test
  void they_run_in_the_root_without_input_and_without_the_callers_environment() throws IOException {
    check(
        etc,
        "wanted.d",
        "surroundings",
        "pwd; readlink /proc/$$/fd/0; env | cut -d= -f1 | sort | tr '\\n' ' '; echo;"
            + " [ $(cut -d' ' -f5 /proc/$$/stat) = $$ ] && echo leads its group; exit 1");

    List<String> lines = run(LONG).getFirst().lastLines();

    assertThat(lines).startsWith("/", "/dev/null").endsWith("leads its group").hasSize(4);
    assertThat(lines.get(2)).contains("LC_ALL", "PATH").doesNotContain("JAVA_HOME");
  }

  private List<FailedCheck> run(Duration limit) {
    return new HealthChecks(List.of(etc, usr)).run(limit, name -> {});
  }

  private static void check(Path folder, String kind, String name, String script)
      throws IOException {
    Path file = Files.createDirectories(folder.resolve(kind)).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    mode(file, "rwxr-xr-x");
  }

  private static void mode(Path file, String mode) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
  }
}
