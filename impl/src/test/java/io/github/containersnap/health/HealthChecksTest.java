package io.github.containersnap.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.health.FailedCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Health checks as real processes. */
class HealthChecksTest {
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
    assertThat(run(Duration.ofSeconds(20))).isEmpty();
  }

  @Test
  void they_run_by_name_the_required_ones_first_also_after_one_has_failed() throws IOException {
    check(usr, "required", "20-b", "exit 3");
    check(etc, "required", "10-a", "echo first; echo second >&2; exit 1");
    check(etc, "required", "30-c", "exit 0");
    check(etc, "wanted", "00-w", "exit 4");
    List<String> begun = new ArrayList<>();

    List<FailedCheck> failed =
        new HealthChecks(List.of(etc, usr), Duration.ofSeconds(20)).run(begun::add);

    assertThat(begun)
        .containsExactly("required/10-a", "required/20-b", "required/30-c", "wanted/00-w");
    assertThat(failed)
        .containsExactly(
            new FailedCheck("10-a", true, "exit status 1", List.of("first", "second")),
            new FailedCheck("20-b", true, "exit status 3", List.of()),
            new FailedCheck("00-w", false, "exit status 4", List.of()));
  }

  @Test
  void a_file_in_etc_replaces_one_of_its_name_and_a_link_to_dev_null_masks_it() throws IOException {
    check(usr, "required", "replaced", "exit 1");
    check(etc, "required", "replaced", "exit 0");
    check(usr, "required", "masked", "exit 1");
    Files.createSymbolicLink(etc.resolve("required/masked"), Path.of("/dev/null"));

    assertThat(run(Duration.ofSeconds(20))).isEmpty();
  }

  @Test
  void what_cannot_be_run_has_failed() throws IOException {
    check(etc, "required", "no-mode", "exit 0");
    Files.setPosixFilePermissions(
        etc.resolve("required/no-mode"), PosixFilePermissions.fromString("rw-r--r--"));
    Files.createDirectory(etc.resolve("required/directory"));

    assertThat(run(Duration.ofSeconds(20)))
        .extracting(FailedCheck::name)
        .containsExactly("directory", "no-mode");
  }

  @Test
  void at_its_limit_a_check_is_killed_with_all_that_it_started() throws Exception {
    Path pid = directory.resolve("pid");
    check(etc, "required", "hangs", "sleep 600 & echo $! >" + pid + "; echo waiting; wait; exit 0");

    List<FailedCheck> failed = run(Duration.ofSeconds(2));

    assertThat(failed)
        .containsExactly(
            new FailedCheck("hangs", true, "killed after 2 seconds", List.of("waiting")));
    long child = Long.parseLong(Files.readString(pid).strip());
    for (int i = 0; i < 100 && isRunning(child); i++) {
      Thread.sleep(50);
    }
    assertThat(isRunning(child)).isFalse();
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
        "wanted",
        "loud",
        "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done;"
            + " printf 'red \\033[31m\\n'; exit 1");

    FailedCheck loud = run(Duration.ofSeconds(60)).getFirst();

    assertThat(loud.lastLines()).hasSize(10).startsWith("line 2991").endsWith("red \\u001b[31m");
  }

  @Test
  void the_callers_environment_does_not_pass() throws IOException {
    check(etc, "wanted", "env", "env | cut -d= -f1 | sort | tr '\\n' ' '; exit 1");

    assertThat(run(Duration.ofSeconds(20)).getFirst().lastLines().getFirst())
        .contains("LC_ALL", "PATH")
        .doesNotContain("JAVA_HOME");
  }

  private List<FailedCheck> run(Duration limit) {
    return new HealthChecks(List.of(etc, usr), limit).run(name -> {});
  }

  private static void check(Path folder, String kind, String name, String script)
      throws IOException {
    Path file = Files.createDirectories(folder.resolve(kind)).resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
