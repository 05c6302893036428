package io.github.containersnap.harness.sweep;

import io.github.containersnap.harness.oracle.Observation;
import io.github.containersnap.harness.oracle.StateOracle;
import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.harness.oracle.reading.WalkedSubvolumes;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.loopback.btrfs.BtrfsReader;
import io.github.containersnap.loopback.btrfs.FilesystemView;
import io.github.containersnap.loopback.btrfs.format.MalformedFilesystemException;
import io.github.containersnap.loopback.crash.ArrivedWrites;
import io.github.containersnap.loopback.crash.CrashImage;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.EpochImage;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Takes one image of the disk forward through a part of the log, flush by flush, and checks each
 * state it meets. Within an epoch the image becomes one state after the other, at the cost of what
 * differs between them; a state whose writes all go to blocks that nothing refers to is recognised
 * without becoming it.
 */
final class SweepWorker {
  private final String name;
  private final SweepContext context;
  private final ClassCache cache;
  private final SystemDisk base;
  private final Path image;
  private final Consumer<StateVerdict> hears;
  private final List<StateVerdict> verdicts = new ArrayList<>();
  private Optional<FilesystemView> view = Optional.empty();

  SweepWorker(String name, SweepContext context, ClassCache cache, Consumer<StateVerdict> hears) {
    this.name = name;
    this.context = context;
    this.cache = cache;
    this.base = context.recording().base();
    this.image = context.scratch().directory().resolve(name + ".img");
    this.hears = hears;
  }

  /** A state, and what of the log it has. */
  record Wanted(CrashState state, ArrivedWrites arrived) {
    boolean isPrefix() {
      return state instanceof CrashState.Prefix;
    }

    long bytes() {
      return arrived.changes().stream().mapToLong(LogEntry.Change::length).sum();
    }
  }

  /**
   * Checks states.
   *
   * @param epochs states with the same durable entries, each list in the order of a report; in the
   *     order of the log
   */
  List<StateVerdict> check(List<List<Wanted>> epochs) {
    context.scratch().reflink(base.image(), image);
    try (CrashImage crash = CrashImage.of(image, context.recording().log());
        BtrfsReader reader = BtrfsReader.open(image, base.systemOffset(), base.systemSize())) {
      StateOracle oracle = context.oracle(name);
      for (List<Wanted> states : epochs) {
        new InEpoch(crash, reader, oracle).check(states);
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
      }
    }
    return verdicts;
  }

  /** The states of one epoch in flight. */
  private final class InEpoch {
    private final CrashImage crash;
    private final BtrfsReader reader;
    private final StateOracle oracle;

    InEpoch(CrashImage crash, BtrfsReader reader, StateOracle oracle) {
      this.crash = crash;
      this.reader = reader;
      this.oracle = oracle;
    }

    void check(List<Wanted> states) {
      int durable = states.getFirst().arrived().durable();
      advanceTo(durable);
      List<Wanted> toMake = new ArrayList<>();
      for (Wanted wanted : states) {
        if (recognised(wanted)) {
          hear(wanted, judge(wanted.state(), false));
        } else {
          toMake.add(wanted);
        }
      }
      Optional<Epoch> epoch = context.epochAt(durable);
      if (toMake.isEmpty()) {
        return;
      }
      if (epoch.isEmpty()) {
        toMake.forEach(wanted -> hear(wanted, judge(wanted.state(), true)));
      } else {
        make(epoch.get(), inOrderOfMaking(toMake, epoch.get()));
      }
    }

    private void advanceTo(int entries) {
      int from = crash.position();
      crash.advanceTo(entries);
      for (LogEntry entry : context.recording().log().entries().subList(from, entries)) {
        if (entry instanceof LogEntry.Change change) {
          written(change.offset(), change.length());
        }
      }
    }

    /** A write to a reachable block ends what is known of the image's class. */
    private void written(long offset, long length) {
      reader.written(offset, length);
      view = view.filter(known -> !known.reachable().intersects(offset, length));
    }

    /**
     * Whether all writes of this state after the flush go to blocks that the filesystem, as it is
     * at the flush, does not refer to. Every walk that begins at the superblocks then finds the
     * same bytes.
     */
    private boolean recognised(Wanted wanted) {
      if (wanted.isPrefix() || !context.recognises()) {
        return false;
      }
      fingerprint();
      return view.isPresent()
          && wanted.arrived().changes().stream()
              .noneMatch(
                  change -> view.get().reachable().intersects(change.offset(), change.length()));
    }

    /** First what has little of the epoch, then its prefixes, then what has most of it. */
    private List<Wanted> inOrderOfMaking(List<Wanted> states, Epoch epoch) {
      long half = epoch.changes().stream().mapToLong(LogEntry.Change::length).sum() / 2;
      List<Wanted> order = new ArrayList<>();
      states.stream().filter(w -> !w.isPrefix() && w.bytes() <= half).forEach(order::add);
      states.stream().filter(Wanted::isPrefix).forEach(order::add);
      states.stream().filter(w -> !w.isPrefix() && w.bytes() > half).forEach(order::add);
      return order;
    }

    private void make(Epoch epoch, List<Wanted> states) {
      Path start = context.scratch().directory().resolve(name + "-flushed.img");
      context.scratch().reflink(image, start);
      try (EpochImage inFlight = EpochImage.of(crash, start)) {
        for (Wanted wanted : states) {
          inFlight.become(wanted.arrived().changes(), this::written);
          hear(wanted, judge(wanted.state(), wanted.isPrefix() || !context.recognises()));
          if (Thread.currentThread().isInterrupted()) {
            return;
          }
        }
        inFlight.complete(epoch, this::written);
      }
      delete(start);
    }

    private void hear(Wanted wanted, Verdict verdict) {
      StateVerdict reached = new StateVerdict(wanted.state(), verdict);
      verdicts.add(reached);
      hears.accept(reached);
    }

    /**
     * The verdict on the state that the image is, or that equals it in all that is reachable.
     *
     * @param look whether GRUB and the kernel are to look at it even if its class is known
     */
    private Verdict judge(CrashState state, boolean look) {
      try {
        boolean[] examined = {false};
        Observation observation =
            cache.observation(
                state,
                fingerprint().orElse("unreadable at " + state), // a class of its own
                () -> {
                  examined[0] = true;
                  return oracle.examine(image, walked());
                });
        if (examined[0] || look) {
          cache.looked();
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

    /** What is known of the image; nothing where every state is examined for itself. */
    private WalkedSubvolumes walked() {
      return view.filter(_ -> context.recognises())
          .map(known -> new WalkedSubvolumes(known.subvolumes()))
          .orElseGet(WalkedSubvolumes::none);
    }

    private Optional<String> fingerprint() {
      try {
        if (view.isEmpty()) {
          view = Optional.of(reader.walk());
        }
        return Optional.of(view.get().fingerprint());
      } catch (MalformedFilesystemException unreadable) {
        return Optional.empty(); // for the kernel to judge
      }
    }
  }

  private static boolean sameAtFirstSight(QuickView sight, Observation observation) {
    return sight.loader().equals(observation.loader())
        && sight.kernel().equals(observation.kernel());
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }
}
