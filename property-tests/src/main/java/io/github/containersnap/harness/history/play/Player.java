package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.Verification;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.HistoryResult;
import io.github.containersnap.harness.history.HistoryStep;
import io.github.containersnap.harness.history.ReferenceModel;
import io.github.containersnap.harness.history.ReferenceModel.Deployed;
import io.github.containersnap.harness.history.ReferenceModel.Known;
import io.github.containersnap.harness.history.ScheduledStep;
import io.github.containersnap.harness.history.play.CommandRun.Ending;
import io.github.containersnap.harness.history.play.InstalledMachines.Installed;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.EtcFile;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Health;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.harness.world.World;
import io.github.containersnap.harness.world.WorldFault;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * Lets a history happen in a world, with the shipped engine, and compares the machine with {@link
 * ReferenceModel} after every step. After a step that was struck the machine is recovered, twice,
 * as often as something strikes that; what the step may have come to says {@link
 * OutcomeResolution}.
 */
public final class Player {
  private final History history;
  private final Spectator spectator;
  private final PlayState situation;
  private final EngineRunner engine;
  private final UndisturbedRecovery recoveries;
  private final BootSequence startup;
  private final UndisturbedFinalization finalizations;
  private final PowerCycle aftermath;

  /** How a count begins of what a world cannot do as a history says. */
  public static final String OTHERWISE = "otherwise here: ";

  /** The engine as it is shipped. */
  public static final UnaryOperator<Machine> SHIPPED = UnaryOperator.identity();

  /** Looks on. */
  interface Spectator {
    /** The world, with the machine at rest, before a command of a history. */
    void before(HistoryStep step, PlannedCommand plan, PlayState situation, EngineRunner engine);
  }

  private Player(History history, PlayState situation, EngineRunner engine, Spectator spectator) {
    this.history = history;
    this.spectator = spectator;
    this.situation = situation;
    this.engine = engine;
    this.aftermath = new PowerCycle(situation, engine);
    this.recoveries = aftermath.recoveries();
    this.startup = aftermath.startup();
    this.finalizations = aftermath.finalizations();
  }

  /** Plays a history in the simulated world with the shipped engine. */
  public static HistoryResult play(History history) {
    return play(history, SHIPPED, false);
  }

  /** Plays a history in the simulated world. */
  public static HistoryResult play(
      History history, UnaryOperator<Machine> updater, boolean telling) {
    return play(history, WorldFactory.SIMULATED, updater, telling);
  }

  /**
   * Plays a history.
   *
   * @param worlds where
   * @param updater what the engine works on instead of the machine: the place for a mutant
   * @param telling whether to tell what happens
   */
  public static HistoryResult play(
      History history, WorldFactory worlds, UnaryOperator<Machine> updater, boolean telling) {
    return play(history, worlds, updater, telling, (_, _, _, _) -> {});
  }

  /** The same, before a spectator. */
  static HistoryResult play(
      History drawn,
      WorldFactory worlds,
      UnaryOperator<Machine> updater,
      boolean telling,
      Spectator spectator) {
    History history = worlds.adapted(drawn);
    HistoryReport tale = new HistoryReport(telling);
    Optional<Installed> installed =
        updater.equals(SHIPPED) ? worlds.installations().of(history.first()) : Optional.empty();
    try (World world =
        installed
            .map(it -> worlds.like(history.seed(), it.world()))
            .orElseGet(() -> worlds.empty(history.seed()))) {
      PlayState situation =
          new PlayState(world, installed.map(Installed::known).orElse(Known.ofNothing()), tale);
      HistoryImage first = HistoryImage.of(history.first());
      Player player =
          new Player(history, situation, new EngineRunner(situation, updater, first), spectator);
      Optional<Violation> violation = player.violation(worlds, updater);
      violation.ifPresent(
          it -> tale.tell(() -> "So %s does not hold: %s.".formatted(it.property(), it.text())));
      world.departures().forEach(it -> tale.count(OTHERWISE + it));
      return new HistoryResult(
          violation,
          situation.faults,
          situation.crashStates,
          tale.sentences(),
          tale.counts(),
          tale.transitions());
    }
  }

