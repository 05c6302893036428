package io.github.containersnap.harness.updater;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.loopback.disk.Mount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Any other updater, as a directory of programs:
 *
 * <ul>
 *   <li>{@code install TOP REFERENCE} and {@code update TOP REFERENCE}: as in {@link Updater};
 *   <li>{@code prepare TOP REFERENCE}: as in {@link Updater}; may be left out;
 *   <li>{@code next-boot TOP}: prints {@link Updater#nextBoot}, as {@link NamedBoot} reads it; or
 *       {@code next-root TOP}: prints {@link Updater#nextRoot};
 *   <li>{@code recover TOP}: what a boot settles; may be left out;
 *   <li>{@code recover.d/NAME TOP REFERENCE}: the repairs; may be left out.
 * </ul>
 *
 * <p>Its {@link UpdaterSettings} lie beside them. Exit status 0 is success; the last line of
 * standard error says what went wrong. In {@code UPDATER_RUN} each run finds the path of an empty
 * directory that is not on the disk under test and goes with the run. What a program leaves mounted
 * below {@code TOP} is unmounted after it.
 */
public final class ShellUpdater implements Updater {
  private static final String INSTALL = "install";
  private static final String PREPARE = "prepare";
  private static final String UPDATE = "update";
  private static final String NEXT_ROOT = "next-root";
  private static final String NEXT_BOOT = "next-boot";
  private static final String RECOVER = "recover";
  private static final String REPAIRS = "recover.d";
  private static final Pattern REPAIR = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,39}");
  private static final String RUN = "UPDATER_RUN";
  private static final Pattern LAYOUT = Pattern.compile("oci:([^:]+)(:.*)?");

  /**
   * Runs a program in a namespace of its own that has none of the disks which are mounted beside
   * {@code TOP} for others. A program that lives long, or makes such a namespace itself, would keep
   * them mounted.
   */
  private static final String ALONE =
      """
      program=$1 top=$2
      shift
      while read -r _ _ _ _ at _ rest; do
        case $at in
          "$top") ;;
          "${top%/*}"/*/*) ;;
          "${top%/*}"/*)
            case $rest in
              *"- "*" /dev/loop"*) umount --lazy "$at" ;;
            esac
            ;;
        esac
      done </proc/self/mountinfo
      exec "$program" "$@"
      """;

  private final Path directory;
  private final Path runs;
  private final AtomicInteger run = new AtomicInteger();

  /**
   * An updater.
   *
   * @param directory its programs
   * @param runs where the directories of its runs are made
   */
  public ShellUpdater(Path directory, Path runs) {
    this.directory = directory.toAbsolutePath().normalize();
    this.runs = runs;
  }

  /** What is missing for a directory to be an updater, as a sentence. */
  public static Optional<String> obstacle(Path directory) {
    String next =
        Files.exists(directory.resolve(NEXT_ROOT)) && !Files.exists(directory.resolve(NEXT_BOOT))
            ? NEXT_ROOT
            : NEXT_BOOT;
    return List.of(INSTALL, UPDATE, next).stream()
        .map(directory::resolve)
        .filter(program -> !isProgram(program))
        .findFirst()
        .map(
            program ->
                "%s is no program that can be run; an updater is a directory with install, update and next-boot, and perhaps recover."
                    .formatted(program))
        .or(() -> settingsObstacle(directory));
  }

  private static Optional<String> settingsObstacle(Path directory) {
    try {
      UpdaterSettings _ = UpdaterSettings.of(directory);
      return Optional.empty();
    } catch (UpdaterSettings.UnusableSettingsException unusable) {
      return Optional.ofNullable(unusable.getMessage());
    }
  }

  private static boolean isProgram(Path file) {
    return Files.isRegularFile(file) && Files.isExecutable(file);
  }

  @Override
  public Result install(Path top, String reference) {
    makeSubvolumes(top);
    return onReference(INSTALL, top, reference);
  }

  @Override
  public boolean prepares() {
    return Files.exists(directory.resolve(PREPARE));
  }

  @Override
  public Result prepare(Path top, String reference) {
    return prepares()
        ? onReference(PREPARE, top, reference)
        : Updater.super.prepare(top, reference);
  }

  @Override
  public Result update(Path top, String reference, Progress progress) {
    return onReference(UPDATE, top, reference);
  }

  @Override
  public Result recover(Path top) {
    return Files.exists(directory.resolve(RECOVER))
        ? inRun(own -> run(alone(RECOVER), top, own), top)
        : new Result(0, "", "");
  }

  private void makeSubvolumes(Path top) {
    for (String name : UpdaterSettings.of(directory).subvolumes()) {
      Path wanted = top.resolve(name);
      if (!Files.exists(wanted)
          && !ExternalCommand.of("btrfs", "subvolume", "create", wanted)
              .runAnyStatus()
              .succeeded()) {
        ExternalCommand.of("mkdir", "--", wanted).run();
      }
    }
  }

  @Override
  public UpdaterSettings settings() {
    return UpdaterSettings.of(directory);
  }

  @Override
  public boolean recovers() {
    return Files.exists(directory.resolve(RECOVER));
  }

  @Override
  public List<String> repairs() {
    Path repairs = directory.resolve(REPAIRS);
    if (!Files.isDirectory(repairs)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(repairs)) {
      return files
          .filter(ShellUpdater::isProgram)
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> REPAIR.matcher(name).matches())
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + repairs, e);
    }
  }

  @Override
  public Result repair(String name, Path top, String newReference) {
    return onReference(REPAIRS + "/" + name, top, newReference);
  }

  /**
   * {@inheritDoc}
   *
   * @throws ExperimentFailedException as {@link #nextBoot}
   */
  @Override
  public Optional<String> nextRoot(Path top) {
    return nextBoot(top).map(NamedBoot::root);
  }

  /**
   * {@inheritDoc}
   *
   * @throws ExperimentFailedException if the program fails, or prints what is no path below the top
   *     level
   */
  @Override
  public Optional<NamedBoot> nextBoot(Path top) {
    if (!Files.exists(directory.resolve(NEXT_BOOT))) {
      return rootOnly(top).map(NamedBoot::ofRoot);
    }
    try {
      return NamedBoot.read(printed(NEXT_BOOT, top));
    } catch (IllegalArgumentException malformed) {
      throw new ExperimentFailedException(
          "%s %s".formatted(directory.resolve(NEXT_BOOT), malformed.getMessage()));
    }
  }

  private Optional<String> rootOnly(Path top) {
    String path = printed(NEXT_ROOT, top).strip();
    if (path.isEmpty()) {
      return Optional.empty();
    }
    if (!NamedBoot.isBelow(path)) {
      throw new ExperimentFailedException(
          "%s prints '%.80s', which is no path below the top level."
              .formatted(directory.resolve(NEXT_ROOT), path));
    }
    return Optional.of(path);
  }

  private String printed(String program, Path top) {
    Result asked = inRun(own -> run(file(program), top, own), top);
    if (!asked.succeeded()) {
      throw new ExperimentFailedException(
          "%s fails: %s".formatted(directory.resolve(program), asked.complaint()));
    }
    return asked.output();
  }

  private Result onReference(String program, Path top, String reference) {
    return inRun(own -> run(alone(program), top, own, nameable(reference, own)), top);
  }

  private Result run(ExternalCommand program, Path top, Path own, Object... arguments) {
    CommandOutput output =
        program
            .endingWithThisProcess()
            .with(top)
            .with(arguments)
            .withEnvironment(RUN, own.toString())
            .in(own)
            .runAnyStatus();
    // The same words for every run and every worker: violations are compared by them.
    String error =
        output.standardError().replace(top.toString(), "TOP").replace(own.toString(), "$" + RUN);
    return new Result(output.exitCode(), output.text(), error);
  }

  /** For what only names what boots: it is done before anybody can miss a disk. */
  private ExternalCommand file(String program) {
    return ExternalCommand.of(directory.resolve(program));
  }

  /** For what may live long. */
  private ExternalCommand alone(String program) {
    return ExternalCommand.of(
            "unshare", "--mount", "--propagation", "private", "sh", "-c", ALONE, "sh")
        .with(directory.resolve(program));
  }

  /** podman refuses directories whose path is no valid name of an image: it is shown a link. */
  private static String nameable(String reference, Path own) {
    Matcher matcher = LAYOUT.matcher(reference);
    if (!matcher.matches()) {
      return reference;
    }
    try {
      Path link = Files.createSymbolicLink(own.resolve("image"), Path.of(matcher.group(1)));
      return "oci:%s%s"
          .formatted(link.getFileName(), Optional.ofNullable(matcher.group(2)).orElse(""));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot link to " + reference, e);
    }
  }

  private <T> T inRun(Function<Path, T> work, Path top) {
    Path own = runs.resolve("updater-run-" + run.incrementAndGet());
    try {
      Files.createDirectories(own);
      return work.apply(own);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make the directory of a run", e);
    } finally {
      Mount.unmountBelow(top);
      Mount.unmountBelow(own);
      ExternalCommand.of("rm", "-rf", "--one-file-system", "--", own).run();
    }
  }
}
