package io.github.containersnap.oracle;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.Progress;
import io.github.containersnap.experiment.BootLoaderKind;
import io.github.containersnap.experiment.MachineOnPaper;
import io.github.containersnap.experiment.MachineOnPaper.Entry;
import io.github.containersnap.experiment.MachineOnPaper.Grade;
import io.github.containersnap.experiment.SystemUnderTest;
import io.github.containersnap.experiment.TransitionExpectations;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.experiment.Verb;
import io.github.containersnap.properties.Access;
import io.github.containersnap.properties.Atomic;
import io.github.containersnap.properties.BootPlan;
import io.github.containersnap.properties.Boots;
import io.github.containersnap.properties.Expected;
import io.github.containersnap.properties.ExpectedBoot;
import io.github.containersnap.properties.FallsBack;
import io.github.containersnap.properties.Fstab;
import io.github.containersnap.properties.Judgement;
import io.github.containersnap.properties.Keeps;
import io.github.containersnap.properties.ManifestTree;
import io.github.containersnap.properties.NoLeaks;
import io.github.containersnap.properties.Origin;
import io.github.containersnap.properties.Property;
import io.github.containersnap.properties.Reader;
import io.github.containersnap.properties.Side;
import io.github.containersnap.properties.Tree;
import io.github.containersnap.properties.Violation;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeReadException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One crash state of a transition. It holds if what boots is whole before recovery, and if the
 * machine is afterwards wholly what it was before the transition, or wholly what it is after it.
 */
final class TransitionExamination {
  private static final int BOOTS_OF_A_TRIAL = 3;
  private static final List<Judgement> JUDGEMENTS =
      List.of(new Atomic(), new Boots(), new FallsBack(), new Keeps(), new NoLeaks());

  private final Path device;
  private final UUID filesystem;
  private final TransitionExpectations expectations;
  private final Updater updater;
  private final MenuReading menu;
  private final FirstSight sight;
  private final boolean newerCopy;
  private final Set<Violation> violations = new LinkedHashSet<>();
  private Optional<DeploymentId> booted = Optional.empty();

  /** Whether nothing was left to recover. */
  private boolean settled;

  private Optional<DeploymentId> bootedOnce = Optional.empty();
  private Optional<Side> side = Optional.empty();
  private Optional<Side> afterwards = Optional.empty();
  private SortedSet<String> subvolumes = Collections.emptySortedSet();

  TransitionExamination(
      Path device,
      UUID filesystem,
      TransitionExpectations expectations,
      Updater updater,
      MenuReading menu,
      FirstSight sight,
      boolean newerCopy) {
    this.device = device;
    this.filesystem = filesystem;
    this.expectations = expectations;
    this.updater = updater;
    this.menu = menu;
    this.sight = sight;
    this.newerCopy = newerCopy;
  }

  Observation observation() {
    return new Observation(
        sight.loader(), sight.kernel(), side, afterwards, subvolumes, List.copyOf(violations));
  }

  boolean canBeMounted() {
    return sight.obstacle().isEmpty();
  }

  // ---- before anything has touched the disk

  /** What starts is whole, by the boot loader's own reading, and the kernel agrees (P1, P3). */
  void bootLoader() {
    sight
        .obstacle()
        .ifPresent(why -> violated(Property.P1, "the filesystem cannot be mounted: " + why));
    BootPlan plan = menu.plan(sight.loader());
    if (!(plan.at(1) instanceof BootPlan.Entry first)) {
      if (mayBootNothing() && sight.kernel().isEmpty()) {
        afterwards = Optional.of(Side.OLD);
        side = afterwards;
        return;
      }
      violated(Property.P1, "the boot loader finds nothing to start: " + plan.at(1));
      return;
    }
    booted = deployment(first.subvolume());
    boolean once = newerCopy && !sight.loader().equals(sight.kernel());
    bootedOnce = booted.filter(id -> once && !expectations.before().deployments().containsKey(id));
    Stream.concat(plan.all().stream(), plan.fallback().stream())
        .distinct()
        .filter(BootPlan.Entry.class::isInstance)
        .map(BootPlan.Entry.class::cast)
        .forEach(this::bootFiles);
    if (!sight.loader().equals(sight.kernel()) && canBeMounted() && !newerCopy) {
      disagree(sight.loader());
    }
  }

  private void disagree(Optional<String> loader) {
    violated(
        Property.P3,
        "the boot loader would start %s, but to the kernel the default is %s"
            .formatted(firstRoot(loader), firstRoot(sight.kernel())));
  }

