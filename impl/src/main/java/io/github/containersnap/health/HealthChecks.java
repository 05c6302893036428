package io.github.containersnap.health;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.PrintableText;
import io.github.containersnap.command.TimeLimitedCommand;
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
 * The executables of {@code health.d/required} and {@code health.d/wanted}: what an administrator
 * or a distribution wants of a boot. A file in /etc takes the place of one of the same name in
 * /usr/lib; a link to /dev/null there masks it. Those of one folder run one after the other, by
 * name, the required ones first.
 *
 * @param folders the health.d folders, the most important one first
 * @param limit how long each check may run
 */
public record HealthChecks(List<Path> folders, Duration limit) {
  /** How long a check may run. */
  public static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Path MASK = Path.of("/dev/null");

  public HealthChecks {
    folders = List.copyOf(folders);
  }

  /** Those of the running system. */
  public static HealthChecks ofThisSystem() {
    return new HealthChecks(
        List.of(
            Path.of("/etc/container-snap/health.d"), Path.of("/usr/lib/container-snap/health.d")),
        LIMIT);
  }

  /**
   * Runs all of them, also after one has failed.
   *
   * @param begins hears the name of each that begins
   * @return those that failed, in their order
   */
  public List<FailedCheck> run(Consumer<String> begins) {
    List<FailedCheck> failed = new ArrayList<>();
    for (boolean required : new boolean[] {true, false}) {
      String kind = required ? "required" : "wanted";
      SortedMap<String, Path> programs;
      try {
        programs = programs(kind);
      } catch (IOException e) {
        failed.add(new FailedCheck(kind, required, "the folder cannot be read: " + e, List.of()));
        continue;
      }
      programs.forEach(
          (name, program) -> {
            begins.accept(kind + "/" + PrintableText.of(name));
            failure(name, program, required).ifPresent(failed::add);
          });
    }
    return List.copyOf(failed);
  }

  private Optional<FailedCheck> failure(String name, Path program, boolean required) {
    String shown = PrintableText.of(name);
    if (!Files.isRegularFile(program) || !Files.isExecutable(program)) {
      return Optional.of(
          new FailedCheck(
              shown,
              required,
              "%s is not an executable file; `chmod +x` it, or remove it".formatted(program),
              List.of()));
    }
    try {
      TimeLimitedCommand.Ending ending = new TimeLimitedCommand(program, limit).run();
      if (ending.status().isPresent() && ending.status().getAsInt() == 0) {
        return Optional.empty();
      }
      String what =
          ending.status().isPresent()
              ? "exit status " + ending.status().getAsInt()
              : "killed after %d seconds".formatted(limit.toSeconds());
      return Optional.of(new FailedCheck(shown, required, what, ending.lastLines()));
    } catch (CommandFailedException e) {
      return Optional.of(
          new FailedCheck(
              shown, required, PrintableText.of(String.valueOf(e.getMessage())), List.of()));
    }
  }

  private SortedMap<String, Path> programs(String kind) throws IOException {
    SortedMap<String, Path> programs = new TreeMap<>();
    for (Path folder : folders) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder.resolve(kind))) {
        for (Path entry : entries) {
          String name = String.valueOf(entry.getFileName());
          if (!name.startsWith(".") && !name.endsWith("~")) {
            programs.putIfAbsent(name, entry);
          }
        }
      } catch (NoSuchFileException | NotDirectoryException none) {
        // Nobody wants anything there.
      }
    }
    programs.values().removeIf(HealthChecks::isMask);
    return programs;
  }

  private static boolean isMask(Path entry) {
    try {
      return Files.isSymbolicLink(entry) && Files.readSymbolicLink(entry).equals(MASK);
    } catch (IOException e) {
      return false; // it is then no executable, which is reported
    }
  }
}
