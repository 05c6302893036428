package io.github.containersnap.harness.oracle;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.experiment.DeploymentTree;
import io.github.containersnap.harness.experiment.MachineOnPaper;
import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.harness.experiment.PlainHostOnPaper;
import io.github.containersnap.harness.experiment.TransitionExpectations;
import io.github.containersnap.harness.experiment.Verb;
import io.github.containersnap.harness.oracle.reading.CrashStateView;
import io.github.containersnap.harness.oracle.reading.MachineDigest;
import io.github.containersnap.harness.oracle.reading.MenuReading;
import io.github.containersnap.harness.oracle.reading.QuickView;
import io.github.containersnap.harness.oracle.reading.SystemAtRest;
import io.github.containersnap.harness.oracle.reading.WalkedSubvolumes;
import io.github.containersnap.harness.property.Atomic;
import io.github.containersnap.harness.property.ComesUp;
import io.github.containersnap.harness.property.Converges;
import io.github.containersnap.harness.property.Durable;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.FallsBack;
import io.github.containersnap.harness.property.Judgement;
import io.github.containersnap.harness.property.Keeps;
import io.github.containersnap.harness.property.NoLeaks;
import io.github.containersnap.harness.property.OneTruth;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.view.SystemView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One crash state of a transition. It holds if what boots is whole before recovery, and if the
 * machine is afterwards wholly what it was before the transition, or wholly what it is after it.
 * What must hold, the properties' own classes decide.
 */
final class TransitionExamination {
  private static final List<Judgement> OF_THE_BOOT =
      List.of(new Atomic(), new ComesUp(), new FallsBack());
  private static final List<Judgement> OF_THE_MACHINE =
      List.of(new Atomic(), new ComesUp(), new FallsBack(), new Keeps(), new NoLeaks());

  private final Path device;
  private final TransitionExpectations expectations;
  private final Updater updater;
  private final MenuReading menu;
  private final QuickView sight;
  private final boolean newerCopy;
  private final SharedFindings shared;
  private final WalkedSubvolumes walked;
  private final CrashStateView atPowerOn;

  /** As both readers see it from the first commit on, which writes all copies of the superblock. */
  private final CrashStateView atFirstCommit;

  private final ExpectedMachine machine;
  private final Optional<DeploymentId> booted;

  /**
   * A deployment that the command made, and that boots once although the kernel has another
   * default: GRUB goes by a newer copy of the superblock (docs/decisions/0012).
   */
  private final Optional<DeploymentId> bootedOnce;

  private final Set<Violation> violations = new LinkedHashSet<>();
  private Optional<Side> side = Optional.empty();
  private Optional<Side> afterwards = Optional.empty();
  private boolean wasRecovered;
  private SortedSet<String> subvolumes = Collections.emptySortedSet();

  TransitionExamination(
      Path device,
      UUID filesystem,
      TransitionExpectations expectations,
      Updater updater,
      MenuReading menu,
      QuickView sight,
      boolean newerCopy,
      SharedFindings shared,
      WalkedSubvolumes walked) {
    this.device = device;
    this.expectations = expectations;
    this.updater = updater;
    this.menu = menu;
    this.sight = sight;
    this.newerCopy = newerCopy;
    this.shared = shared;
    this.walked = walked;
    this.atPowerOn = CrashStateView.atPowerOn(device, sight, menu);
    this.atFirstCommit =
        newerCopy
            ? CrashStateView.atPowerOn(
                device, new QuickView(sight.kernel(), sight.kernel(), sight.obstacle()), menu)
            : atPowerOn;
    this.machine = new ExpectedMachine(expectations.bootLoader(), filesystem);
    this.booted =
        atPowerOn
            .boot(Reader.BOOT_LOADER)
            .known()
            .map(plan -> plan.at(1))
            .filter(BootPlan.Entry.class::isInstance)
            .flatMap(first -> deployment(((BootPlan.Entry) first).subvolume()));
    this.bootedOnce = booted.filter(id -> readersDiffer() && isNew(id));
  }