  private String firstRoot(Optional<String> read) {
    return menu.plan(read).at(1) instanceof BootPlan.Entry entry
        ? "/" + entry.subvolume()
        : "nothing";
  }

  private Optional<DeploymentId> deployment(String root) {
    return DeploymentId.read(root.substring(root.lastIndexOf('/') + 1))
        .filter(id -> root.equals(DeploymentLayout.fromTopLevel(id)));
  }

  private void bootFiles(BootPlan.Entry entry) {
    deployment(entry.subvolume())
        .flatMap(this::onPaper)
        .ifPresent(
            expected -> {
              bootFile("kernel", entry.kernel(), entry, expected);
              bootFile("initrd", entry.initrd(), entry, expected);
            });
  }

  private Optional<MachineOnPaper.Deployment> onPaper(DeploymentId id) {
    return Stream.of(expectations.before(), expectations.after(Set.of(id), Optional.empty()))
        .flatMap(paper -> Optional.ofNullable(paper.deployments().get(id)).stream())
        .findFirst();
  }

  private void bootFile(
      String what, String path, BootPlan.Entry entry, MachineOnPaper.Deployment expected) {
    String prefix = entry.subvolume() + "/";
    if (!path.startsWith(prefix)) {
      return; // the menu is judged as a whole
    }
    String inTree = path.substring(prefix.length());
    Optional<TreeEntry> wanted = expected.tree().sealed().get(inTree);
    try {
      String digest = new BootLoaderView(device).digest(path);
      if (wanted.filter(it -> it.contentDigest().equals(digest)).isEmpty()) {
        violated(
            Property.P1,
            "the boot loader would start %s, whose %s /%s is not the image's"
                .formatted(entry.entry(), what, inTree));
      }
    } catch (CommandFailedException cannotRead) {
      violated(
          Property.P1,
          "the boot loader would start %s, whose %s /%s it cannot read"
              .formatted(entry.entry(), what, inTree));
    }
  }

  // ---- a boot, with its recovery

  /** Recovery as a boot does it, twice; then the machine is what it was, or what it will be. */
  void recovery(Path top) {
    subvolumes = SystemUnderTest.subvolumes(top);
    if (bootsNothing()) {
      return; // there is nobody to recover: the installation is made again
    }
    settled = changesNothing() && new Seen(top).differencesFrom(expectations.before()).isEmpty();
    Updater.Result recovered = command(top, List.of("recover"));
    if (!recovered.succeeded()) {
      violated(Property.P5, "recovery fails: " + recovered.complaint());
    }
    Updater.Result again = command(top, List.of("recover"));
    if (!again.succeeded() || !again.error().isEmpty()) {
      violated(Property.P5, "a second recovery still finds work: " + again.error().strip());
    }
    if (!menu.mounted(top).equals(sight.kernel())) {
      violated(Property.P1, "recovery changed the boot menu");
    }
    decide(top);
  }

  /** Which of the two machines it is, or what keeps it from being the one that it is nearer to. */
  private void decide(Path top) {
    Seen seen = new Seen(top);
    List<Violation> asAfter = seen.differencesFrom(expectations.after(seen.ids(), bootedOnce));
    if (mayBootNothing()) {
      afterwards = Optional.of(Side.NEW); // something boots
      side = afterwards;
      violations.addAll(asAfter);
      return;
    }
    List<Violation> asBefore = seen.differencesFrom(expectations.before(bootedOnce));
    boolean isAfter = changesNothing() ? settled : asAfter.size() < asBefore.size();
    afterwards = Optional.of(isAfter ? Side.NEW : Side.OLD);
    violations.addAll(isAfter ? asAfter : asBefore);
    side = onceBooted().or(() -> afterwards);
  }

  /** Before an installation the disk is blank. */
  private boolean mayBootNothing() {
    return expectations.before().menu().isEmpty();
  }

  private boolean bootsNothing() {
    return mayBootNothing() && afterwards.equals(Optional.of(Side.OLD));
  }

  /** A recovery that takes back what was interrupted leaves the machine that there was before. */
  private boolean changesNothing() {
    return expectations.before().equals(expectations.after());
  }

  /**
   * Where GRUB goes by a newer copy of the superblock than the kernel, one boot starts what the
   * kernel does not take for the default (docs/decisions/0012).
   */
  private Optional<Side> onceBooted() {
    if (!newerCopy || sight.loader().equals(sight.kernel())) {
      return Optional.empty();
    }
    BootPlan plan = menu.plan(sight.loader());
    String after = DeploymentLayout.fromTopLevel(expectations.after().defaultId());
    return plan.at(1) instanceof BootPlan.Entry first && first.subvolume().equals(after)
        ? Optional.of(Side.NEW)
        : Optional.of(Side.OLD);
  }

