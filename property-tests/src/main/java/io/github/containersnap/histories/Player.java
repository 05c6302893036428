package io.github.containersnap.histories;

import io.github.containersnap.engine.Blessing;
import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.DamagedStateException;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.LockedException;
import io.github.containersnap.engine.Machine;
import io.github.containersnap.engine.Pruning;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.Standing;
import io.github.containersnap.engine.Switch;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.Verification;
import io.github.containersnap.histories.Reference.Deployed;
import io.github.containersnap.histories.Reference.Grade;
import io.github.containersnap.histories.Reference.Known;
import io.github.containersnap.histories.Reference.Menu;
import io.github.containersnap.properties.Property;
import io.github.containersnap.properties.Violation;
import io.github.containersnap.simulation.DiskView;
import io.github.containersnap.simulation.Fault;
import io.github.containersnap.simulation.Firmware;
import io.github.containersnap.simulation.ProcessEnded;
import io.github.containersnap.simulation.RunningCommand;
import io.github.containersnap.simulation.SimulatedImage;
import io.github.containersnap.simulation.SimulatedImage.Health;
import io.github.containersnap.simulation.SimulatedImage.Specification;
import io.github.containersnap.simulation.SimulatedMachine;
import io.github.containersnap.simulation.Strike;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * Lets a history happen on a simulated machine with the shipped engine, and compares the machine
 * with {@link Reference} after every step.
 *
 * <p>A step that a fault struck may have happened or not, whatever it is; if it said that it has
 * happened, it has. After it the machine is recovered, twice, as often as something strikes that,
 * and from then on exactly one of the two is known to be so.
 */
public final class Player {
  /** A machine that has just been installed, and what is known of it. */
  private record Installed(SimulatedMachine machine, Known known) {}

  /** Installing with the shipped engine always ends the same: it need not be done every time. */
  private static final Map<Specification, Installed> INSTALLED = new ConcurrentHashMap<>();

  /** Calls before this one look whether the machine is initialized, and take the lock. */
  private static final int FIRST_CALL_WITH_THE_LOCK = 3;

  private final History history;
  private final UnaryOperator<Machine> updater;
  private SimulatedMachine machine;
  private Observer observer;
  private final Tale tale;
  private Known known = Known.ofNothing();
  private int faults;
  private Optional<Violation> ofSecondCommands = Optional.empty();
  private Optional<Standing> trial = Optional.empty();
  private int boots;
  private Optional<DeploymentId> gaveUpOn = Optional.empty();
  private boolean storeMayBeDamaged;

  /** All ids with a work number that were ever given to somebody. */
  private final Set<DeploymentId> numbered = new HashSet<>();

  /** What updates have pruned: a power cut can bring it back, since that waits for no commit. */
  private final Map<DeploymentId, Deployed> pruned = new TreeMap<>(DeploymentId.BY_TEXT);

  private RunningCommand atWork;

  /** Ends the playing. */
  private static final class Ended extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Optional<Violation> violation;

