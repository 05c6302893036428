package io.github.containersnap.harness.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.history.play.Player;
import io.github.containersnap.harness.history.play.WorldFactory;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import io.github.containersnap.harness.world.loopback.LoopbackWorldFactory;
import io.github.containersnap.harness.world.vm.VirtualMachineWorldFactory;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.images.QemuImage;
import io.github.containersnap.vm.images.SmallPair;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.util.List;
import java.util.function.Supplier;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.Lifespan;
import net.jqwik.api.lifecycle.Store;
import net.jqwik.api.statistics.Statistics;

/**
 * P1 to P12 of the design over drawn histories, in each of the three worlds: in the simulated one
 * many, on kernel btrfs some, with real boots a few.
 */
class HistoriesProperties {
  private static final int QUICK = 400;
  private static final int LONG = 100_000;
  private static final int QUICK_ON_BTRFS = 2;
  private static final int LONG_ON_BTRFS = 200;
  private static final int BOOTED = 10;

  /** Of a command that lost its power, so many other crash states are looked at. */
  private static final int OTHER_CUTS = 2;

  /** The same ones each time: what a change breaks is seen here, what nobody thought of below. */
  @Property(tries = QUICK, edgeCases = EdgeCasesMode.NONE, seed = "20")
  void what_must_hold_holds_in_every_history(@ForAll("histories") History history) {
    holds(history, WorldFactory.SIMULATED);
  }

  @Tag("exhaustive")
  @Property(tries = LONG, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.FULL)
  void what_must_hold_holds_in_very_many_histories(@ForAll("histories") History history) {
    holds(history, WorldFactory.SIMULATED);
  }

  @Property(
      tries = QUICK_ON_BTRFS,
      edgeCases = EdgeCasesMode.NONE,
      shrinking = ShrinkingMode.OFF,
      seed = "21")
  void what_must_hold_holds_on_kernel_btrfs(@ForAll("histories") History history) {
    holds(history, loopback());
  }

