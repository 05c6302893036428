package io.github.containersnap.harness.sweep;

import io.github.containersnap.harness.oracle.Observation;
import io.github.containersnap.harness.oracle.StateOracle;
import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.loopback.btrfs.FilesystemView;
import io.github.containersnap.loopback.crash.CrashState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Judges each state that a {@link StateWalk} through a part of the log meets. */
final class SweepWorker {
  private final String name;
  private final SweepContext context;
  private final ClassCache cache;
  private final StateOracle oracle;
  private final Consumer<StateVerdict> hears;
  private final BooleanSupplier timeIsUp;
  private final List<StateVerdict> verdicts = new ArrayList<>();

  SweepWorker(
      String name,
      SweepContext context,
      ClassCache cache,
      Consumer<StateVerdict> hears,
      BooleanSupplier timeIsUp) {
    this.timeIsUp = timeIsUp;
    this.name = name;
    this.context = context;
    this.cache = cache;
    this.oracle = context.oracle(name);
    this.hears = hears;
  }

  /** Checks states until the time is up, given as {@link StateWalk#over} takes them. */
  List<StateVerdict> check(List<List<StateWalk.Wanted>> epochs) {
    new StateWalk(name, context, this::judge, timeIsUp).over(epochs);
    return verdicts;
  }

  private void judge(
      CrashState state, Path image, Supplier<Optional<FilesystemView>> view, boolean look) {
    StateVerdict reached = new StateVerdict(state, verdict(state, image, view, look));
    verdicts.add(reached);
    hears.accept(reached);
  }

  private Verdict verdict(
      CrashState state, Path image, Supplier<Optional<FilesystemView>> found, boolean look) {
    try {
      Optional<FilesystemView> view = found.get();
      boolean[] examined = {false};
      Observation observation =
          cache.observation(
              state,
              StateClasses.name(state, view),
              () -> {
                examined[0] = true;
                return oracle.examine(image, view.filter(_ -> context.recognises()));
              });
      if (look) {
        cache.looked(state);
      }
      if (!examined[0] && look && !sameAtFirstSight(oracle.glance(image), observation)) {
        return new Verdict.Unknown(
            "it looks otherwise than a state in which everything reachable is equal");
      }
      return cache.judge(state, observation);
    } catch (RuntimeException failure) {
      return new Verdict.Unknown(String.valueOf(failure));
    }
  }

  private static boolean sameAtFirstSight(QuickView sight, Observation observation) {
    return sight.loader().equals(observation.loader())
        && sight.kernel().equals(observation.kernel());
  }
}
