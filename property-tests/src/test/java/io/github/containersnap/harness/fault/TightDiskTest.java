package io.github.containersnap.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.harness.testkit.LayeredImage;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.SystemDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Disks between too small and large enough, disks filled to some level, with data and with
 * metadata, and disks that something else fills while the update runs (property P7). Each time the
 * update succeeds or fails with a sentence about room; then the machine is whole and can be looked
 * at, recovered and pruned, and with room again the next update succeeds.
 */
@ExtendWith(SharedBench.class)
class TightDiskTest {
  private static final long MIB = 1 << 20;

  /** How much larger than the smallest disk the largest is, in MiB. */
  private static final long LARGEST_MORE = 130;

  private static final String ABOUT_ROOM =
      "(?i)The image needs [\\d.]+ [KMG]?i?B of (meta)?data; .* has [\\d.]+ [KMG]?i?B free"
          + "|no space left|disk quota|ENOSPC|read-only file system";

  private final FaultBench bench;

  TightDiskTest(FaultBench bench) {
    this.bench = bench;
  }

  /** What takes the room. */
  private enum Kind {
    DATA,
    METADATA,
    FILLED_MEANWHILE
  }

  /**
   * A tight disk.
   *
   * @param mebibytes what is left free in the beginning
   */
  private record Case(Kind kind, int mebibytes) implements Cases.Named {
    @Override
    public String name() {
      return kind + " " + mebibytes + " MiB";
    }
  }