  private static Optional<DeploymentId> deployment(String root) {
    return DeploymentId.read(root.substring(root.lastIndexOf('/') + 1))
        .filter(id -> root.equals(DeploymentLayout.fromTopLevel(id)));
  }

  private boolean isNew(DeploymentId id) {
    return !expectations.before().deployments().containsKey(id);
  }

  /** GRUB and the kernel may go by two superblocks, for one boot. */
  private boolean readersDiffer() {
    return newerCopy && !sight.loader().equals(sight.kernel());
  }

  Observation observation() {
    return new Observation(
        sight.loader(),
        sight.kernel(),
        side,
        afterwards,
        subvolumes,
        List.copyOf(violations),
        Durable.ofChange(expectations.inWords(), side, afterwards));
  }

  boolean canBeMounted() {
    return sight.obstacle().isEmpty();
  }

  // ---- before anything has touched the disk

  /** What starts is whole, by the boot loader's own reading, and the kernel agrees. */
  void bootLoader() {
    boolean startsNothingOfOurs = startsNoDeployment(Reader.BOOT_LOADER);
    if (hasNoDeployment()
        && canBeMounted()
        && startsNoDeployment(Reader.KERNEL)
        && (startsNothingOfOurs || newerCopy)) {
      // A blank disk, or the host, if perhaps not for the next boot: the same command succeeds.
      afterwards = Optional.of(Side.OLD);
      side = Optional.of(startsNothingOfOurs ? Side.OLD : Side.NEW);
      if (!startsNothingOfOurs) {
        violations.addAll(atPowerOn().differences());
      }
      return;
    }
    violations.addAll(atPowerOn().differences());
    if (!newerCopy) {
      oneTruth(sight.loader());
    }
  }

  /** Before an installation the disk is blank; before an adoption the host boots. */
  private boolean hasNoDeployment() {
    return expectations.before().menu().isEmpty();
  }

  private boolean startsNoDeployment(Reader reader) {
    boolean hasHost = expectations.before().host().isPresent();
    return atPowerOn
        .boot(reader)
        .known()
        .filter(plan -> hasHost ? startsHost(plan) : plan.at(1) instanceof BootPlan.Stuck)
        .isPresent();
  }

  /** The host's kernel and root, whatever of a menu there is beside them. */
  private static boolean startsHost(BootPlan plan) {
    return plan.starts().stream()
        .allMatch(
            start ->
                start instanceof BootPlan.Entry entry
                    && entry.subvolume().equals(PlainHostOnPaper.ROOT)
                    && entry.kernel().startsWith(PlainHostOnPaper.ROOT + "/")
                    && entry.initrd().startsWith(PlainHostOnPaper.ROOT + "/"));
  }

  /** Whatever happens, the host's own subvolumes stay what they were: the way back. */
  private Optional<Violation> host(Path top, String when) {
    return expectations
        .before()
        .host()
        .flatMap(host -> host.difference(top))
        .map(what -> new Violation(Property.P4, "%s (%s)".formatted(what, when)));
  }

  private void oneTruth(Optional<String> loader) {
    QuickView both = new QuickView(loader, sight.kernel(), sight.obstacle());
    violations.addAll(
        new OneTruth().judge(CrashStateView.atPowerOn(device, both, menu), whole(Side.NEW)));
  }

  /** What must be so of the machine on one side, its deployments with the numbers they have. */
  private Expected whole(Side of) {
    Set<DeploymentId> ids = booted.map(Set::of).orElse(Set.of());
    return machine.of(paper(of, ids), false);
  }

  private MachineOnPaper paper(Side of, Set<DeploymentId> ids) {
    return of == Side.OLD && !hasNoDeployment()
        ? expectations.before(bootedOnce)
        : expectations.after(ids, bootedOnce);
  }

  /**
   * The side that a machine is nearer to.
   *
   * @param differences what keeps it from being wholly that
   */
  private record Nearest(Side side, List<Violation> differences) {}

  private Nearest atPowerOn() {
    return nearest(atPowerOn, OF_THE_BOOT, _ -> List.of());
  }