  private Optional<Violation> violation(WorldFactory worlds, UnaryOperator<Machine> updater) {
    try {
      if (situation.known.running().isEmpty()) {
        install();
        if (updater.equals(SHIPPED)) {
          worlds
              .installations()
              .note(
                  history.first(), new Installed(worlds.like(0, situation.world), situation.known));
        }
      } else {
        goOnWithInstalled();
      }
      play();
      return Optional.empty();
    } catch (HistoryAborted end) {
      return end.violation();
    } catch (DamagedStateException damage) {
      return Optional.of(
          new Violation(Property.P1, "the boot menu cannot be read: " + damage.getMessage()));
    }
  }

  private void play() throws HistoryAborted {
    Specification last = new Specification(history.first().base(), 98, Health.GOOD);
    for (ScheduledStep act : history.acts()) {
      situation.world.pass(Duration.ofHours(1));
      perform(act);
      if (act.step() instanceof HistoryStep.Update update
          && update.image().health() == Health.GOOD) {
        last = update.image();
      }
    }
    finish(last);
  }

  private void tellOfInstallation() {
    situation.tale.tell(
        () -> "A machine is installed with image %s.".formatted(history.first().inWords()));
  }

  private void goOnWithInstalled() {
    tellOfInstallation();
    situation.complete = true;
    situation.tale.tell(
        () -> "It boots %s.".formatted(situation.known.running().orElseThrow().shortForm()));
    situation.tale.tell(() -> "`bless` is run."); // as of the installation that was noted
  }

  private void install() throws HistoryAborted {
    HistoryImage image = HistoryImage.of(history.first());
    situation.world.publish(image);
    tellOfInstallation();
    CommandRun<DeploymentId> run =
        engine.run(
            it -> {
              new Initialization(it).run();
              return new Update(it).run(situation.world.reference(image)).deployment();
            },
            List.of());
    if (!(run.ending() instanceof Ending.Done<DeploymentId>(DeploymentId id))) {
      throw HistoryAborted.violated(
          Property.P5, "the installation fails: " + run.ending().inWords());
    }
    situation.known = installed(id, image);
    situation.compare();
    situation.world.restart();
    startup.boot();
    bless(ScheduledStep.of(new HistoryStep.Bless()));
  }

  private Known installed(DeploymentId id, HistoryImage image) {
    Known known = situation.known;
    Known with =
        known.with(
            id, new Deployed(true, false, situation.world.now(), image.etc(), Optional.empty()));
    return with.with(ReferenceModel.menuFor(with, id));
  }

  private void finish(Specification last) throws HistoryAborted {
    situation.world.freeTheDisk();
    situation.tale.tell(() -> "At last the power is cut while nothing happens.");
    aftermath.powerCut();
    recoveries.run();
    situation.compare();
    bless(ScheduledStep.of(new HistoryStep.Bless()));
    perform(ScheduledStep.of(new HistoryStep.Update(last, true)));
    perform(ScheduledStep.of(new HistoryStep.Prune()));
    int images =
        new HashSet<>(
                situation.known.deployments().keySet().stream().map(DeploymentId::image).toList())
            .size();
    if (situation.world.view().imagesInStore() > images) {
      throw HistoryAborted.violated(Property.P6, "the store has images of no deployment");
    }
  }

  // ---- steps

  private void perform(ScheduledStep act) throws HistoryAborted {
    World world = situation.world;
    HistoryReport tale = situation.tale;
    switch (act.step()) {
      case HistoryStep.EditEtc edit -> edit(edit);
      case HistoryStep.SetAttributes set -> setAttributes(set);
      case HistoryStep.EditVar edit -> edit(edit);
      case HistoryStep.FreeTheDisk _ -> {
        if (world.isFilled()) {
          tale.tell(() -> "What filled the disk is deleted.");
        }
        world.freeTheDisk();
      }
      case HistoryStep.Wait wait -> {
        tale.tell(() -> "%d days go by.".formatted(wait.days()));
        world.pass(Duration.ofDays(wait.days()));
      }
      case HistoryStep.Reboot reboot -> reboot(reboot, act);
      case HistoryStep.Verify verify -> verify(verify, act);
      case HistoryStep.Recover _ -> {
        tale.tell(() -> "`recover` is run.");
        aftermath.recover(act.strikes(), PlayState::compare);
        situation.compare();
      }
      case HistoryStep.Finalize _ when ReferenceModel.unfinished(situation.known).isEmpty() -> {
        finalizations.run();
        aftermath.whenRecovered(PlayState::compare);
      }
      default -> command(act);
    }
  }

