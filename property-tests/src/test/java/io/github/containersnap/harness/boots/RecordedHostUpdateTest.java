package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.oracle.BootClasses;
import io.github.containersnap.harness.oracle.BootView;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.loopback.crash.CrashImage;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.disk.RecordedDisk;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import io.github.containersnap.vm.machine.MachineDisk;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * An update that a host makes of itself, with a recorder below its disk: the crash states of the
 * log, sorted by all that a boot can depend on, and one of each class booted (P2, P3, P10).
 */
@ExtendWith(HostBench.Shared.class)
class RecordedHostUpdateTest {
  private static final String REPORTED = "success reported";
  private static final Duration ONE_UPDATE = Duration.ofMinutes(10);

  private final HostBench bench;
  private final MachineRoom room;

  RecordedHostUpdateTest(HostBench bench) {
    this.bench = bench;
    this.room = bench.room();
  }

  @Test
  @Tag("exhaustive")
  void one_of_each_class_of_crash_states_comes_up_as_what_it_should_be() {
    WriteLog log = record();
    int reported = log.indexOfMark(REPORTED).orElseThrow();
    List<CrashState.Prefix> states = flushed(log);
    long begin = System.nanoTime();
    Map<BootView, SortedSet<CrashState>> classes =
        new BootClasses(bench.running().disk(), log, bench.oldId(), bench.newId())
            .of(states, room.workspace(), room.scratch());
    System.out.printf(
        "%d writes, %d flushes: %d states, %d classes, sorted in %d s%n",
        log.writes(), log.flushes(), states.size(), classes.size(), secondsSince(begin));

    classes.forEach((view, members) -> requireRight(view, members, reported));
    assertThat(sideOf(classes, states.getFirst())).isEqualTo(Side.OLD);
    assertThat(sideOf(classes, states.getLast())).isEqualTo(Side.NEW);
    classes.entrySet().stream()
        .sorted(Comparator.comparing(each -> each.getValue().first()))
        .forEach(each -> boot(log, each.getValue(), each.getKey().side().orElseThrow()));
  }

  /** The update, from a system that is up to the moment after its success was reported. */
  private WriteLog record() {
    RunningHost running = bench.running();
    SystemDisk copy = room.copyOf(running.disk());
    Path logFile = room.workspace().file("host-write.log");
    try (RecordedDisk disk = RecordedDisk.start(copy, logFile, room.workspace())) {
      try (VirtualMachine machine =
          VirtualMachine.start(
              room.engine(),
              HostBench.plan(new MachineDisk.Written(disk.export())).resuming(running.state()))) {
        HostPowerCut.begin(machine, bench.goodReference());
        machine.console().await(HostPowerCut.ENDED, ONE_UPDATE, "the recorded update ends");
        assertThat(machine.console().shows(Pattern.compile("the update ended with status 0")))
            .as(machine.console().lastLines())
            .isTrue();
        disk.mark(REPORTED);
      }
      disk.close();
      WriteLog log = disk.readLog();
      assertThat(log.flushes()).as("flushes that the recorder saw").isPositive();
      assertThat(log.tornTail()).isEmpty();
      return log;
    }
  }

  /** The disk before, after each flush, and at the end. */
  private static List<CrashState.Prefix> flushed(WriteLog log) {
    List<CrashState.Prefix> states = new ArrayList<>(List.of(new CrashState.Prefix(0)));
    IntStream.rangeClosed(1, log.entries().size())
        .filter(
            count ->
                count == log.entries().size()
                    || log.entries().get(count - 1) instanceof LogEntry.Flush)
        .mapToObj(CrashState.Prefix::new)
        .forEach(states::add);
    return states;
  }

  private static void requireRight(BootView view, SortedSet<CrashState> members, int reported) {
    assertThat(view.side()).as("what the boot loader starts in %s", members.first()).isPresent();
    assertThat(view.loader())
        .as("the menu that the boot loader sees, and the kernel, in %s (P3)", members.first())
        .map(String::stripTrailing)
        .isEqualTo(view.kernel());
    if (members.last().place() > reported) {
      assertThat(view.side())
          .as("after success was reported, in %s (P2)", members.last())
          .isEqualTo(Optional.of(Side.NEW));
    }
  }

  private static Side sideOf(Map<BootView, SortedSet<CrashState>> classes, CrashState state) {
    return classes.entrySet().stream()
        .filter(each -> each.getValue().contains(state))
        .findFirst()
        .flatMap(each -> each.getKey().side())
        .orElseThrow();
  }

  private void boot(WriteLog log, SortedSet<CrashState> members, Side side) {
    long begin = System.nanoTime();
    SystemDisk disk = room.copyOf(bench.running().disk());
    try (CrashImage crash = CrashImage.of(disk.image(), log)) {
      crash.become(members.first());
    }
    TestMachine machine = bench.machine(disk);
    int version = side == Side.OLD ? 1 : 2;
    try (VirtualMachine booted = machine.start()) {
      Host host = new Host(booted).awaitUp(version);
      host.assertRuns(side == Side.OLD ? bench.oldId() : bench.newId(), version);
      assertThat(host.run("ls -A /var/lib/container-snap/journal").text())
          .as("what is left to settle of %s", members.first())
          .isEmpty();
    }
    System.out.printf(
        "%s, for %d states: %s, whole (%d s)%n",
        members.first(), members.size(), side, secondsSince(begin));
  }

  private static long secondsSince(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin).toSeconds();
  }
}