    Ended(Optional<Violation> violation) {
      super(null, null, false, false);
      this.violation = violation;
    }
  }

  private Player(History history, UnaryOperator<Machine> updater, boolean telling) {
    this.history = history;
    this.updater = updater;
    this.tale = new Tale(telling);
    this.machine = new SimulatedMachine(history.seed());
    this.observer = new Observer(machine);
    this.atWork = machine.startSecond();
    goOnWith(machine);
  }

  private void goOnWith(SimulatedMachine other) {
    machine = other;
    observer = new Observer(other);
    other.runSecondCommandsBy((_, second) -> runSecond(second));
  }

  /** The engine as it is shipped. */
  public static final UnaryOperator<Machine> SHIPPED = UnaryOperator.identity();

  /** Plays a history with the shipped engine. */
  public static Played play(History history) {
    return play(history, SHIPPED, false);
  }

  /**
   * Plays a history.
   *
   * @param updater what the engine works on instead of the machine: the place for a mutant
   * @param telling whether to tell what happens
   */
  public static Played play(History history, UnaryOperator<Machine> updater, boolean telling) {
    Player player = new Player(history, updater, telling);
    Optional<Violation> violation = Optional.empty();
    try {
      player.play();
    } catch (Ended end) {
      violation = end.violation;
    } catch (DamagedStateException damage) {
      violation =
          Optional.of(
              new Violation(Property.P1, "the boot menu cannot be read: " + damage.getMessage()));
    }
    violation.ifPresent(
        it ->
            player.tale.tell(() -> "So %s does not hold: %s.".formatted(it.property(), it.text())));
    return new Played(violation, player.faults, player.tale.sentences(), player.tale.counts());
  }

  private void play() throws Ended {
    installOnce();
    Specification last = new Specification(history.first().base(), 98, Health.GOOD);
    for (Act act : history.acts()) {
      machine.pass(Duration.ofHours(1));
      perform(act);
      if (act.step() instanceof Step.Update update && update.image().health() == Health.GOOD) {
        last = update.image();
      }
    }
    finish(last);
  }

  private void installOnce() throws Ended {
    boolean shipped = updater.equals(SHIPPED);
    Installed done = shipped ? INSTALLED.get(history.first()) : null;
    if (done == null) {
      install();
      if (shipped) {
        INSTALLED.put(history.first(), new Installed(new SimulatedMachine(0, machine), known));
      }
      return;
    }
    tale.tell(() -> "A machine is installed with image %s.".formatted(history.first().inWords()));
    goOnWith(new SimulatedMachine(history.seed(), done.machine()));
    known = done.known();
    complete = true;
    tale.tell(() -> "It boots %s.".formatted(known.running().orElseThrow().shortForm()));
  }

  private void install() throws Ended {
    SimulatedImage image = SimulatedImage.of(history.first());
    machine.publish(image);
    tale.tell(() -> "A machine is installed with image %s.".formatted(history.first().inWords()));
    Run<DeploymentId> run =
        run(
            it -> {
              new Initialization(it).run();
              return new Update(it).run(image.reference()).deployment();
            },
            List.of());
    if (!(run.ending() instanceof Ending.Done<DeploymentId>(DeploymentId id))) {
      throw violated(Property.P5, "the installation fails: " + run.ending().inWords());
    }
    known = installed(id, image);
    compare(known, known.deployments().keySet(), true);
    machine.restart();
    boot();
    bless();
  }

  private Known installed(DeploymentId id, SimulatedImage image) {
    Known with = known.with(id, new Deployed(true, false, machine.now(), image.etc()));
    return with.with(Reference.menuFor(known, id));
  }

  private void finish(Specification last) throws Ended {
    machine.freeTheDisk();
    tale.tell(() -> "At last the power is cut while nothing happens.");
    powerCut();
    recoverWithoutStrikes();
    compare(known, known.deployments().keySet(), true);
    bless();
    perform(Act.of(new Step.Update(last, true)));
    perform(Act.of(new Step.Prune()));
    int images =
        new HashSet<>(known.deployments().keySet().stream().map(DeploymentId::image).toList())
            .size();
    if (machine.view().imagesInStore() > images) {
      throw violated(Property.P6, "the store has images of no deployment");
    }
  }

  // ---- steps

  private void perform(Act act) throws Ended {
    switch (act.step()) {
      case Step.EditEtc edit -> edit(edit);
      case Step.EditVar edit -> edit(edit);
      case Step.FreeTheDisk _ -> {
        if (machine.isFilled()) {
          tale.tell(() -> "Whoever filled the disk takes that away.");
        }
        machine.freeTheDisk();
      }
      case Step.Wait wait -> {
        tale.tell(() -> "%d days go by.".formatted(wait.days()));
        machine.pass(Duration.ofDays(wait.days()));
      }
      case Step.Reboot reboot -> reboot(reboot, act);
      case Step.Verify verify -> verify(verify, act);
      case Step.Recover _ -> {
        tale.tell(() -> "`recover` is run.");
        recover(act.strikes());
        compare(known, known.deployments().keySet(), true);
      }
      default -> command(act, Plan.of(act.step(), known, machine.now(), machine));
    }
  }

  private void edit(Step.EditEtc edit) {
    Optional<DeploymentId> running = known.running();
    if (running.isEmpty() || machine.isFilled()) {
      return;
    }
    Optional<String> text = Optional.of(edit.text()).filter(it -> !it.isEmpty());
    machine.writeAsAPerson(DiskView.inEtc(running.get(), edit.file()), text);
    Deployed deployed = known.deployed(running.get());
    known = known.with(running.get(), deployed.withEtc(changed(deployed.etc(), edit.file(), text)));
    tale.tell(
        () ->
            "A person %s /etc/%s of the running system."
                .formatted(text.isPresent() ? "writes" : "removes", edit.file()));
  }

  private void edit(Step.EditVar edit) {
    if (machine.isFilled()) {
      return;
    }
    Optional<String> text = Optional.of(edit.text()).filter(it -> !it.isEmpty());
    machine.writeAsAPerson(DiskView.inVar(edit.file()), text);
    known = known.withData(changed(known.data(), edit.file(), text));
    tale.tell(
        () ->
            "A person %s /var/data/%s."
                .formatted(text.isPresent() ? "writes" : "removes", edit.file()));
  }

  private static Map<String, String> changed(
      Map<String, String> files, String file, Optional<String> text) {
    Map<String, String> changed = new TreeMap<>(files);
    text.ifPresentOrElse(it -> changed.put(file, it), () -> changed.remove(file));
    return changed;
  }

  private void reboot(Step.Reboot reboot, Act act) throws Ended {
    tale.tell(
        () ->
            reboot.properly()
                ? "The machine is shut down and started again."
                : "The power is cut while nothing happens, and comes back.");
    if (reboot.properly()) {
      machine.restart();
      boot();
    } else {
      powerCut();
    }
    recover(act.duringRecovery());
    compare(known, known.deployments().keySet(), true);
    if (reboot.blessed()) {
      bless();
    }
  }

  private void verify(Step.Verify verify, Act act) throws Ended {
    DeploymentId id = Plan.pick(known, verify.which());
    boolean listed = machine.view().storeLists(SimulatedImage.of(id.image()));
    tale.tell(() -> "`verify %s` is run.".formatted(id.shortForm()));
    Run<Verification> run = run(it -> Verification.of(it, Optional.of(id)), act.strikes());
    if (run.ending() instanceof Ending.Done<Verification>(Verification verification)
        && !verification.differences().isEmpty()) {
      throw violated(
          Property.P1,
          "`verify` finds a difference in %s: %s"
              .formatted(id.shortForm(), verification.differences().getFirst()));
    }
    if (run.ending() instanceof Ending.Failed<Verification> failed
        && listed
        && run.undisturbed()
        && !storeMayBeDamaged) {
      throw violated(Property.P5, "`verify` fails: " + failed.inWords());
    }
    afterwards(run, act);
    compare(known, known.deployments().keySet(), true);
  }

  /** Any command that changes something, or is refused. */
  private void command(Act act, Plan plan) throws Ended {
    Known before = known;
    tale.tell(() -> plan.sentence() + ".");
    plan.published().ifPresent(machine::publish);
    if (act.step() instanceof Step.Update update) {
      SimulatedImage image = SimulatedImage.of(update.image());
      if (Reference.conflicts(before, image) > 0) {
        tale.count("updates with conflicts in /etc");
      }
    }
    boolean tight = machine.isFilled();
    Run<Optional<DeploymentId>> run = run(plan.command(), act.strikes());
    tight |= machine.isFilled();
    boolean done = run.ending() instanceof Ending.Done;
    requireRightEnding(plan, run, tight);
    requireNewNumber(plan, run);
    boolean started = afterwards(run, act);
    adopt(plan, before, run, done, tight);
    if (started) {
      bless();
    }
  }

  private void requireRightEnding(Plan plan, Run<Optional<DeploymentId>> run, boolean tight)
      throws Ended {
    switch (run.ending()) {
      case Ending.Done<Optional<DeploymentId>> _ when plan.mustBeRefused() ->
          throw violated(Property.P4, "that is not refused");
      case Ending.Failed<Optional<DeploymentId>> failed
          when !plan.mustBeRefused()
              && run.undisturbed()
              && !run.struckBy(Fault.DiskFills.class) // a disk may fill after it was looked at
              && !(tight && plan.needsRoom())
              && !machine.isFilledBeyondHelp() ->
          throw violated(
              tight ? Property.P7 : Property.P5,
              "it fails though nothing is in its way: " + failed.inWords());
      default -> {}
    }
  }

  /** A work number is given once, also if its deployment is long gone. */
  private void requireNewNumber(Plan plan, Run<Optional<DeploymentId>> run) throws Ended {
    if (plan.changes()
        && run.ending() instanceof Ending.Done<Optional<DeploymentId>>(Optional<DeploymentId> made)
        && made.filter(id -> id.work() > 0 && !numbered.add(id)).isPresent()) {
      throw violated(
          Property.P1, "the id %s is given a second time".formatted(made.get().shortForm()));
    }
  }

  private void adopt(
      Plan plan, Known wasKnown, Run<Optional<DeploymentId>> run, boolean done, boolean tight)
      throws Ended {
    Known before = withWhatCameBack(wasKnown);
    Set<DeploymentId> news = new HashSet<>(machine.view().deployments());
    news.removeAll(wasKnown.deployments().keySet());
    // One that came back can have the id of one that was made again.
    Optional<DeploymentId> made =
        news.stream()
            .filter(it -> plan.madeImage().filter(it.image()::equals).isPresent())
            .findFirst();
    List<Candidate> possible = new ArrayList<>();
    boolean mayHaveHappened = done || !(plan.mustBeRefused() || run.struckByRefusalsOnly());
    if (mayHaveHappened && plan.madeImage().isEmpty()) {
      possible.add(new Candidate(plan.after(before, before.current()), true));
    }
    if (mayHaveHappened && made.isPresent()) {
      possible.add(new Candidate(plan.after(without(before, made.get()), made), true));
    }
    if (!done || (plan.madeImage().isPresent() && plan.mayMakeNothing())) {
      possible.add(new Candidate(before, false));
    }
    if (possible.isEmpty()) {
      throw violated(Property.P2, "that is reported to be done, and is not");
    }
    Optional<Violation> first = Optional.empty();
    for (Candidate possibly : possible) {
      Known candidate = possibly.known();
      Known here = machine.boot().map(it -> candidate.running(it.deployment())).orElse(candidate);
      boolean exactly = done && plan.prunes() && run.struck().isEmpty();
      boolean happened = possibly.happened();
      Set<DeploymentId> kept =
          plan.prunes() && (happened || plan.madeImage().isEmpty())
              ? Reference.retained(known.running().isPresent() ? candidate : here, machine.now())
              : happened ? here.deployments().keySet() : wasKnown.deployments().keySet();
      Optional<Violation> difference =
          observer.difference(exactly ? here.only(kept) : here, kept, done && happened);
      if (difference.isEmpty()) {
        Set<DeploymentId> there = machine.view().deployments();
        if (exactly && plan.madeImage().isEmpty()) {
          pruned.clear(); // `prune` itself ends with a commit
        } else {
          pruned.putAll(here.deployments());
        }
        pruned.keySet().removeAll(there);
        known = here.only(there);
        return;
      }
      // What is wrong besides the menu says more than that it is another candidate's.
      boolean sameMenu = observer.bootMenu().map(Observer::menu).equals(here.menu());
      first = sameMenu ? difference : first.or(() -> difference);
    }
    boolean mustFailHarmlessly = tight && !done && run.struckByRefusalsOnly();
    throw new Ended(
        first.map(it -> mustFailHarmlessly ? new Violation(Property.P7, it.text()) : it));
  }

  /** What may be known now, and whether the command then did what it is for. */
  private record Candidate(Known known, boolean happened) {}

  private static Known without(Known before, DeploymentId id) {
    Set<DeploymentId> others = new HashSet<>(before.deployments().keySet());
    others.remove(id);
    return before.only(others);
  }

  private Known withWhatCameBack(Known before) {
    Known with = before;
    for (Map.Entry<DeploymentId, Deployed> it : known.deployments().entrySet()) {
      if (!before.deployments().containsKey(it.getKey())) {
        with = with.with(it.getKey(), it.getValue());
      }
    }
    return with;
  }

  // ---- what follows a command

  /**
   * Brings the machine back to rest after a command that was struck.
   *
   * @return whether it was started anew
   */
  private boolean afterwards(Run<?> run, Act act) throws Ended {
    boolean started = false;
    if (run.ending() instanceof Ending.Over<?>(ProcessEnded how)) {
      storeMayBeDamaged = true;
      if (how.withItsMachine()) {
        tale.tell(() -> "The power comes back.");
        powerCut();
        started = true;
      }
    }
    if (!started && run.struckBy(Fault.DiskFails.class)) {
      tale.tell(() -> "The disk is mended, and the machine is started again.");
      powerCut();
      started = true;
    }
    boolean failed = run.ending() instanceof Ending.Failed;
    if (!run.struck().isEmpty() || run.disturbed() || failed) {
      if (!started) {
        machine.letTheKernelCommit();
      }
      started |= recover(act.duringRecovery());
    } else {
      requireNothingLeft();
    }
    return started;
  }

  private void requireNothingLeft() throws Ended {
    Optional<Violation> leftovers = observer.leftovers();
    if (leftovers.isPresent()) {
      throw new Ended(leftovers);
    }
  }

  /** Recovers until nothing strikes any more, then once more: that must find nothing to do. */
  private boolean recover(List<Strike> strikes) throws Ended {
    boolean started = false;
    if (!strikes.isEmpty()) {
      Run<List<String>> struck = run(it -> new Recovery(it).run(), strikes);
      if (struck.ending() instanceof Ending.Failed<List<String>> failed
          && struck.undisturbed()
          && !struck.struckBy(Fault.DiskFills.class)
          && !machine.isFilledBeyondHelp()) {
        throw violated(Property.P5, "recovery fails: " + failed.inWords());
      }
      if (struck.ending() instanceof Ending.Over<?>(ProcessEnded how)) {
        storeMayBeDamaged = true;
        if (how.withItsMachine()) {
          tale.tell(() -> "The power comes back.");
          powerCut();
          started = true;
        }
      }
      if (!started && struck.struckBy(Fault.DiskFails.class)) {
        powerCut();
        started = true;
      }
    }
    recoverWithoutStrikes();
    return started;
  }

  private void recoverWithoutStrikes() throws Ended {
    boolean tight = machine.isFilled();
    for (int i = 0; i < 2; i++) {
      boolean again = i > 0;
      boolean disturbed = machine.hasNewsOfLostContents();
      Run<List<String>> run = run(it -> new Recovery(it).run(), List.of());
      switch (run.ending()) {
        case Ending.Done<List<String>>(List<String> lines) -> {
          if (again && !lines.isEmpty()) {
            throw violated(Property.P5, "a second recovery still finds work: " + lines.getFirst());
          }
        }
        case Ending.Failed<List<String>> failed -> {
          if (machine.isFilledBeyondHelp()) {
            tale.tell(() -> "Whoever filled the disk takes that away.");
            machine.freeTheDisk();
          } else if (!disturbed) {
            throw violated(
                tight ? Property.P7 : Property.P5, "recovery fails: " + failed.inWords());
          }
          i--; // it was told of the lost contents, once; or there was no room even for it
        }
        case Ending.Over<List<String>> _ -> throw new IllegalStateException("nothing struck it");
      }
    }
    requireNothingLeft();
  }

  private void powerCut() throws Ended {
    machine.cutPower();
    Set<DeploymentId> back = new HashSet<>(machine.view().deployments());
    back.retainAll(pruned.keySet());
    back.removeAll(known.deployments().keySet());
    for (Map.Entry<DeploymentId, Deployed> it : pruned.entrySet()) {
      if (back.contains(it.getKey())) {
        known = known.with(it.getKey(), it.getValue());
      }
    }
    pruned.clear();
    boot();
  }

  /** Starts the machine until something runs, as it does by itself when a trial fails. */
  private void boot() throws Ended {
    Optional<Violation> twoTruths = observer.menuAtBoot();
    if (twoTruths.isPresent()) {
      throw new Ended(twoTruths);
    }
    while (true) {
      Optional<BootMenu> menu = observer.bootMenu();
      Firmware.Attempt attempt = machine.startSystem();
      if (menu.isEmpty() || attempt instanceof Firmware.Attempt.Stuck) {
        throw violated(Property.P1, "the machine does not boot: " + attempt);
      }
      requirePredicted(menu.get(), attempt);
      switch (attempt) {
        case Firmware.Attempt.Up up -> {
          known = known.running(up.deployment());
          gaveUpOn = up.insteadOf();
          if (up.complete() || !up.counted()) {
            complete = up.complete();
            tale.tell(() -> "It boots %s.".formatted(up.deployment().shortForm()));
            return;
          }
          tale.tell(() -> "%s does not complete its boot.".formatted(up.deployment().shortForm()));
          recoverWithoutStrikes(); // its boot had come that far
          machine.restart();
        }
        case Firmware.Attempt.Panicked panicked -> {
          tale.tell(() -> "The kernel panics: %s.".formatted(panicked.why()));
          if (!panicked.counted()) {
            tale.count("machines that a person made boot what cannot");
            throw new Ended(Optional.empty());
          }
        }
        case Firmware.Attempt.Stuck _ -> throw new IllegalStateException("seen above");
      }
    }
  }

  private boolean complete;

  /** The boot loader and the kernel must do what the menu and the image say. */
  private void requirePredicted(BootMenu menu, Firmware.Attempt attempt) throws Ended {
    Menu says = Observer.menu(menu);
    Optional<Standing> presentTrial =
        Optional.of(menu.byDefault().standing()).filter(Standing.OnTrial.class::isInstance);
    if (!presentTrial.equals(trial)) {
      trial = presentTrial;
      boots = 0;
    }
    boolean onTrial = says.grade() == Grade.ON_TRIAL;
    boolean usedUp = onTrial && boots >= Standing.BOOTS_OF_A_TRIAL && says.fallback().isPresent();
    if (onTrial && !usedUp) {
      boots++;
    }
    DeploymentId boots = usedUp ? says.fallback().orElseThrow() : says.byDefault();
    if (usedUp) {
      tale.count("trials that ended in the fallback");
    }
    Health health = SimulatedImage.of(boots.image()).specification().health();
    boolean right =
        switch (attempt) {
          case Firmware.Attempt.Up up ->
              up.deployment().equals(boots)
                  && up.insteadOf().isPresent() == usedUp
                  && health != Health.PANICS
                  && up.complete() == (health == Health.GOOD);
          case Firmware.Attempt.Panicked _ -> health == Health.PANICS;
          case Firmware.Attempt.Stuck _ -> false;
        };
    if (!right) {
      throw violated(
          usedUp ? Property.P11 : Property.P1,
          "%s should boot, and what happens is: %s".formatted(boots.shortForm(), attempt));
    }
  }

  private void bless() throws Ended {
    if (!complete) {
      return;
    }
    boolean tight = machine.isFilled();
    Run<Blessing.Outcome> run = run(it -> new Blessing(it).run(), List.of());
    if (run.ending() instanceof Ending.Failed<Blessing.Outcome> failed) {
      if (run.disturbed() || machine.isFilledBeyondHelp()) {
        machine.letTheKernelCommit();
        recoverWithoutStrikes(); // it has no undo of its own
        known = observer.bootMenu().map(Observer::menu).map(known::with).orElse(known);
        return;
      }
      throw violated(tight ? Property.P7 : Property.P11, "blessing fails: " + failed.inWords());
    }
    known = known.with(Reference.blessed(known, gaveUpOn));
    compare(known, known.deployments().keySet(), true);
  }

  private void compare(Known must, Set<DeploymentId> kept, boolean reported) throws Ended {
    Optional<Violation> difference = observer.difference(must, kept, reported);
    if (difference.isPresent()) {
      throw new Ended(difference);
    }
  }

  private static Ended violated(Property property, String text) {
    return new Ended(Optional.of(new Violation(property, text)));
  }

  // ---- running the engine

  /** How a command ended. */
  private sealed interface Ending<T> {
    String inWords();

    record Done<T>(T value) implements Ending<T> {
      @Override
      public String inWords() {
        return "it says that it is done";
      }
    }

    record Failed<T>(RuntimeException failure) implements Ending<T> {
      @Override
      public String inWords() {
        return String.valueOf(failure.getMessage());
      }
    }

    record Over<T>(ProcessEnded how) implements Ending<T> {
      @Override
      public String inWords() {
        return String.valueOf(how.getMessage());
      }
    }
  }

  private record Run<T>(Ending<T> ending, List<RunningCommand.Struck> struck, boolean disturbed) {
    boolean undisturbed() {
      return !disturbed
          && struck.stream()
              .map(it -> it.strike().fault())
              .allMatch(
                  it ->
                      it instanceof Fault.KernelCommits
                          || it instanceof Fault.SecondCommand
                          || it instanceof Fault.DiskFills);
    }

    boolean struckBy(Class<? extends Fault> kind) {
      return struck.stream().map(it -> it.strike().fault()).anyMatch(kind::isInstance);
    }

    /** Whether all that struck must leave things as they were when the command fails. */
    boolean struckByRefusalsOnly() {
      return !disturbed
          && !(ending instanceof Ending.Over)
          && struck.stream()
              .map(it -> it.strike().fault())
              .allMatch(
                  it ->
                      it instanceof Fault.DiskFills
                          || it instanceof Fault.LineBreaks
                          || it instanceof Fault.KernelCommits
                          || it instanceof Fault.SecondCommand);
    }
  }

  private <T> Run<T> run(Function<Machine, T> command, List<Strike> strikes) throws Ended {
    boolean disturbed = machine.hasNewsOfLostContents();
    RunningCommand running = machine.start(strikes);
    atWork = running;
    Ending<T> ending;
    try {
      ending = new Ending.Done<>(command.apply(seenBy(running)));
    } catch (ProcessEnded ended) {
      ending = new Ending.Over<>(ended);
    } catch (RuntimeException failure) {
      ending =
          Stream.of(failure.getSuppressed())
              .filter(ProcessEnded.class::isInstance)
              .map(ProcessEnded.class::cast)
              .findFirst()
              // It ended as it let go of something, on its way out of a failure.
              .<Ending<T>>map(Ending.Over::new)
              .orElseGet(() -> new Ending.Failed<>(failure));
    }
    running.struck().forEach(this::note);
    faults += running.struck().size();
    Ending<T> said = ending;
    if (!strikes.isEmpty() || said instanceof Ending.Failed) {
      if (said instanceof Ending.Failed<T> failed) {
        tale.tell(() -> "The command fails: %s".formatted(failed.inWords()));
      }
    }
    if (ofSecondCommands.isPresent()) {
      throw new Ended(ofSecondCommands);
    }
    if (running.ended().isPresent() && !(said instanceof Ending.Over)) {
      throw violated(Property.P12, "the engine goes on after its process was ended");
    }
    return new Run<>(said, running.struck(), disturbed);
  }

  private void note(RunningCommand.Struck struck) {
    tale.struck(struck);
  }

  private Machine seenBy(RunningCommand command) {
    Machine seen = machine.seenBy(command, tale.progress());
    Machine updated = updater.apply(seen);
    return new Machine(
        updated.ports(), updated.layout(), seen.boot().or(updated::boot), updated.progress());
  }

  private void runSecond(Fault.SecondCommand second) {
    if (atWork.calls() < FIRST_CALL_WITH_THE_LOCK) {
      return;
    }
    Machine seen = seenBy(machine.startSecond());
    try {
      switch (second.command()) {
        case RECOVER -> new Recovery(seen).run();
        case PRUNE -> new Pruning(seen).run();
        case UPDATE -> new Update(seen).run(SimulatedImage.of(history.first()).reference());
        case ROLLBACK -> new Switch(seen).back();
      }
    } catch (LockedException right) {
      return;
    } catch (RuntimeException other) {
      ofSecondCommands =
          Optional.of(
              new Violation(
                  Property.P12,
                  "a second command is not refused: %s".formatted(other.getMessage())));
      return;
    }
    ofSecondCommands =
        Optional.of(new Violation(Property.P12, "a second command runs while the first does"));
  }
}