  /**
   * The nearer side.
   *
   * @param alsoFound what else keeps the machine from being what a paper says
   */
  private Nearest nearest(
      SystemView view,
      List<Judgement> judgements,
      Function<MachineOnPaper, List<Violation>> alsoFound) {
    Set<DeploymentId> ids = new TreeSet<>(ids(view));
    booted.ifPresent(ids::add);
    Function<Side, List<Violation>> differences =
        of -> {
          MachineOnPaper paper = paper(of, ids);
          List<Violation> found = new ArrayList<>(judged(view, judgements, paper));
          found.addAll(alsoFound.apply(paper));
          return found;
        };
    List<Violation> asAfter = differences.apply(Side.NEW);
    if (hasNoDeployment()) {
      return new Nearest(Side.NEW, asAfter); // something boots
    }
    List<Violation> asBefore = differences.apply(Side.OLD);
    return asAfter.size() < asBefore.size()
        ? new Nearest(Side.NEW, asAfter)
        : new Nearest(Side.OLD, asBefore);
  }

  private static Set<DeploymentId> ids(SystemView view) {
    return ids(view.deployments().known().orElse(Collections.emptySortedSet()));
  }

  private static Set<DeploymentId> ids(Set<String> names) {
    return names.stream()
        .flatMap(name -> DeploymentId.read(name).stream())
        .collect(Collectors.toSet());
  }

  private List<Violation> judged(
      SystemView view, List<Judgement> judgements, MachineOnPaper paper) {
    Expected expected = machine.of(paper, false);
    return judgements.stream().flatMap(each -> each.judge(view, expected).stream()).toList();
  }

  // ---- a boot, with its recovery

  /** Recovery as a boot does it, twice; then the machine is what it was, or what it will be. */
  void recovery(Path top) {
    subvolumes = MountedSystem.subvolumes(top);
    host(top, "after the power cut").ifPresent(violations::add);
    if (side.isPresent()) {
      return; // nothing of ours boots to stay, so nobody recovers: the command is given again
    }
    wasRecovered = true;
    boolean settled = changesNothing() && differences(top, paper(Side.OLD, Set.of())).isEmpty();
    Updater.Result recovered = command(top, List.of("recover"));
    Updater.Result again = command(top, List.of("recover"));
    violations.addAll(Converges.ofRecovery(recovered.failure(), again.noise()));
    if (!menu.mounted(top).equals(sight.kernel())) {
      violations.add(new Violation(Property.P1, "recovery changed the boot menu"));
    }
    decide(top, settled);
  }

  private void decide(Path top, boolean settled) {
    SystemView view = recovered(top);
    // Some transitions change records alone, so these have a say in which side is the nearer one.
    Nearest nearest = nearest(view, OF_THE_MACHINE, paper -> ofRecords(top, paper));
    violations.addAll(nearest.differences());
    afterwards = Optional.of(changesNothing() ? (settled ? Side.NEW : Side.OLD) : nearest.side());
    side = readersDiffer() ? Optional.of(atPowerOn().side()) : afterwards;
  }

  /** A recovery that takes back what was interrupted leaves the machine that there was before. */
  private boolean changesNothing() {
    return expectations.before().equals(expectations.after());
  }

  private List<Violation> differences(Path top, MachineOnPaper paper) {
    return judged(recovered(top), OF_THE_MACHINE, paper);
  }

  private SystemView recovered(Path top) {
    return atFirstCommit.recovered(atRest(top));
  }

  private SystemAtRest atRest(Path top) {
    return SystemAtRest.recovered(
        top,
        menu.plan(menu.mounted(top)),
        ownSubvolumes(top),
        shared.deployments().on(top, walked.mounted(top)));
  }

  private Set<String> ownSubvolumes(Path top) {
    Set<DeploymentId> ids = ids(MountedSystem.deployments(top));
    Set<String> own = new TreeSet<>(expectations.before().ownSubvolumes());
    own.addAll(expectations.after(ids, bootedOnce).ownSubvolumes());
    return own;
  }