  /** After recovery and its commits both readers read the same menu (P3). */
  void oneTruth(Optional<String> loader) {
    if (newerCopy && !loader.equals(sight.kernel())) {
      disagree(loader);
    }
  }

  /** btrfs's own check of the filesystem, not mounted (P1). */
  void filesystem() {
    FilesystemCheck.complaint(device)
        .ifPresent(
            complaint ->
                violated(Property.P1, "btrfs check finds the filesystem damaged: " + complaint));
  }

  // ---- the same command once more

  /** The same command after recovery makes the same machine as if nothing had happened (P5). */
  void again(Path top) {
    onceMore(top, "after recovery");
  }

  /** So it does if it is the first to come to the machine: it recovers by itself (P5). */
  void atOnce(Path top) {
    onceMore(top, "right after the power cut");
  }

  private void onceMore(Path top, String when) {
    boolean done = afterwards.equals(Optional.of(Side.NEW));
    if (done && expectations.verb().again() == Verb.Again.ANOTHER) {
      return;
    }
    boolean refused = done && expectations.verb().again() == Verb.Again.REFUSED;
    Updater.Result result = expectations.verb().give(updater, top, running(), Progress.NONE);
    if (result.succeeded() == refused) {
      violated(
          Property.P5,
          refused
              ? "%s, which was done already, is not refused %s"
                  .formatted(expectations.inWords(), when)
              : "the same %s fails %s: %s"
                  .formatted(expectations.inWords(), when, result.complaint()));
      return;
    }
    // A menu that was written just now has the UUID under which this copy is mounted.
    boolean written = !menu.mounted(top).equals(sight.kernel());
    Seen seen = new Seen(top, written ? SystemUnderTest.filesystem(top) : filesystem);
    for (Violation violation : seen.differencesFrom(expectations.after(seen.ids(), bootedOnce))) {
      violated(
          violation.property() == Property.P6 ? Property.P6 : Property.P5,
          "the same %s %s leaves a machine in which %s"
              .formatted(expectations.inWords(), when, violation.text()));
    }
  }

  private Updater.Result command(Path top, List<String> arguments) {
    return updater.command(top, running(), Progress.NONE, arguments);
  }

  private Optional<DeploymentId> running() {
    return booted.or(() -> expectations.before().running());
  }

  // ---- what must be so

  /** The machine as it lies there, read once. */
  private final class Seen {
    private final Path top;
    private final UUID uuid;
    private final MountedSystem view;

    /** The machine as it was made before this mount. */
    Seen(Path top) {
      this(top, filesystem);
    }

    /**
     * The machine.
     *
     * @param uuid under which its menu must name the filesystem
     */
    Seen(Path top, UUID uuid) {
      this.top = top;
      this.uuid = uuid;
      Set<String> own = new TreeSet<>(expectations.before().ownSubvolumes());
      SortedSet<String> deployments = SystemUnderTest.deployments(top);
      own.addAll(expectations.after(read(deployments), bootedOnce).ownSubvolumes());
      this.view = new MountedSystem(top, menu.on(uuid).plan(menu.mounted(top)), own);
    }

    Set<DeploymentId> ids() {
      return read(view.ids());
    }

    private static Set<DeploymentId> read(Set<String> names) {
      return names.stream()
          .flatMap(name -> DeploymentId.read(name).stream())
          .collect(Collectors.toSet());
    }

    List<Violation> differencesFrom(MachineOnPaper paper) {
      try {
        Set<Violation> found = new LinkedHashSet<>();
        Expected expected = expected(paper, expectedBoot(uuid, paper));
        JUDGEMENTS.forEach(each -> found.addAll(each.judge(view, expected)));
        found.addAll(menuDifferences(paper));
        paper.deployments().forEach((id, it) -> ofSnapshot(id, it).ifPresent(found::add));
        return List.copyOf(found);
      } catch (TreeReadException cannotRead) {
        return List.of(
            new Violation(Property.P1, "a file cannot be read: " + cannotRead.getMessage()));
      }
    }

