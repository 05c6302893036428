package io.github.containersnap.health;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.PrintableText;
import io.github.containersnap.command.TimeLimitedCommand;
import io.github.containersnap.engine.health.CheckFolder;
import io.github.containersnap.engine.health.FailedCheck;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * The executables of {@code health.d/required.d} and {@code health.d/wanted.d}: what an
 * administrator or a distribution wants of a boot. A file in /etc replaces one of the same name in
 * /usr/lib; a link to /dev/null there masks it. They run one after the other, by name, the required
 * ones first. They run as root, so only root may be able to change them; what cannot be run, or
 * could be changed by others, has failed.
 *
 * @param folders the health.d folders, the most important one first
 */
public record HealthChecks(List<Path> folders) {
  /** No checks: those of a system that is not the running one are not to be run. */
  public static final HealthChecks NONE = new HealthChecks(List.of());

  /** Those of the running system. */
  public static final HealthChecks OF_THIS_SYSTEM =
      new HealthChecks(
          CheckFolder.PLACES.stream().map(place -> Path.of("/").resolve(place)).toList());

  private static final Path MASK = Path.of(CheckFolder.MASK);

  public HealthChecks {
    folders = List.copyOf(folders);
  }

  /**
   * Runs all of them, also after one has failed.
   *
   * @param limit how long each may run
   * @param begins hears the name of each that begins
   * @return those that failed, in their order
   */
  public List<FailedCheck> run(Duration limit, Consumer<String> begins) {
    List<FailedCheck> failed = new ArrayList<>();
    for (CheckFolder kind : CheckFolder.values()) {
      SortedMap<String, Path> programs = new TreeMap<>();
      for (Path folder : folders) {
        Path place = folder.resolve(kind.toString());
        collect(place, programs).ifPresent(why -> failed.add(kind.failed("", why, List.of())));
      }
      programs.values().removeIf(HealthChecks::isMask);
      programs.forEach(
          (name, program) -> {
            String shown = shown(name);
            begins.accept(kind + "/" + shown);
            failure(kind, shown, program, limit).ifPresent(failed::add);
          });
    }
    return List.copyOf(failed);
  }

  /** Adds the entries of a folder; returns why none of them may be run. */
  private static Optional<String> collect(Path folder, SortedMap<String, Path> programs) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      Optional<String> objection = FileTrust.objection(folder);
      if (objection.isPresent()) {
        return Optional.of("%s; nothing in %s is run".formatted(shown(objection.get()), folder));
      }
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (CheckFolder.isCheck(name)) {
          programs.putIfAbsent(name, entry);
        }
      }
      return Optional.empty();
    } catch (NoSuchFileException | NotDirectoryException none) {
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("%s cannot be read: %s".formatted(folder, e.getMessage()));
    }
  }

  private static boolean isMask(Path entry) {
    try {
      return Files.isSymbolicLink(entry) && Files.readSymbolicLink(entry).equals(MASK);
    } catch (IOException e) {
      return false; // it is then not an executable, which is reported
    }
  }

  private static Optional<FailedCheck> failure(
      CheckFolder kind, String name, Path program, Duration limit) {
    Optional<String> unusable = whyUnusable(program);
    if (unusable.isPresent()) {
      return Optional.of(kind.failed(name, shown(unusable.get()), List.of()));
    }
    try {
      TimeLimitedCommand.Ending ending = new TimeLimitedCommand(program, limit).run();
      if (ending.status().isPresent() && ending.status().getAsInt() == 0) {
        return Optional.empty();
      }
      String what =
          ending.status().isPresent()
              ? "exit status " + ending.status().getAsInt()
              : "timed out after %d s".formatted(limit.toSeconds());
      return Optional.of(kind.failed(name, what, ending.lastLines()));
    } catch (CommandFailedException e) {
      return Optional.of(kind.failed(name, shown(String.valueOf(e.getMessage())), List.of()));
    }
  }

  private static Optional<String> whyUnusable(Path program) {
    try {
      if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
        return Optional.of(
            "%s is not an executable file; `chmod +x` it, or remove it".formatted(program));
      }
      return FileTrust.objection(program);
    } catch (IOException e) {
      return Optional.of("%s cannot be looked at: %s".formatted(program, e.getMessage()));
    }
  }

  /** On one line, whatever the names of files are. */
  private static String shown(String text) {
    return PrintableText.of(text.replace('\n', '?').replace('\t', '?'));
  }
}