  private void edit(HistoryStep.EditEtc edit) {
    Optional<DeploymentId> running = situation.known.running();
    if (running.isEmpty() || situation.world.isFilled()) {
      return;
    }
    Optional<String> text = Optional.of(edit.text()).filter(it -> !it.isEmpty());
    situation.world.write(DiskView.inEtc(running.get(), edit.file()), text);
    knowOfEtc(running.get(), edit.file(), _ -> text.map(EtcFile::of));
    situation.tale.tell(
        () ->
            "A person %s /etc/%s of the running system."
                .formatted(text.isPresent() ? "writes" : "removes", edit.file()));
  }

  private void setAttributes(HistoryStep.SetAttributes set) {
    Optional<DeploymentId> running = situation.known.running();
    Optional<EtcFile> file =
        running.flatMap(
            id -> Optional.ofNullable(situation.known.deployed(id).etc().get(set.file())));
    if (file.isEmpty() || situation.world.isFilled()) {
      return;
    }
    situation.world.setAttributes(
        DiskView.inEtc(running.orElseThrow(), set.file()), set.mode(), set.owner());
    knowOfEtc(
        running.orElseThrow(),
        set.file(),
        before -> before.map(it -> it.with(set.mode(), set.owner())));
    situation.tale.tell(
        () ->
            "A person gives /etc/%s of the running system the mode 0%o and the owner %d."
                .formatted(set.file(), set.mode(), set.owner()));
  }

  /** What else may be known of that /etc stays as it is, also where it differs. */
  private void knowOfEtc(DeploymentId id, String path, UnaryOperator<Optional<EtcFile>> edit) {
    situation.changed(
        known -> {
          Deployed deployed = known.deployed(id);
          Optional<EtcFile> file = edit.apply(Optional.ofNullable(deployed.etc().get(path)));
          return known.with(id, deployed.withEtc(changed(deployed.etc(), path, file)));
        });
  }

  private void edit(HistoryStep.EditVar edit) {
    if (situation.world.isFilled()) {
      return;
    }
    Optional<String> text = Optional.of(edit.text()).filter(it -> !it.isEmpty());
    situation.world.write(DiskView.inVar(edit.file()), text);
    situation.changed(known -> known.withData(changed(known.data(), edit.file(), text)));
    situation.tale.tell(
        () ->
            "A person %s /var/data/%s."
                .formatted(text.isPresent() ? "writes" : "removes", edit.file()));
  }

  private static <T> Map<String, T> changed(
      Map<String, T> files, String file, Optional<T> content) {
    Map<String, T> changed = new TreeMap<>(files);
    content.ifPresentOrElse(it -> changed.put(file, it), () -> changed.remove(file));
    return changed;
  }

  private void reboot(HistoryStep.Reboot reboot, ScheduledStep act) throws HistoryAborted {
    situation.tale.tell(
        () ->
            reboot.properly()
                ? "The machine is shut down and started again."
                : "The power is cut while nothing happens, and comes back.");
    if (reboot.properly()) {
      restart();
    } else {
      aftermath.powerCut();
    }
    if (act.withoutRecovery()) {
      situation.tale.tell(() -> "This boot runs no recovery.");
      situation.unrecovered = true;
    } else {
      aftermath.recover(act.duringRecovery(), PlayState::compare);
      finalizations.run();
    }
    aftermath.whenRecovered(PlayState::compare);
    if (reboot.blessed()) {
      bless(act.with(new HistoryStep.Bless()));
    }
  }

