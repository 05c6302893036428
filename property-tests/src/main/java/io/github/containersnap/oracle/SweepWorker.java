package io.github.containersnap.oracle;

import io.github.containersnap.loopback.btrfs.BtrfsReader;
import io.github.containersnap.loopback.btrfs.FilesystemView;
import io.github.containersnap.loopback.btrfs.MalformedFilesystemException;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.state.CrashImage;
import io.github.containersnap.properties.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes one image of the disk forward through a part of the log, and checks each state it meets.
 */
final class SweepWorker {
  private final String name;
  private final CrashSweep sweep;
  private final SystemDisk base;
  private Optional<FilesystemView> view = Optional.empty();

  SweepWorker(String name, CrashSweep sweep) {
    this.name = name;
    this.sweep = sweep;
    this.base = sweep.recording().base();
  }

  List<StateVerdict> check(List<CrashState> states, Consumer<StateVerdict> hears) {
    Path image = sweep.scratch().directory().resolve(name + ".img");
    sweep.scratch().reflink(base.image(), image);
    List<StateVerdict> verdicts = new ArrayList<>();
    try (CrashImage crash = CrashImage.of(image, sweep.recording().log());
        BtrfsReader reader = BtrfsReader.open(image, base.systemOffset(), base.systemSize())) {
      CrashOracle oracle = sweep.oracle(name);
      for (CrashState state : states) {
        advance(crash, reader, state);
        StateVerdict verdict = new StateVerdict(state, verdict(state, image, reader, oracle));
        verdicts.add(verdict);
        hears.accept(verdict);
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
      }
    }
    return verdicts;
  }

  /** Brings the image to a state; a write to a reachable block ends what is known of its class. */
  private void advance(CrashImage crash, BtrfsReader reader, CrashState state) {
    int from = crash.position();
    crash.advanceTo(state.entries());
    for (LogEntry entry : sweep.recording().log().entries().subList(from, state.entries())) {
      if (entry instanceof LogEntry.Change change) {
        reader.written(change.offset(), change.length());
        view =
            view.filter(known -> !known.reachable().intersects(change.offset(), change.length()));
      }
    }
  }

  private Verdict verdict(CrashState state, Path image, BtrfsReader reader, CrashOracle oracle) {
    try {
      boolean[] examined = {false};
      Observation observation =
          sweep.observation(
              state,
              fingerprint(state, reader),
              () -> {
                examined[0] = true;
                return oracle.examine(image);
              });
      if (!examined[0] && !sameAtFirstSight(oracle.glance(image), observation)) {
        return new Verdict.Unknown(
            "it looks otherwise than a state in which everything reachable is equal");
      }
      return sweep.judge(state, observation);
    } catch (RuntimeException failure) {
      return new Verdict.Unknown(String.valueOf(failure));
    }
  }

  private static boolean sameAtFirstSight(CrashOracle.FirstSight sight, Observation observation) {
    return sight.loaderMenu().equals(observation.loaderMenu())
        && sight.kernelMenu().equals(observation.kernelMenu());
  }

  private String fingerprint(CrashState state, BtrfsReader reader) {
    try {
      if (view.isEmpty()) {
        view = Optional.of(reader.walk());
      }
      return view.get().fingerprint();
    } catch (MalformedFilesystemException unreadable) {
      return "unreadable at " + state.entries(); // a class of its own, for the kernel to judge
    }
  }
}
