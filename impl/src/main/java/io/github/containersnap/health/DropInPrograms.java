package io.github.containersnap.health;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.PrintableText;
import io.github.containersnap.command.TimeLimitedCommand;
import io.github.containersnap.engine.health.CheckFolder;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The executables of a drop-in folder that lies in several places: a file in /etc replaces one of
 * the same name in /usr/lib, and a link to /dev/null masks it. They run as root, so only root may
 * be able to change them.
 *
 * @param programs by name, in the order in which they run
 * @param objections why what lies in some place may not be run, a sentence each
 */
record DropInPrograms(SortedMap<String, Path> programs, List<String> objections) {
  private static final Path MASK = Path.of(CheckFolder.MASK);

  DropInPrograms {
    programs = Collections.unmodifiableSortedMap(new TreeMap<>(programs));
    objections = List.copyOf(objections);
  }

  /**
   * Why a program failed.
   *
   * @param what in words, without a full stop
   * @param lastLines the end of its output
   */
  record Failure(String what, List<String> lastLines) {
    Failure {
      lastLines = List.copyOf(lastLines);
    }
  }

  /** Those of {@code folders}, the most important one first. */
  static DropInPrograms in(List<Path> folders) {
    SortedMap<String, Path> programs = new TreeMap<>();
    List<String> objections = new ArrayList<>();
    folders.forEach(folder -> collect(folder, programs).ifPresent(objections::add));
    programs.values().removeIf(DropInPrograms::isMask);
    return new DropInPrograms(programs, objections);
  }

  /** Adds the entries of a folder; returns why none of them may be run. */
  private static Optional<String> collect(Path folder, SortedMap<String, Path> programs) {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
      Optional<String> objection = FileTrust.objection(folder);
      if (objection.isPresent()) {
        return Optional.of(
            "%s; nothing in %s is run".formatted(PrintableText.onOneLine(objection.get()), folder));
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

  /** Why {@code program} failed; empty if it ended with exit status 0. */
  static Optional<Failure> failure(Path program, Duration limit, Map<String, String> environment) {
    Optional<String> unusable = whyUnusable(program);
    if (unusable.isPresent()) {
      return Optional.of(new Failure(PrintableText.onOneLine(unusable.get()), List.of()));
    }
    try {
      TimeLimitedCommand.Ending ending = new TimeLimitedCommand(program, limit, environment).run();
      if (ending.status().isPresent() && ending.status().getAsInt() == 0) {
        return Optional.empty();
      }
      String what =
          ending.status().isPresent()
              ? "exit status " + ending.status().getAsInt()
              : "timed out after %d s".formatted(limit.toSeconds());
      return Optional.of(new Failure(what, ending.lastLines()));
    } catch (CommandFailedException e) {
      return Optional.of(
          new Failure(PrintableText.onOneLine(String.valueOf(e.getMessage())), List.of()));
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
}
