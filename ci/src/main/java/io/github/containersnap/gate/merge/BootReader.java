package io.github.containersnap.gate.merge;

import io.github.containersnap.gate.report.BootResults;
import io.github.containersnap.gate.report.CaseName;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.loopback.crash.CrashState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Reads the boots of a shard, with the consoles and screens in its report. A console is only shown:
 * without it the boot counts all the same.
 */
final class BootReader {
  /** A machine that writes to its console without end for eight minutes writes less. */
  private static final long LARGEST = 64L << 20;

  private final Path file;
  private final int shard;
  private final SortedMap<CrashState, String> views;
  private final Map<CrashState, Verdict> verdicts;

  /**
   * A reader of one result.
   *
   * @param file the result; the consoles are below its directory
   * @param shard the number of its shard
   * @param views what a boot of each state can depend on, by name
   * @param verdicts the verdict of each state
   */
  BootReader(
      Path file,
      int shard,
      SortedMap<CrashState, String> views,
      Map<CrashState, Verdict> verdicts) {
    this.file = file;
    this.shard = shard;
    this.views = views;
    this.verdicts = verdicts;
  }

  /**
   * A boot.
   *
   * @throws IllegalArgumentException if the result has not the state, or not as many that boot
   *     alike
   */
  BootResults.Booted read(ResultJson.Boot boot) {
    CrashState state = CrashState.parse(boot.address());
    if (!views.containsKey(state)) {
      throw new IllegalArgumentException(
          "it has a boot of %s, which is not one of its states".formatted(state));
    }
    return new BootResults.Booted(
        state,
        alike(state, boot.states()),
        boot.system(),
        Optional.empty(),
        Optional.ofNullable(boot.proof()),
        Optional.ofNullable(boot.problem()),
        verdicts.get(state) instanceof Verdict.Unknown,
        Duration.ofMillis(Math.round(boot.seconds() * 1000)),
        console(state),
        screen(besides(CaseName.console(state, "png"))));
  }

  /** States that could not be judged are in no class, unless it is for want of a system. */
  private SortedSet<CrashState> alike(CrashState booted, int count) {
    String view = Objects.requireNonNull(views.get(booted));
    List<CrashState> all =
        views.keySet().stream().filter(each -> view.equals(views.get(each))).toList();
    SortedSet<CrashState> alike =
        new TreeSet<>(
            all.size() == count
                ? all
                : all.stream()
                    .filter(
                        each ->
                            each.equals(booted) || !(verdicts.get(each) instanceof Verdict.Unknown))
                    .toList());
    if (alike.size() != count) {
      throw new IllegalArgumentException(
          "%d states boot like %s, and it says %d".formatted(alike.size(), booted, count));
    }
    return alike;
  }

  private String console(CrashState state) {
    Path console = besides(CaseName.console(state, "log"));
    if (!isUsable(console)) {
      return "[The report of shard %d has no console of this boot.]%n".formatted(shard);
    }
    try {
      return new String(Files.readAllBytes(console), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + console, e);
    }
  }

  private static Optional<BootResults.Screen> screen(Path png) {
    if (!isUsable(png)) {
      return Optional.empty();
    }
    try {
      return Optional.of(BootResults.Screen.of(png));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + png, e);
    }
  }

  private Path besides(String name) {
    return file.resolveSibling(name);
  }

  private static boolean isUsable(Path found) {
    return Files.isRegularFile(found, LinkOption.NOFOLLOW_LINKS)
        && found.toFile().length() <= LARGEST;
  }
}