  /**
   * A boot that was completed is blessed. If that is refused to a system on trial, the machine
   * starts again, and at last falls back.
   */
  private void bless(ScheduledStep act) throws HistoryAborted {
    if (!situation.complete) {
      return;
    }
    int system = situation.systemsStarted;
    command(act);
    boolean unhealthy = ReferenceModel.isUnhealthy(situation.known, situation.gaveUpOn);
    if (unhealthy && situation.onTrial && situation.systemsStarted == system) {
      situation.tale.tell(() -> "A required health check fails, and the machine starts again.");
      situation.tale.count("boots of a trial that a health check failed");
      restart();
      recoveries.run();
      finalizations.run();
      situation.compare();
      bless(ScheduledStep.of(new HistoryStep.Bless()));
    }
  }

  /** Shut down in order, and started again. */
  private void restart() throws HistoryAborted {
    finalizations.run();
    situation.world.restart();
    situation.becomesDurable();
    startup.boot();
  }

  private void verify(HistoryStep.Verify verify, ScheduledStep act) throws HistoryAborted {
    DeploymentId id = CommandPlanner.pick(situation.known, verify.which());
    boolean listed = situation.world.view().storeLists(HistoryImage.of(id.image()));
    situation.tale.tell(() -> "`verify %s` is run.".formatted(id.shortForm()));
    CommandRun<Verification> run =
        engine.runLong(it -> Verification.of(it, Optional.of(id)), act.strikes());
    learnOfBlessing();
    if (run.ending() instanceof Ending.Done<Verification>(Verification verification)
        && !verification.differences().isEmpty()) {
      throw HistoryAborted.violated(
          Property.P1,
          "`verify` finds a difference in %s: %s"
              .formatted(id.shortForm(), verification.differences().getFirst()));
    }
    if (run.ending() instanceof Ending.Failed<Verification> failed
        && listed
        && run.undisturbed()
        && !situation.perhapsTorn.contains(id.image())) {
      throw HistoryAborted.violated(Property.P5, "`verify` fails: " + failed.inWords());
    }
    aftermath.of(run, act, false, PlayState::compare);
    aftermath.whenRecovered(PlayState::compare);
  }

  /** Any command that changes something, or is refused. */
  private void command(ScheduledStep act) throws HistoryAborted {
    World world = situation.world;
    PlannedCommand plan =
        new CommandPlanner(
                situation.known,
                situation.gaveUpOn,
                world.now(),
                world::reference,
                image -> world.view().storeLists(image))
            .plan(act.step());
    situation.tale.tell(() -> plan.sentence() + ".");
    plan.published().ifPresent(world::publish);
    if (act.step() instanceof HistoryStep.Update update) {
      HistoryImage image = HistoryImage.of(update.image());
      if (ReferenceModel.conflicts(situation.known, image) > 0) {
        situation.tale.count("updates with conflicts in /etc");
      }
    }
    spectator.before(act.step(), plan, situation, engine);
    boolean tight = world.isFilled();
    CommandRun<Optional<DeploymentId>> run =
        switch (act.step()) {
          case HistoryStep.Update _, HistoryStep.Download _, HistoryStep.Reset _ ->
              engine.runLong(plan.command(), act.strikes());
          case HistoryStep.Finalize _ -> engine.runLookingFirst(plan.command(), act.strikes());
          default -> engine.run(plan.command(), act.strikes());
        };
    learnOfBlessing();
    situation.commandIsOver();
    if (!PowerCycle.lostPower(run) && !run.struckBy(WorldFault.DiskFails.class)) {
      situation.hasMadeAgain();
    }
    Known before = situation.known;
    tight |= world.isFilled();
    OutcomeResolution adoption =
        new OutcomeResolution(situation, act.step(), plan, before, run, tight);
    adoption.requireRightEnding();
    adoption.requireNewNumber();
    boolean started = aftermath.of(run, act, plan.recovers(), it -> adoption.in(it).settle(true));
    boolean durable = started || !situation.unrecovered;
    aftermath.whenRecovered(it -> adoption.in(it).settle(durable));
    if (started) {
      bless(ScheduledStep.of(new HistoryStep.Bless()));
    }
  }

  /** The running system may have been blessed while a command was at work. */
  private void learnOfBlessing() {
    if (engine.blessedMeanwhile()) {
      situation.changed(known -> ReferenceModel.afterBlessing(known, situation.gaveUpOn));
    }
  }
}