  private static List<Case> spread(Kind kind, int from, int to, int count) {
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cases.add(new Case(kind, from + (to - from) * i / (count - 1)));
    }
    return cases;
  }

  @Test
  void disks_of_4_sizes() {
    requireDisks(4);
  }

  @Test
  @Tag("exhaustive")
  void disks_of_64_sizes() {
    requireDisks(64);
  }

  @Test
  void disks_with_4_levels_of_data() {
    requireAll(spread(Kind.DATA, 0, 70, 4));
  }

  @Test
  @Tag("exhaustive")
  void disks_with_64_levels_of_data() {
    requireAll(spread(Kind.DATA, 0, 80, 64));
  }

  @Test
  void disks_with_4_levels_of_metadata() {
    requireAll(spread(Kind.METADATA, 0, 36, 4));
  }

  @Test
  @Tag("exhaustive")
  void disks_with_64_levels_of_metadata() {
    requireAll(spread(Kind.METADATA, 0, 63, 64));
  }

  /**
   * By the machine's own /var, to the last byte, after the preflight has found that there is room.
   */
  @ParameterizedTest
  @EnumSource(
      value = UpdateStep.class,
      names = {"PULL", "PROVE", "DRAFT", "SEAL", "COMMIT"})
  void a_disk_that_is_filled_as_the_update_enters_a_step(UpdateStep step) throws IOException {
    bench.onCopy(
        machine -> {
          FillerFiles filling = new FillerFiles(machine.top());
          Updater.Result result =
              machine.runWith(step, filling::toTheLastByte, "update", bench.large().reference());
          boolean succeeded = succeededOrSaidWhy(result);
          assertThat(succeeded && step == UpdateStep.PULL).as("nothing can be pulled").isFalse();
          requireWhole(machine, succeeded);
          filling.remove();
          machine.succeeds("update", bench.large().reference());
          machine.requireUpdatedTo(bench.large());
        });
  }

  /**
   * A layer that podman lists and does not have must be marked in podman's lists, on a full disk.
   */
  @Test
  void layers_that_a_power_cut_left_unusable_are_removed_from_a_full_disk() throws IOException {
    bench.onCopy(
        machine -> {
          Set<Path> before = layers(machine);
          machine.succeeds("pull", bench.large().reference());
          Set<Path> pulled = layers(machine);
          pulled.removeAll(before);
          assertThat(pulled).isNotEmpty();
          for (Path layer : pulled) {
            ExternalCommand.of("btrfs", "subvolume", "delete", layer).run();
          }
          FillerFiles filling = new FillerFiles(machine.top());
          filling.metadata(0);

          machine.succeeds("recover");

          requireWhole(machine, false);
          filling.remove();
          machine.succeeds("update", bench.large().reference());
          machine.requireUpdatedTo(bench.large());
        });
  }

  private static Set<Path> layers(FaultedSystem machine) throws IOException {
    try (Stream<Path> layers = Files.list(machine.layout().store().resolve("btrfs/subvolumes"))) {
      return layers.collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  @Tag("exhaustive")
  void disks_that_are_filled_while_64_updates_run() {
    requireSomeFail(spread(Kind.FILLED_MEANWHILE, 68, 194, 64));
  }

  /** The sweep must have met both ends. */
  private void requireAll(List<Case> cases) {
    assertThat(succeeding(cases)).isBetween(1, cases.size() - 1);
  }

  /** The filling must have come in between. */
  private void requireSomeFail(List<Case> cases) {
    assertThat(succeeding(cases)).isLessThan(cases.size());
  }

  private int succeeding(List<Case> cases) {
    AtomicInteger succeeded = new AtomicInteger();
    new Cases(2)
        .run(
            cases,
            it -> {
              if (requireHarmless(it)) {
                succeeded.incrementAndGet();
              }
            });
    return succeeded.get();
  }

  /** Returns whether the update succeeded. */
  private boolean requireHarmless(Case it) throws IOException {
    boolean[] succeeded = new boolean[1];
    bench.onCopy(
        machine -> {
          FillerFiles filling = new FillerFiles(machine.top());
          Updater.Result result = update(machine, filling, it);
          succeeded[0] = succeededOrSaidWhy(result);
          requireWhole(machine, succeeded[0]);
          filling.remove();
          machine.succeeds("update", bench.large().reference());
          machine.requireUpdatedTo(bench.large());
        });
    return succeeded[0];
  }

  private Updater.Result update(FaultedSystem machine, FillerFiles filling, Case it)
      throws IOException {
    String[] update = {"update", bench.large().reference()};
    switch (it.kind()) {
      case DATA -> filling.data(it.mebibytes() * MIB);
      case METADATA -> filling.metadata(it.mebibytes() * MIB);
      case FILLED_MEANWHILE -> {
        filling.data(it.mebibytes() * MIB);
        return whileFilling(machine, filling, update);
      }
    }
    return machine.run(update);
  }

  /** Fills the disk from the moment when the update has found that there is room enough. */
  private static Updater.Result whileFilling(
      FaultedSystem machine, FillerFiles filling, String... update) throws IOException {
    FutureTask<Void> filler =
        new FutureTask<>(
            () -> {
              while (machine.isSettled()) {
                TimeUnit.MILLISECONDS.sleep(2);
              }
              filling.data(0);
              return null;
            });
    Thread thread = Thread.ofPlatform().start(filler);
    Updater.Result result = machine.run(update);
    try {
      filler.get(1, TimeUnit.MINUTES);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      thread.interrupt();
      throw new IOException("the disk could not be filled", e);
    }
    return result;
  }

  /** Disks from the smallest there is, on which not even the first system fits. */
  private void requireDisks(int count) {
    long smallest = SystemDisk.SMALLEST / MIB + 1;
    List<Size> sizes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      sizes.add(new Size(smallest + LARGEST_MORE * i / (count - 1)));
    }
    Set<Reached> reached = ConcurrentHashMap.newKeySet();
    new Cases(2).run(sizes, it -> reached.add(requireHarmless(it)));
    assertThat(reached).contains(Reached.OLD, Reached.NEW);
  }

  /** A size of a disk. */
  private record Size(long mebibytes) implements Cases.Named {
    @Override
    public String name() {
      return "a disk of %d MiB".formatted(mebibytes);
    }
  }

  /** What there is room for on a disk. */
  private enum Reached {
    NOTHING,
    OLD,
    NEW
  }

  private Reached requireHarmless(Size size) throws IOException {
    Reached[] step = {Reached.NOTHING};
    bench.onNewDisk(
        size.mebibytes() * MIB,
        machine -> {
          machine.succeeds("init");
          if (!succeedsOrSaysWhy(machine, bench.first())) {
            machine.succeeds("status");
            return;
          }
          bench.changeEtc(machine);
          boolean updated = succeedsOrSaysWhy(machine, bench.large());
          step[0] = updated ? Reached.NEW : Reached.OLD;
          requireWhole(machine, updated);
        });
    return step[0];
  }

  private static boolean succeedsOrSaysWhy(FaultedSystem machine, LayeredImage image) {
    return succeededOrSaidWhy(machine.run("update", image.reference()));
  }

  private static boolean succeededOrSaidWhy(Updater.Result result) {
    if (!result.succeeded()) {
      FaultedSystem.requireClearFailure(result);
      assertThat(result.complaint()).containsPattern(ABOUT_ROOM);
    }
    return result.succeeded();
  }

  private void requireWhole(FaultedSystem machine, boolean updated) throws IOException {
    machine.succeeds("status");
    machine.succeeds("recover");
    machine.succeeds("prune");
    if (updated) {
      machine.requireUpdatedTo(bench.large());
    } else {
      machine.requireOld();
    }
  }
}
