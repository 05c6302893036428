package io.github.containersnap.loopback.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.base.Waiting;
import io.github.containersnap.linux.MountTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WorkspaceTest {
  private final Set<Path> loopsBefore = loopsOverNothing();

  @TempDir Path parent;

  /** Carries the mark by which orphans are known, then becomes the program. */
  private static final List<String> MARKED =
      List.of(
          "sh",
          "-c",
          "read -r stat </proc/$$/stat && set -- \"$0\" \"$@\" &&"
              + " start=$(echo \"${stat##*) }\" | cut -d ' ' -f 20) &&"
              + " CONTAINER_SNAP_PROCESS=$$-$start exec \"$@\"");

  @Test
  void a_run_that_was_killed_is_swept_away_whole() throws Exception {
    Path directory = endedRun(MARKED, Process::destroyForcibly);
    // The FUSE export, the shared mount around it, and three btrfs.
    assertThat(MountTable.own().atOrBelow(directory)).hasSize(5);
    assertThat(LoopBinding.below(directory)).hasSize(5);

    List<String> removed = Workspace.sweep(parent);

    assertNothingIsLeftOf(directory);
    assertThat(removed)
        .anyMatch(line -> line.startsWith("stopped process "))
        .contains("unmounted " + directory + "/a mount", "deleted " + directory)
        .anyMatch(line -> line.matches("detached /dev/loop\\d+ from " + directory + "/deleted"))
        .noneMatch(line -> line.startsWith("left behind"));
    assertThat(Workspace.sweep(parent)).isEmpty();
  }

  @Test
  void a_run_that_was_killed_in_a_mount_namespace_of_its_own_is_swept_away_whole()
      throws Exception {
    List<String> command = new ArrayList<>(MARKED);
    command.addAll(List.of("unshare", "--mount", "--propagation", "private"));
    Path directory = endedRun(command, Process::destroyForcibly);

    assertThat(Workspace.sweep(parent)).noneMatch(line -> line.startsWith("left behind"));

    assertNothingIsLeftOf(directory);
  }

  @Test
  void a_run_that_was_killed_with_all_its_children_is_swept_away_whole() throws Exception {
    List<String> command = new ArrayList<>(MARKED);
    command.addAll(List.of("unshare", "--mount", "--propagation", "private"));
    Path directory =
        endedRun(
            command,
            run -> {
              run.descendants().forEach(ProcessHandle::destroyForcibly);
              run.destroyForcibly();
            });

    assertThat(Workspace.sweep(parent)).noneMatch(line -> line.startsWith("left behind"));

    assertNothingIsLeftOf(directory);
  }

  @Test
  void a_run_that_is_interrupted_cleans_up_after_itself() throws Exception {
    assertNothingIsLeftOf(
        endedRun(
            List.of(),
            run -> {
              run.children()
                  .filter(child -> child.info().command().orElse("").endsWith("sh"))
                  .flatMap(child -> Stream.concat(child.descendants(), Stream.of(child)))
                  .forEach(ProcessHandle::destroyForcibly);
              run.destroy();
            }));
  }

  @Test
  void a_run_in_another_pid_namespace_is_swept_only_when_it_has_died() throws Exception {
    Path directory =
        endedRun(
            List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"),
            run -> {
              assertThat(Workspace.sweep(parent)).isEmpty();
              run.destroyForcibly();
            });

    // What was killed is the program that made the namespace; the run dies a moment later.
    boolean swept =
        Waiting.until(
            Duration.ofSeconds(20),
            () -> {
              Workspace.sweep(parent);
              return !Files.exists(directory);
            });
    assertThat(swept).isTrue();
    assertNothingIsLeftOf(directory);
  }

  /** Starts a {@link BusyRun}, ends it, and gives its directory. */
  private Path endedRun(List<String> by, Consumer<Process> end)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(by);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            BusyRun.class.getName(),
            parent.toString()));
    Process run =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (BufferedReader output = run.inputReader()) {
      Path directory =
          Path.of(
              Optional.ofNullable(output.readLine())
                  .orElseThrow(() -> new AssertionError("the run ended before it was busy")));
      end.accept(run);
      assertThat(run.waitFor(20, TimeUnit.SECONDS)).as("the run ends").isTrue();
      return directory;
    } finally {
      run.destroyForcibly();
    }
  }

  /** Of this whole machine: another run on it may have lost some before this test began. */
  private static Set<Path> loopsOverNothing() {
    return LoopBinding.all().stream()
        .filter(loop -> loop.file().equals(Path.of("/")))
        .map(LoopBinding::device)
        .collect(Collectors.toSet());
  }

  private void assertNothingIsLeftOf(Path directory) {
    assertThat(directory).doesNotExist();
    assertThat(MountTable.own().atOrBelow(directory)).isEmpty();
    assertThat(LoopBinding.below(directory)).isEmpty();
    String run = directory.getFileName().toString();
    assertThat(LoopBinding.all()).noneMatch(loop -> loop.file().toString().contains(run));
    assertThat(loopsOverNothing())
        .as("loop devices over something that nobody sees any more")
        .isSubsetOf(loopsBefore);
    assertThat(ProcessHandle.allProcesses())
        .noneMatch(
            process ->
                process
                    .info()
                    .commandLine()
                    .filter(it -> it.contains(directory + "/"))
                    .isPresent());
  }

  @Test
  void a_run_that_lives_is_never_touched() throws IOException {
    try (Workspace living = Workspace.open(parent)) {
      Files.createFile(living.file("mine"));

      assertThat(Workspace.sweep(parent)).isEmpty();
      try (Workspace other = Workspace.open(parent)) {
        assertThat(other.directory()).isNotEqualTo(living.directory());
      }

      assertThat(living.file("mine")).exists();
    }
    assertThat(parent).isDirectoryNotContaining("glob:**/run-*");
  }

  @Test
  void a_directory_whose_owner_has_another_start_time_is_dead_and_others_are_not_ours()
      throws IOException {
    ProcessIdentity own = ProcessIdentity.own();
    Path dead =
        Files.createDirectory(
            parent
                .toRealPath()
                .resolve("run-%d-%d-00000000".formatted(own.pid(), own.startTime() - 1)));
    Path foreign = Files.createDirectory(parent.resolve("run-of-somebody-else"));
    Path target = Files.createDirectory(parent.resolve("target"));
    Path link = parent.resolve("run-1-1-00000000");
    Files.createSymbolicLink(link, target);
    Files.createSymbolicLink(dead.resolve("out"), target);

    assertThat(Workspace.sweep(parent)).containsExactly("deleted " + dead);

    assertThat(foreign).exists();
    assertThat(target).exists();
    assertThat(link).isSymbolicLink();
  }

  @Test
  void a_noted_process_whose_pid_was_reused_is_not_killed() throws Exception {
    Process innocent = new ProcessBuilder("sleep", "30").start();
    try {
      Path dead = Files.createDirectory(parent.toRealPath().resolve("run-1-1-00000000"));
      Path notes = Files.createDirectory(dead.resolve("daemons"));
      String stat = Files.readString(Path.of("/proc/" + innocent.pid() + "/stat"));
      long startTime = ProcessIdentity.of(innocent.pid()).orElseThrow().startTime();
      Files.writeString(
          notes.resolve("old"), stat.replace(" " + startTime + " ", " " + (startTime - 1) + " "));
      Files.writeString(notes.resolve("torn"), "12");

      assertThat(Workspace.sweep(parent)).containsExactly("deleted " + dead);

      assertThat(innocent.isAlive()).isTrue();
    } finally {
      innocent.destroyForcibly();
    }
  }

  @Test
  void closing_stops_a_daemon_that_was_forgotten() {
    Process daemon;
    try (Workspace workspace = Workspace.open(parent)) {
      daemon = workspace.startDaemon("sleeper", List.of("sleep", "60"));
      assertThat(Waiting.until(java.time.Duration.ofSeconds(5), () -> isSleeping(daemon))).isTrue();
    }
    assertThat(daemon.isAlive()).isFalse();
  }

  private static boolean isSleeping(Process daemon) {
    return daemon.info().command().filter(it -> it.endsWith("/sleep")).isPresent();
  }

  @Test
  void closing_fails_loudly_and_names_what_is_in_the_way() throws Exception {
    Workspace workspace = Workspace.open(parent);
    ScratchSpace scratch = ScratchSpace.create(workspace, 128 << 20);
    Process holder =
        new ProcessBuilder("sleep", "60").directory(scratch.directory().toFile()).start();
    try {
      assertThatThrownBy(workspace::close)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContainingAll(
              "could not take away all",
              "mount " + scratch.directory().getParent(),
              "held by process " + holder.pid() + " (sleep)");
      assertThat(scratch.directory()).exists();
    } finally {
      holder.destroyForcibly();
      holder.waitFor();
      workspace.close();
      scratch.close();
    }
    assertNothingIsLeftOf(workspace.directory());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "../x", "a/b", "/etc"})
  void a_name_that_leads_out_of_the_workspace_is_refused(String name) {
    try (Workspace workspace = Workspace.open(parent)) {
      assertThatThrownBy(() -> workspace.file(name)).isInstanceOf(IllegalArgumentException.class);
    }
  }
}
