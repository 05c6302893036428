package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.loopback.crash.CrashImage;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.WriteLog;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;

/**
 * What the record of a disk's writes says of power cuts: between which moments the power was lost,
 * the disk that this left, and the disks that it could have left instead.
 */
final class DiskHistory {
  private static final String CUT = "power is lost ";
  private static final String BEGINS = "command begins ";
  private static final String CALL = "call begins ";

  private final LoopbackWorldFactory bench;
  private final Random chance;
  private int marks;
  private Optional<String> commandBegins = Optional.empty();
  private String callBegins = "";
  private Optional<Lost> lost = Optional.empty();
  private Optional<Past> past = Optional.empty();

  /**
   * How the power was lost.
   *
   * @param begins the mark at which the command began that was at work, if one was
   * @param from the first mark after which it may have been
   * @param to the mark before which it was
   * @param image the disk as it then was, if it was not recorded
   */
  private record Lost(Optional<String> begins, String from, String to, Optional<Path> image) {}

  /** The last command that lost its power: what it was recorded on, the record, where it lies. */
  private record Past(SystemDisk base, WriteLog log, int begins, int ends) {}

  /**
   * Of a disk that has no record yet.
   *
   * @param chance what a power cut loses
   */
  DiskHistory(LoopbackWorldFactory bench, Random chance) {
    this.bench = bench;
    this.chance = chance;
  }

  /**
   * A command begins.
   *
   * @param toBeCut the disk in use, if the command is to lose its power
   */
  void commandBegins(Optional<DiskSession> toBeCut) {
    commandBegins = toBeCut.map(session -> mark(session, BEGINS));
  }

  /** A port call begins within which the power is to be lost. */
  void callBegins(DiskSession session) {
    callBegins = mark(session, CALL);
  }

  /**
   * The power of a command is lost now.
   *
   * @param withinCall whether it may as well have been earlier in the port call
   */
  void powerLost(DiskSession session, boolean withinCall) {
    String to = mark(session, CUT);
    lost = Optional.of(new Lost(commandBegins, withinCall ? callBegins : to, to, asItIs(session)));
  }

  /** The power is lost while nothing happens. */
  private Lost idle(DiskSession session) {
    String mark = mark(session, CUT);
    return new Lost(commandBegins, mark, mark, asItIs(session));
  }

  private Optional<Path> asItIs(DiskSession session) {
    return session.recorder().isPresent()
        ? Optional.empty()
        : Optional.of(bench.copyOf(session.live()));
  }

  private String mark(DiskSession session, String kind) {
    String name = kind + ++marks;
    session.mark(name);
    return name;
  }

  /**
   * Ends the use of a disk by a power cut: the one that was lost, or else one of now.
   *
   * @param before the disk as it was when its use began
   * @return what is left of it
   */
  SystemDisk cut(DiskSession ended, SystemDisk before) {
    Lost how = lost.orElseGet(() -> idle(ended));
    lost = Optional.empty();
    ended.close();
    SystemDisk left =
        ended.recorder().isPresent()
            ? drawn(ended, before, how)
            : before.at(how.image().orElse(ended.live()));
    if (past.isEmpty()) {
      LoopbackWorld.delete(before.image());
    }
    return left;
  }

  private SystemDisk drawn(DiskSession ended, SystemDisk before, Lost how) {
    WriteLog log = ended.log();
    RandomPowerCut cut = new RandomPowerCut(log, place(log, how.from()), place(log, how.to()));
    SystemDisk left = made(before, log, cut.draw(chance));
    past = how.begins().map(it -> new Past(before, log, place(log, it), cut.to()));
    LoopbackWorld.delete(ended.live());
    if (past.isEmpty()) {
      LoopbackWorld.delete(log.file());
    }
    return left;
  }

  private static int place(WriteLog log, String mark) {
    return log.indexOfMark(mark)
        .orElseThrow(() -> new IllegalStateException("the record lacks the mark '" + mark + "'"));
  }

  private SystemDisk made(SystemDisk base, WriteLog log, CrashState state) {
    Path image = bench.copyOf(base.image());
    try (CrashImage crash = CrashImage.of(image, log)) {
      crash.become(state);
    }
    return base.at(image);
  }

  /** What another power cut of the same command could have left; empty if none lost its power. */
  Optional<SystemDisk> otherCut() {
    return past.map(
        it ->
            made(
                it.base(),
                it.log(),
                new RandomPowerCut(it.log(), it.begins(), it.ends()).draw(chance)));
  }

  /** Removes the record of the last command that lost its power. */
  void forget() {
    past.ifPresent(
        it -> {
          LoopbackWorld.delete(it.base().image());
          LoopbackWorld.delete(it.log().file());
        });
    past = Optional.empty();
  }
}