  /** What no property's class sees yet: what a snapshot is one of, and the standing of entries. */
  private List<Violation> ofRecords(Path top, MachineOnPaper paper) {
    List<Violation> found = new ArrayList<>();
    paper
        .deployments()
        .forEach(
            (id, deployment) -> {
              if (!DeploymentTree.snapshotOf(top, id).equals(deployment.snapshotOf())) {
                found.add(
                    new Violation(
                        Property.P4,
                        "%s says that it is a snapshot of something else"
                            .formatted(id.shortForm())));
              }
            });
    MachineOnPaper.Menu wanted = paper.menu().orElseThrow();
    wanted
        .entries()
        .forEach(
            entry -> {
              String standing = menu.standing(top, entry.id().toString()).orElse("missing");
              if (!standing.startsWith(entry.grade().words())) {
                found.add(
                    new Violation(
                        Property.P11,
                        "the menu has %s as %s, not as %s"
                            .formatted(entry.id().shortForm(), standing, entry.grade().words())));
              }
            });
    Optional<String> fallback = menu.fallback(top, menu.plan(menu.mounted(top)));
    if (!fallback.equals(wanted.fallback().map(entry -> entry.id().toString()))) {
      found.add(new Violation(Property.P4, "the menu falls back to " + fallback.orElse("nothing")));
    }
    return found;
  }

  /** After recovery, not mounted any more: the filesystem itself, and what its readers read. */
  void afterRecovery(Optional<String> loader) {
    if (newerCopy && wasRecovered) { // until then no commit has written all superblocks
      oneTruth(loader);
    }
    violations.addAll(new Atomic().judge(atPowerOn.unmounted(device), whole(Side.NEW)));
  }

  // ---- the same command once more

  /** The same command after recovery makes the same machine as if nothing had happened. */
  void again(Path top) {
    onceMore(top, "after recovery", true);
  }

  /** So it does if it is the first to come to the machine; most commands recover by themselves. */
  void atOnce(Path top) {
    onceMore(top, "right after the power cut", expectations.verb().recovers());
  }

  private void onceMore(Path top, String when, boolean recovered) {
    boolean done = afterwards.equals(Optional.of(Side.NEW));
    if (done
        ? expectations.verb().again() == Verb.Again.ANOTHER
        : !expectations.verb().outlivesRestart()) {
      return;
    }
    Optional<String> machine =
        MachineDigest.of(top, walked).map(digest -> String.join(" ", digest, when, boots()));
    violations.addAll(shared.onMachine(machine, () -> afterOnceMore(top, when, recovered, done)));
  }

  /** What of this examination the outcome of a command, and what it must be, depend on. */
  private String boots() {
    return "%s, then %s; %s; %s".formatted(side, afterwards, booted, bootedOnce);
  }

  private List<Violation> afterOnceMore(Path top, String when, boolean recovered, boolean done) {
    boolean refused = done && expectations.verb().again() == Verb.Again.REFUSED;
    Updater.Result result = expectations.verb().give(updater, top, running(), Progress.NONE);
    if (result.succeeded() == refused) {
      return List.of(
          new Violation(
              Property.P5,
              refused
                  ? "%s, which was done already, is not refused %s"
                      .formatted(expectations.inWords(), when)
                  : "the same %s fails %s: %s"
                      .formatted(expectations.inWords(), when, result.complaint())));
    }
    SystemView view = atRest(top);
    MachineOnPaper paper = expectations.after(ids(view), bootedOnce);
    List<Violation> found = new ArrayList<>(new Converges().judge(view, machine.of(paper, true)));
    ofRecords(top, paper).forEach(each -> found.add(new Violation(Property.P5, each.text())));
    if (!recovered) {
      found.removeIf(each -> each.property() == Property.P6); // that is for the next recovery
    }
    return Stream.concat(
            host(top, when).stream(),
            found.stream()
                .map(
                    each -> new Violation(each.property(), "%s (%s)".formatted(each.text(), when))))
        .toList();
  }

  private Updater.Result command(Path top, List<String> arguments) {
    return updater.command(top, running(), Progress.NONE, arguments);
  }

  private Optional<DeploymentId> running() {
    return hasNoDeployment()
        ? expectations.before().running() // whoever installs or adopts runs no deployment
        : booted.or(() -> expectations.before().running());
  }
}
