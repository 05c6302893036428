package io.github.containersnap.adapter.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.SystemLock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lock between processes: the other one is a JVM of its own. */
class FileLockTest {
  @TempDir private Path directory;

  /** What of a lock is taken. */
  enum Part {
    BOTH,
    TRANSACTION,
    MENU;

    SystemLock.Held take(FileLock lock) {
      return switch (this) {
        case BOTH -> lock.acquire();
        case TRANSACTION -> lock.acquireTransaction();
        case MENU -> lock.acquireMenu();
      };
    }
  }

  /** Another process that tries to take the lock, says how it went, and waits to be killed. */
  static final class OtherProcess {
    private OtherProcess() {}

    public static void main(String[] arguments) throws IOException {
      try {
        Path file = Path.of(arguments[0]);
        SystemLock.Held held = Part.valueOf(arguments[1]).take(new FileLock(file));
        new RunningStep(Path.of(arguments[2]), Progress.NONE).enters(UpdateStep.PROVE);
        System.out.println("holds it: " + (held != null));
      } catch (LockedException e) {
        System.out.println("refused: " + e.getMessage());
      }
      System.out.flush();
      int _ = System.in.read();
    }
  }

  private record Other(Process process, String said) implements AutoCloseable {
    @Override
    public void close() throws InterruptedException {
      process.destroyForcibly().waitFor(); // SIGKILL
    }
  }

  private static Other other(Path lock) throws IOException {
    return other(lock, Part.BOTH);
  }

  private static Other other(Path lock, Part part) throws IOException {
    Process process =
        new ProcessBuilder(
                ProcessHandle.current().info().command().orElseThrow(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                OtherProcess.class.getName(),
                lock.toString(),
                part.name(),
                String.valueOf(lock.getParent()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    return new Other(process, String.valueOf(output.readLine()));
  }

  @Test
  void a_lock_of_another_process_is_refused_by_name_and_freed_by_its_death() throws Exception {
    Path file = directory.resolve("lock");
    FileLock lock = new FileLock(file);
    try (Other holder = other(file)) {
      assertThat(holder.said()).isEqualTo("holds it: true");
      assertThatThrownBy(lock::acquire)
          .isInstanceOf(LockedException.class)
          .hasMessage(
              "Another container-snap is at work (%s is held by process %d)."
                  .formatted(file, holder.process().pid()));
    }
    assertThat(file).exists();
    lock.acquire().close();
  }

  @Test
  void whoever_looks_sees_the_holder_and_its_step_and_takes_nothing() throws Exception {
    Path file = directory.resolve("lock");
    FileLock lock = new FileLock(file, directory);
    assertThat(lock.holder()).isEmpty();
    assertThat(file).doesNotExist();
    long pid;
    try (Other holder = other(file, Part.TRANSACTION)) {
      pid = holder.process().pid();
      assertThat(lock.holder())
          .contains(new SystemLock.Holder("process " + pid, Optional.of(UpdateStep.PROVE)));
      Files.writeString(directory.resolve("steps/" + pid), "no step");
      assertThat(lock.holder()).contains(new SystemLock.Holder("process " + pid, Optional.empty()));
    }
    assertThat(lock.holder()).isEmpty();
  }

  @Test
  void the_holder_of_another_filesystems_file_of_the_same_inode_is_not_named() throws Exception {
    Path one = tmpfs("one");
    Path two = tmpfs("two");
    try (Other first = other(one.resolve("lock"));
        Other second = other(two.resolve("lock"))) {
      assertThat(Files.getAttribute(one.resolve("lock"), "unix:ino"))
          .isEqualTo(Files.getAttribute(two.resolve("lock"), "unix:ino"));
      assertThatThrownBy(() -> new FileLock(one.resolve("lock")).acquire())
          .hasMessageContaining("process %d)".formatted(first.process().pid()));
      assertThatThrownBy(() -> new FileLock(two.resolve("lock")).acquire())
          .hasMessageContaining("process %d)".formatted(second.process().pid()));
    } finally {
      ExternalCommand.of("umount", one, two).run();
    }
  }

  private Path tmpfs(String name) throws IOException {
    Path mounted = Files.createDirectory(directory.resolve(name));
    ExternalCommand.of("mount", "-t", "tmpfs", "-o", "size=64k", "none", mounted).run();
    return mounted;
  }

  @Test
  void a_second_try_in_this_process_does_not_give_the_lock_away() throws Exception {
    Path file = directory.resolve("lock");
    try (SystemLock.Held held = new FileLock(file).acquire()) {
      assertThatThrownBy(() -> new FileLock(file).acquire())
          .isInstanceOf(LockedException.class)
          .hasMessageContaining("is held by this process");
      try (Other other = other(file)) {
        assertThat(other.said()).startsWith("refused: ").contains("process " + pid());
      }
      held.close();
      held.close();
      new FileLock(file).acquire().close();
    }
  }

  private static long pid() {
    return ProcessHandle.current().pid();
  }

  @Test
  void that_the_file_is_there_means_nothing() throws IOException {
    Path file = Files.writeString(directory.resolve("lock"), "4711\n");
    new FileLock(file).acquire().close();
    assertThat(file).hasContent("4711\n");
  }

  @Test
  void a_lock_that_cannot_be_made_is_no_lock_held() {
    FileLock lock = new FileLock(directory.resolve("missing/lock"));
    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(lock::acquire).hasMessageStartingWith("cannot lock ");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "TRANSACTION, MENU,        holds it",
    "MENU,        TRANSACTION, holds it",
    "TRANSACTION, TRANSACTION, refused",
    "TRANSACTION, BOTH,        refused",
    "MENU,        BOTH,        refused",
    "BOTH,        TRANSACTION, refused",
  })
  void a_transaction_leaves_the_menu_to_another_process(Part here, Part there, String said)
      throws Exception {
    Path file = directory.resolve("lock");
    try (SystemLock.Held held = here.take(new FileLock(file));
        Other other = other(file, there)) {
      assertThat(held).isNotNull();
      assertThat(other.said()).startsWith(said);
    }
  }

  @Test
  void giving_the_menu_back_does_not_give_the_transaction_away() throws Exception {
    Path file = directory.resolve("lock");
    try (SystemLock.HeldTransaction held = new FileLock(file).acquireTransaction()) {
      held.menu().close();
      new FileLock(file).acquireMenu().close();
      assertThatThrownBy(() -> new FileLock(file).acquire()).isInstanceOf(LockedException.class);
      try (Other other = other(file, Part.TRANSACTION)) {
        assertThat(other.said()).startsWith("refused");
      }
    }
    try (Other other = other(file, Part.BOTH)) {
      assertThat(other.said()).startsWith("holds it");
    }
  }

  @Test
  void who_wants_the_menu_waits_for_the_moments_that_another_has_it() throws Exception {
    Path file = directory.resolve("lock");
    try (Other other = other(file, Part.MENU);
        SystemLock.HeldTransaction held = new FileLock(file).acquireTransaction()) {
      Thread.ofVirtual().start(() -> other.process().destroyForcibly());
      held.menu().close();
    }
  }
}
