package io.github.containersnap.harness.sweep;

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
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Takes one image of the disk forward through a part of the log, flush by flush, and shows each
 * state it meets to a visitor. Within an epoch the image becomes one state after the other, at the
 * cost of what differs between them; a state whose writes all go to blocks that nothing refers to
 * is recognised without becoming it.
 */
final class StateWalk {
  private final String name;
  private final SweepContext context;
  private final SystemDisk base;
  private final Path image;
  private final Visitor visitor;
  private final BooleanSupplier end;
  private Optional<FilesystemView> view = Optional.empty();

  /**
   * A walk.
   *
   * @param name of its images
   * @param end asked before each state; the walk ends where it is true
   */
  StateWalk(String name, SweepContext context, Visitor visitor, BooleanSupplier end) {
    this.end = end;
    this.name = name;
    this.context = context;
    this.base = context.recording().base();
    this.image = context.scratch().directory().resolve(name + ".img");
    this.visitor = visitor;
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

  /** Is shown the states. */
  @FunctionalInterface
  interface Visitor {
    /**
     * The image is a state, or equals it in all that is reachable.
     *
     * @param image the image
     * @param view finds what the filesystem refers to; empty if it cannot be read
     * @param whole whether the image is the state in every byte, and the state is one that GRUB and
     *     the kernel are to look at even if its class is known
     */
    void at(CrashState state, Path image, Supplier<Optional<FilesystemView>> view, boolean whole);
  }

  /**
   * Walks.
   *
   * @param epochs states with the same durable entries, each list in the order of a report; in the
   *     order of the log
   */
  void over(List<List<Wanted>> epochs) {
    context.scratch().reflink(base.image(), image);
    if (!base.filesystem().isBtrfs()) {
      over(epochs, Optional.empty());
      return;
    }
    try (BtrfsReader reader = BtrfsReader.open(image, base.systemOffset(), base.systemSize())) {
      over(epochs, Optional.of(reader));
    }
  }

  /** Without a reader nothing is known of what a filesystem refers to: each state is of its own. */
  private void over(List<List<Wanted>> epochs, Optional<BtrfsReader> reader) {
    try (CrashImage crash = CrashImage.of(image, context.recording().log())) {
      for (List<Wanted> states : epochs) {
        if (ends()) {
          break;
        }
        new InEpoch(crash, reader).over(states);
      }
    }
  }

  private boolean ends() {
    return end.getAsBoolean() || Thread.currentThread().isInterrupted();
  }

  /** The states of one epoch in flight. */
  private final class InEpoch {
    private final CrashImage crash;
    private final Optional<BtrfsReader> reader;

    InEpoch(CrashImage crash, Optional<BtrfsReader> reader) {
      this.crash = crash;
      this.reader = reader;
    }

    void over(List<Wanted> states) {
      int durable = states.getFirst().arrived().durable();
      advanceTo(durable);
      List<Wanted> toMake = new ArrayList<>();
      for (Wanted wanted : states) {
        if (recognised(wanted)) {
          show(wanted, false);
        } else {
          toMake.add(wanted);
        }
      }
      Optional<Epoch> epoch = context.epochAt(durable);
      if (toMake.isEmpty()) {
        return;
      }
      if (epoch.isEmpty()) {
        toMake.forEach(wanted -> show(wanted, true));
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
      reader.ifPresent(known -> known.written(offset, length));
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
      walked();
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
          show(wanted, wanted.isPrefix() || !context.recognises());
          if (ends()) {
            break;
          }
        }
        inFlight.complete(epoch, this::written);
      }
      delete(start);
    }

    private void show(Wanted wanted, boolean whole) {
      if (ends()) {
        return;
      }
      visitor.at(wanted.state(), image, this::walked, whole);
    }

    private Optional<FilesystemView> walked() {
      if (view.isEmpty() && reader.isPresent()) {
        try {
          view = Optional.of(reader.get().walk());
        } catch (MalformedFilesystemException unreadable) {
          return Optional.empty(); // for the kernel to judge
        }
      }
      return view;
    }
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }
}