    private List<Violation> menuDifferences(MachineOnPaper paper) {
      BootPlan plan = view.boot(Reader.KERNEL);
      List<Violation> found = new ArrayList<>();
      String root = DeploymentLayout.fromTopLevel(paper.defaultId());
      if (plan.at(1) instanceof BootPlan.Entry first && !first.subvolume().equals(root)) {
        found.add(
            new Violation(
                Property.P1, "the default is /%s, not /%s".formatted(first.subvolume(), root)));
      }
      Optional<String> wanted =
          paper.menu().orElseThrow().fallback().map(entry -> entry.id().toString());
      Optional<String> fallback = menu.fallback(top, plan);
      if (!fallback.equals(wanted)) {
        found.add(
            new Violation(
                Property.P11,
                "the fallback is %s, not %s"
                    .formatted(fallback.orElse("missing"), wanted.orElse("missing"))));
      }
      paper.menu().orElseThrow().entries().forEach(entry -> standing(entry).ifPresent(found::add));
      return found;
    }

    private Optional<Violation> ofSnapshot(DeploymentId id, MachineOnPaper.Deployment expected) {
      return !view.ids().contains(id.toString())
              || view.snapshotOf(id.toString()).equals(expected.snapshotOf())
          ? Optional.empty()
          : Optional.of(
              new Violation(Property.P4, "%s says that it is a snapshot of another".formatted(id)));
    }

    private Optional<Violation> standing(Entry entry) {
      String found = menu.standing(top, entry.id().toString()).orElse("nothing");
      return found.startsWith(entry.grade().words())
          ? Optional.empty()
          : Optional.of(
              new Violation(
                  Property.P11,
                  "the menu says that %s is %s, not %s"
                      .formatted(entry.id(), found, entry.grade().words())));
    }
  }

  private static Expected expected(MachineOnPaper paper, ExpectedBoot boot) {
    Map<String, Expected.Deployment> deployments = new HashMap<>();
    Set<String> required = new TreeSet<>();
    paper
        .deployments()
        .forEach(
            (id, deployment) -> {
              deployments.put(id.toString(), expected(id, deployment));
              if (!deployment.needless()) {
                required.add(id.toString());
              }
            });
    Map<String, Tree> data = new HashMap<>();
    paper.data().forEach((name, tree) -> data.put(name, new ManifestTree(name.substring(1), tree)));
    return new Expected(
        deployments,
        required,
        paper.defaultId().toString(),
        Optional.empty(), // the menu is compared by itself
        boot,
        paper.pins().stream().map(DeploymentId::toString).collect(Collectors.toSet()),
        data,
        false);
  }

  private static Expected.Deployment expected(
      DeploymentId id, MachineOnPaper.Deployment deployment) {
    return new Expected.Deployment(
        id.toString(),
        DeploymentLayout.fromTopLevel(id),
        new ManifestTree("", deployment.tree().sealed()),
        new ManifestTree("etc", deployment.tree().etc()),
        deployment.readOnly() ? Access.READ_ONLY : Access.WRITABLE,
        new Origin(deployment.origin().imageId(), Optional.of(deployment.origin().reference())));
  }

  /** What the design says of a machine that boots by this menu (DESIGN §4, §5). */
  private ExpectedBoot expectedBoot(UUID uuid, MachineOnPaper paper) {
    MachineOnPaper.Menu wanted = paper.menu().orElseThrow();
    Map<String, ExpectedBoot.Told> entries = new HashMap<>();
    wanted
        .entries()
        .forEach(
            entry -> entries.put(DeploymentLayout.fromTopLevel(entry.id()), told(paper, entry)));
    List<String> roots = new ArrayList<>();
    String first = DeploymentLayout.fromTopLevel(wanted.first().id());
    if (wanted.first().grade() == Grade.ON_TRIAL && wanted.fallback().isPresent()) {
      roots.addAll(Collections.nCopies(BOOTS_OF_A_TRIAL, first));
      roots.add(DeploymentLayout.fromTopLevel(wanted.fallback().get().id()));
    } else {
      roots.add(first);
    }
    return new ExpectedBoot(uuid.toString(), entries, roots);
  }

  /** Where the boot loader has a configuration of the image's, that alone says it. */
  private ExpectedBoot.Told told(MachineOnPaper paper, Entry entry) {
    return expectations.bootLoader() == BootLoaderKind.GRUB_BTRFS
        ? new ExpectedBoot.Told(entry.arguments(), mounts(paper.deployment(entry.id())))
        : new ExpectedBoot.Told(Set.of(), Set.of());
  }

  /** What the deployment's own fstab mounts, systemd must not be told again. */
  private static Set<String> mounts(MachineOnPaper.Deployment deployment) {
    return Fstab.mounts(deployment.fstab(), "/var") ? Set.of() : Set.of("/var");
  }

  private void violated(Property property, String text) {
    violations.add(new Violation(property, text));
  }
}
