package io.github.containersnap.gate.report;

import io.github.containersnap.harness.property.Side;
import io.github.containersnap.loopback.crash.CrashState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;

/**
 * What was booted.
 *
 * @param all one for each class of states that a boot cannot tell apart
 * @param accelerator what executed the guests' instructions, in words; empty if nothing was booted
 * @param took how long all of it took
 */
public record BootResults(List<Booted> all, String accelerator, Duration took) {
  /** Nothing was to be booted. */
  public static final BootResults NONE = new BootResults(List.of(), "", Duration.ZERO);

  public BootResults {
    all = all.stream().sorted(Comparator.comparing(Booted::state)).toList();
  }

  /**
   * One boot.
   *
   * @param state the state whose disk was booted
   * @param alike all states of the class, this one among them
   * @param expected the system that should come up, in words
   * @param cameUp the system that did, by what its kernel was told; empty if it does not show
   * @param proof what was taken as the proof that it did; empty if it did not
   * @param problem what was wrong, without a full stop; empty if nothing was
   * @param infrastructure whether the problem is the machine's that runs the check
   * @param took how long it took
   * @param console what the console showed
   * @param screen a picture of what the screen showed last; empty if there is none
   */
  public record Booted(
      CrashState state,
      SortedSet<CrashState> alike,
      String expected,
      Optional<Side> cameUp,
      Optional<String> proof,
      Optional<String> problem,
      boolean infrastructure,
      Duration took,
      String console,
      Optional<Screen> screen) {
    /**
     * The same boot for more states.
     *
     * @param states all that it stands for
     */
    public Booted standingFor(SortedSet<CrashState> states) {
      return new Booted(
          state, states, expected, cameUp, proof, problem, infrastructure, took, console, screen);
    }

    /** How many states the class has. */
    public int states() {
      return alike.size();
    }
  }

  /**
   * What a screen showed. It is held in memory: the files of a virtual machine are gone with the
   * run before the report is written.
   */
  public static final class Screen {
    private final byte[] png;

    private Screen(byte[] png) {
      this.png = png;
    }

    /** The picture in a file. */
    public static Screen of(Path png) throws IOException {
      return new Screen(Files.readAllBytes(png));
    }

    /** Writes the picture to a new file. */
    public void writeTo(Path file) throws IOException {
      Files.write(file, png);
    }
  }

  /** Whether anything was booted. */
  public boolean isEmpty() {
    return all.isEmpty();
  }

  /** How often each proof was taken. */
  Map<String, Integer> proofs() {
    Map<String, Integer> proofs = new TreeMap<>();
    all.forEach(booted -> booted.proof().ifPresent(proof -> proofs.merge(proof, 1, Integer::sum)));
    return proofs;
  }
}
