package io.github.containersnap.harness.updater;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.Progress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The updater contract: what the harness needs of an updater under test. What counts as old and new
 * is the content of {@link #nextRoot}, before and after an update that nothing disturbs.
 */
public interface Updater {
  /**
   * Makes the btrfs whose top level is mounted at {@code top} a system that boots the image of
   * {@code reference}. Of a system it has only the subvolumes that its deployments share, empty,
   * among them {@code @var}, the machine's /var.
   */
  Result install(Path top, String reference);

  /** Whether something is made ready for an update that is no part of it. */
  default boolean prepares() {
    return false;
  }

  /**
   * Makes ready, elsewhere, what an update of that system to the image of {@code reference}
   * fetches, as a server does: packages, a repository.
   */
  default Result prepare(Path top, String reference) {
    return new Result(0, "", "");
  }

  /** Updates that system to the image of {@code reference}. */
  Result update(Path top, String reference, Progress progress);

  /** Settles whatever was interrupted, as a boot does. */
  Result recover(Path top);

  /** The same on a machine that has booted {@code running}. */
  default Result recover(Path top, DeploymentId running) {
    return recover(top);
  }

  /**
   * Runs a command of container-snap.
   *
   * @param running the deployment that the machine runs; empty if it is switched off
   * @throws UnsupportedOperationException by an updater that has no such commands
   */
  default Result command(
      Path top, Optional<DeploymentId> running, Progress progress, List<String> arguments) {
    throw new UnsupportedOperationException("only container-snap has the command " + arguments);
  }

  /**
   * The root that boots next, as its boot loader would find it in this tree.
   *
   * @param top may be mounted read-only, and without the log tree replayed
   * @return a path from the top level without a leading slash, or nothing if nothing boots
   */
  Optional<String> nextRoot(Path top);

  /**
   * The same with the kernel, the initrd and the command line, as far as the updater says.
   *
   * @param top as for {@link #nextRoot}
   */
  default Optional<NamedBoot> nextBoot(Path top) {
    return nextRoot(top).map(NamedBoot::ofRoot);
  }

  /** What it says of itself. */
  default UpdaterSettings settings() {
    return UpdaterSettings.NONE;
  }

  /** Whether a boot settles anything by itself. */
  default boolean recovers() {
    return true;
  }

  /** The names of what an administrator may do to a machine that came up wrong. */
  default List<String> repairs() {
    return List.of();
  }

  /**
   * Does one of {@link #repairs()}.
   *
   * @param newReference the image to which the interrupted update led
   */
  default Result repair(String name, Path top, String newReference) {
    throw new UnsupportedOperationException("no repair is called " + name);
  }

  /**
   * How a command ended.
   *
   * @param exitCode its exit status
   * @param output what it wrote to standard output
   * @param error what it wrote to standard error
   */
  record Result(int exitCode, String output, String error) {
    private static final String OWN_MESSAGE = "container-snap: ";
    private static final int ACCOUNT_LINES = 10;

    /** How a run of container-snap's command line ended. */
    public static Result of(CommandLineRun run) {
      return new Result(run.exit(), run.out(), run.error());
    }

    /** Whether it says that it succeeded. */
    public boolean succeeded() {
      return exitCode == 0;
    }

    /** Its complaint, if it failed. */
    public Optional<String> failure() {
      return succeeded() ? Optional.empty() : Optional.of(complaint());
    }

    /** What it wrote to standard error; nothing only if it succeeded and wrote nothing there. */
    public Optional<String> noise() {
      return Optional.of(error.strip()).filter(text -> !succeeded() || !text.isEmpty());
    }

    /**
     * What it says went wrong: container-snap's last message, or of another program the last line
     * of standard error that is not empty.
     */
    public String complaint() {
      return last(error.lines().filter(line -> line.startsWith(OWN_MESSAGE)))
          .map(line -> line.substring(OWN_MESSAGE.length()))
          .or(() -> last(error.lines().filter(Predicate.not(String::isBlank))))
          .orElseGet(() -> "exit status " + exitCode + ", no message");
    }

    /**
     * The same for somebody who is to mend the program: with the lines before its complaint, ten at
     * most, since the cause is often there.
     */
    public String account() {
      List<String> lines = error.lines().filter(Predicate.not(String::isBlank)).toList();
      boolean own = lines.stream().anyMatch(line -> line.startsWith(OWN_MESSAGE));
      return own || lines.size() < 2
          ? complaint()
          : "\n  "
              + String.join(
                  "\n  ", lines.subList(Math.max(0, lines.size() - ACCOUNT_LINES), lines.size()));
    }

    private static Optional<String> last(Stream<String> lines) {
      return lines.reduce((earlier, later) -> later);
    }
  }
}