  @Tag("exhaustive")
  @Property(tries = LONG_ON_BTRFS, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void what_must_hold_holds_in_many_histories_on_kernel_btrfs(
      @ForAll("histories") History history) {
    holds(history, loopback());
  }

  @Tag("exhaustive")
  @Property(tries = BOOTED, edgeCases = EdgeCasesMode.NONE, shrinking = ShrinkingMode.OFF)
  void what_must_hold_holds_where_each_boot_is_a_real_one(@ForAll("histories") History history) {
    holds(history, virtualMachine());
  }

  private static WorldFactory loopback() {
    return worlds("loopback", WorldsInUse::loopback);
  }

  private static WorldFactory virtualMachine() {
    return worlds("virtual machine", WorldsInUse::virtualMachine);
  }

  /** Made when the first property asks for them, and closed after the last. */
  private static WorldFactory worlds(String name, Supplier<WorldsInUse> made) {
    return Store.getOrCreate(name, Lifespan.RUN, made).get().worlds();
  }

  /**
   * Worlds, and what goes when they go.
   *
   * @param below what they stand on, in the order in which it is closed
   */
  private record WorldsInUse(WorldFactory worlds, List<AutoCloseable> below)
      implements Store.CloseOnReset {
    static WorldsInUse loopback() {
      Workspace workspace = Workspace.open(ImageCache.ofThisUser().root().resolve("runs"));
      LoopbackWorldFactory worlds = new LoopbackWorldFactory(workspace, OTHER_CUTS);
      return new WorldsInUse(worlds, List.of(worlds, workspace));
    }

    static WorldsInUse virtualMachine() {
      ImageCache cache = ImageCache.ofThisUser();
      Workspace workspace = Workspace.open(cache.root().resolve("runs"));
      ContainerEngine engine =
          ContainerEngine.open(workspace, new QemuImage(cache, _ -> {}).store());
      VirtualMachineWorldFactory worlds =
          new VirtualMachineWorldFactory(
              workspace, engine, new SmallPair(cache, _ -> {}).make().oldImage(), 1);
      return new WorldsInUse(worlds, List.of(worlds, engine, workspace));
    }

    @Override
    public void close() {
      try {
        for (AutoCloseable each : below) {
          each.close();
        }
      } catch (Exception e) {
        throw new IllegalStateException("worlds could not be taken away", e);
      }
    }
  }

  private static void holds(History history, WorldFactory worlds) {
    HistoryResult played = Player.play(history, worlds, Player.SHIPPED, true);
    Statistics.label("faults").collect(Math.min(played.faults(), 4));
    for (String what :
        new String[] {
          "power cuts in the commit window",
          "updates with conflicts in /etc",
          "trials that ended in the fallback"
        }) {
      Statistics.label(what).collect(played.counts().containsKey(what));
    }
    played.counts().keySet().stream()
        .filter(it -> it.startsWith("the disk filled"))
        .forEach(it -> Statistics.label("full disks").collect(it));
    assertThat(played.violation())
        .as("%s%n%s", String.join("\n", played.story()), HistoryFile.text(history))
        .isEmpty();
  }

  @Provide
  Arbitrary<History> histories() {
    return Combinators.combine(
            Arbitraries.longs(), Arbitraries.integers().between(0, 1), acts().list().ofMaxSize(8))
        .as((seed, base, acts) -> new History(seed, new Specification(base, 0, Health.GOOD), acts));
  }

  private static Arbitrary<ScheduledStep> acts() {
    return Combinators.combine(
            steps(),
            strikes().list().ofMaxSize(2),
            strikes().list().ofMaxSize(1),
            Arbitraries.of(false, true))
        .as(ScheduledStep::new);
  }

  private static Arbitrary<HistoryStep> steps() {
    Arbitrary<Integer> which = Arbitraries.integers().between(0, 3);
    Arbitrary<String> texts = Arbitraries.of("", "one\n", "two\n");
    return Arbitraries.frequencyOf(
        Tuple.of(
            8,
            Combinators.combine(images(), Arbitraries.of(false, true)).as(HistoryStep.Update::new)),
        Tuple.of(1, images().map(HistoryStep.Download::new)),
        Tuple.of(1, which.map(HistoryStep.Switch::new)),
        Tuple.of(2, Arbitraries.just(new HistoryStep.Rollback())),
        Tuple.of(1, Arbitraries.just(new HistoryStep.Discard())),
        Tuple.of(
            1,
            Combinators.combine(
                    Arbitraries.of(HistoryStep.KernelArguments.Change.class),
                    Arbitraries.of("own.a=1", "own.a=2", "own.b=1"))
                .as(HistoryStep.KernelArguments::new)),
        Tuple.of(
            1,
            Combinators.combine(Arbitraries.of(true, false), Arbitraries.of("", "application.conf"))
                .as(HistoryStep.Reset::new)),
        Tuple.of(
            1,
            Combinators.combine(
                    Arbitraries.of("application.conf", "hostname", "conf.d"),
                    Arbitraries.of(true, false))
                .as(HistoryStep.Restore::new)),
        Tuple.of(
            1,
            Arbitraries.of("", "docker://registry.example/os:stable").map(HistoryStep.Source::new)),
        Tuple.of(
            1,
            Combinators.combine(
                    Arbitraries.of(ReferenceModel.HEALTH_CHECKS),
                    Arbitraries.of("", "passes\n", ReferenceModel.FAILS))
                .as(HistoryStep.EditEtc::new)),
        Tuple.of(1, which.map(HistoryStep.CreateSnapshot::new)),
        Tuple.of(
            1,
            Combinators.combine(which, Arbitraries.of(true, false))
                .as(HistoryStep.SetReadOnly::new)),
        Tuple.of(1, which.map(HistoryStep.Delete::new)),
        Tuple.of(1, which.map(HistoryStep.Pin::new)),
        Tuple.of(1, which.map(HistoryStep.Unpin::new)),
        Tuple.of(1, Arbitraries.just(new HistoryStep.Prune())),
        Tuple.of(1, Arbitraries.just(new HistoryStep.Bless())),
        Tuple.of(1, which.map(HistoryStep.Verify::new)),
        Tuple.of(
            2,
            Combinators.combine(Arbitraries.of("application.conf", "hostname", "local"), texts)
                .as(HistoryStep.EditEtc::new)),
        Tuple.of(
            1,
            Arbitraries.of("keep = 1\n", "keep = 2\n", "keep-days = 3\n", "keeps = 1\n", "")
                .map(text -> new HistoryStep.EditEtc(ReferenceModel.POLICY, text))),
        Tuple.of(1, texts.map(text -> new HistoryStep.EditVar("one", text))),
        Tuple.of(
            2,
            Combinators.combine(Arbitraries.of(true, false), Arbitraries.of(true, false))
                .as(HistoryStep.Reboot::new)),
        Tuple.of(1, Arbitraries.just(new HistoryStep.FreeTheDisk())),
        Tuple.of(1, Arbitraries.integers().between(1, 8).map(HistoryStep.Wait::new)));
  }

  private static Arbitrary<Specification> images() {
    return Combinators.combine(
            Arbitraries.integers().between(0, 1),
            Arbitraries.integers().between(0, 3),
            Arbitraries.frequency(
                Tuple.of(6, Health.GOOD),
                Tuple.of(1, Health.PANICS),
                Tuple.of(1, Health.NEVER_COMPLETE),
                Tuple.of(1, Health.UNHEALTHY),
                Tuple.of(1, Health.UNBOOTABLE)))
        .as(Specification::new);
  }

  private static Arbitrary<ScheduledFault> strikes() {
    Arbitrary<Integer> calls =
        Arbitraries.frequencyOf(
            Tuple.of(2, Arbitraries.integers().between(1, 25)),
            Tuple.of(2, Arbitraries.integers().between(1, 220)));
    Arbitrary<Integer> steps =
        Arbitraries.frequencyOf(
            Tuple.of(4, Arbitraries.just(0)),
            Tuple.of(4, Arbitraries.integers().between(1, 4)),
            Tuple.of(2, Arbitraries.integers().between(1, 110)),
            Tuple.of(2, Arbitraries.just(ScheduledFault.AFTER)));
    return Combinators.combine(calls, steps, faults()).as(ScheduledFault::new);
  }

  private static Arbitrary<WorldFault> faults() {
    Arbitrary<Long> room = Arbitraries.of(0L, 1L << 20, 6L << 20, 16L << 20, 1L << 30);
    return Arbitraries.frequencyOf(
        Tuple.of(6, Arbitraries.of(true, false).map(WorldFault.PowerCut::new)),
        Tuple.of(2, Arbitraries.just(new WorldFault.Kill())),
        Tuple.of(2, Arbitraries.just(new WorldFault.InputOutputError())),
        Tuple.of(1, Arbitraries.just(new WorldFault.DiskFails())),
        Tuple.of(1, Arbitraries.just(new WorldFault.ContentsLost())),
        Tuple.of(2, Combinators.combine(room, room).as(WorldFault.DiskFills::new)),
        Tuple.of(1, Arbitraries.just(new WorldFault.KernelCommits())),
        Tuple.of(
            2, Arbitraries.of(WorldFault.LineBreaks.Kind.class).map(WorldFault.LineBreaks::new)),
        Tuple.of(
            1,
            Arbitraries.of(WorldFault.SecondCommand.Command.class)
                .map(WorldFault.SecondCommand::new)));
  }
}
