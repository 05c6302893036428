package io.github.containersnap.harness.experiment;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.property.ExpectedEtc;
import io.github.containersnap.harness.property.LocalChange;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeManifest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * A whole machine as it must be: made from the images, the design and what was done to it. Nothing
 * here is read from a disk, and no run of the engine has a say in it.
 *
 * @param countsBoots whether its boot loader counts the boots of a trial and falls back
 * @param deployments all deployments
 * @param menu what boots; empty before the first deployment
 * @param running the deployment that runs; empty if the machine is switched off
 * @param pins the pinned deployments
 * @param data what is in the subvolumes that deployments share, by name
 * @param dataSubvolumes the subvolumes that the owner made in those, from the top level
 * @param lastWork the highest work number that was ever given
 * @param host the system on an ordinary subvolume that was there first, if there was one
 */
public record MachineOnPaper(
    boolean countsBoots,
    SortedMap<DeploymentId, Deployment> deployments,
    Optional<Menu> menu,
    Optional<DeploymentId> running,
    Set<DeploymentId> pins,
    SortedMap<String, TreeManifest> data,
    Set<String> dataSubvolumes,
    int lastWork,
    Optional<PlainHostOnPaper> host) {
  /** What an image has that ends its own trial; without it, nothing is counted. */
  private static final String BLESSING_UNIT = "usr/lib/systemd/system/container-snap-bless.service";

  private static final String FSTAB = "fstab";
  private static final String OWN_CMDLINE = "usr/lib/kernel/cmdline";
  private static final Set<String> USUAL_ARGUMENTS = Set.of("console=tty0", "console=ttyS0");

  public MachineOnPaper {
    deployments = Collections.unmodifiableSortedMap(new TreeMap<>(deployments));
    pins = Set.copyOf(pins);
    data = Collections.unmodifiableSortedMap(new TreeMap<>(data));
    dataSubvolumes = Set.copyOf(dataSubvolumes);
  }

  /** A machine on which nothing is deployed yet. */
  static MachineOnPaper blank(boolean countsBoots) {
    return new MachineOnPaper(
        countsBoots,
        new TreeMap<>(),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        new TreeMap<>(),
        Set.of(),
        0,
        Optional.empty());
  }

  MachineOnPaper with(PlainHostOnPaper plain) {
    return new MachineOnPaper(
        countsBoots,
        deployments,
        menu,
        running,
        pins,
        data,
        dataSubvolumes,
        lastWork,
        Optional.of(plain));
  }

  /**
   * One deployment.
   *
   * @param image the image that it was made from
   * @param snapshotOf the deployment that it is a snapshot of, if it is one
   * @param etc its own /etc
   * @param etcSubvolumes the subvolumes in its /etc, by their paths there
   * @param ownFstab the text of its fstab, if the owner wrote it
   * @param readOnly whether its root is read-only
   * @param needless whether it may be gone: a prune removes it as soon as one comes
   */
  public record Deployment(
      Candidate image,
      Optional<DeploymentId> snapshotOf,
      ExpectedEtc etc,
      List<String> etcSubvolumes,
      Optional<String> ownFstab,
      boolean readOnly,
      boolean needless) {
    public Deployment {
      etcSubvolumes = List.copyOf(etcSubvolumes);
    }

    /** What it holds. */
    public DeploymentTree tree() {
      return DeploymentTree.expected(image.tree(), etc.local().manifest());
    }

    /** What its record says that it was made from. */
    public ImageOrigin origin() {
      return new ImageOrigin(image.imageId(), image.reference());
    }

    Deployment with(boolean otherReadOnly) {
      return new Deployment(
          image, snapshotOf, etc, etcSubvolumes, ownFstab, otherReadOnly, needless);
    }

    Deployment with(ExpectedEtc otherEtc) {
      return new Deployment(
          image, snapshotOf, otherEtc, etcSubvolumes, ownFstab, readOnly, needless);
    }

    /** The same after further changes of its /etc. */
    Deployment with(List<LocalChange> changes, List<String> subvolumes) {
      Optional<String> fstab =
          changes.stream()
              .filter(change -> change.path().equals(FSTAB))
              .flatMap(change -> text(change).stream())
              .reduce((_, last) -> last);
      return new Deployment(
          image,
          snapshotOf,
          new ExpectedEtc(etc.came(), joined(etc.changes(), changes)),
          joined(etcSubvolumes, subvolumes),
          fstab.or(() -> ownFstab),
          readOnly,
          needless);
    }

    private static Optional<String> text(LocalChange change) {
      return switch (change) {
        case LocalChange.EditFile edit -> Optional.of(edit.text());
        case LocalChange.WriteFile write -> Optional.of(write.text());
        default -> Optional.empty();
      };
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
      return Stream.concat(first.stream(), second.stream()).toList();
    }

    Deployment unneeded() {
      return new Deployment(image, snapshotOf, etc, etcSubvolumes, ownFstab, readOnly, true);
    }

    private boolean hasWordsOfItsOwn() {
      TreeManifest own = etc.local().manifest();
      return image.tree().get(OWN_CMDLINE).isPresent() || own.get("kernel/cmdline").isPresent();
    }

    /** Words that its kernel is told if a menu is written now (DESIGN §4). */
    Set<String> arguments() {
      Set<String> words = new TreeSet<>(hasWordsOfItsOwn() ? Set.of() : USUAL_ARGUMENTS);
      if (LivedInMachine.hasLivedIn(etc)) {
        words.add(LivedInMachine.KERNEL_ARGUMENT);
      }
      if (etc.local().manifest().get(Verb.KernelArgument.FILE).isPresent()) {
        words.add(Verb.KernelArgument.WORD);
      }
      return words;
    }

    /** Its /etc/fstab. */
    public String fstab() {
      return ownFstab.or(() -> image.text("etc/" + FSTAB)).orElse("");
    }

    boolean blessesItself() {
      return image.tree().get(BLESSING_UNIT).filter(it -> it.kind() == FileKind.FILE).isPresent();
    }
  }

  /** How well a deployment has proved itself, the best first. */
  public enum Grade {
    BLESSED("blessed"),
    UNTRIED("untried"),
    ON_TRIAL("on trial"),
    FAILED("failed");

    private final String words;

    Grade(String words) {
      this.words = words;
    }

    /** What the boot menu's record of it begins with. */
    public String words() {
      return words;
    }
  }

  /**
   * An entry of the boot menu.
   *
   * @param id the deployment
   * @param arguments words that its kernel is told
   */
  public record Entry(DeploymentId id, Grade grade, Set<String> arguments) {
    public Entry {
      arguments = Set.copyOf(arguments);
    }

    Entry with(Grade other) {
      return new Entry(id, other, arguments);
    }
  }

  /**
   * What boots.
   *
   * @param first the default
   * @param fallback what boots if that does not come up
   */
  public record Menu(Entry first, Optional<Entry> fallback) {
    /** Both entries. */
    public Stream<Entry> entries() {
      return Stream.concat(Stream.of(first), fallback.stream());
    }

    private Optional<Grade> gradeOf(DeploymentId id) {
      return entries().filter(entry -> entry.id().equals(id)).map(Entry::grade).findFirst();
    }
  }

  /** One of its deployments. */
  public Deployment deployment(DeploymentId id) {
    return Optional.ofNullable(deployments.get(id))
        .orElseThrow(() -> new IllegalArgumentException("there is no deployment " + id));
  }

  /** The deployment that boots next. */
  public DeploymentId defaultId() {
    return menu.orElseThrow().first().id();
  }

  /** The deployment that runs; of a machine that is switched off, the one that would. */
  DeploymentId current() {
    return running.orElseGet(this::defaultId);
  }

  /** All subvolumes that the owner made, from the top level. */
  public Set<String> ownSubvolumes() {
    Set<String> own = new TreeSet<>(dataSubvolumes);
    host.ifPresent(plain -> own.addAll(plain.subvolumes()));
    deployments.forEach(
        (id, deployment) ->
            deployment
                .etcSubvolumes()
                .forEach(path -> own.add(DeploymentLayout.fromTopLevel(id) + "/etc/" + path)));
    return own;
  }

  MachineOnPaper running(DeploymentId id) {
    return new MachineOnPaper(
        countsBoots,
        deployments,
        menu,
        Optional.of(id),
        pins,
        data,
        dataSubvolumes,
        lastWork,
        host);
  }

  MachineOnPaper with(Menu other) {
    return new MachineOnPaper(
        countsBoots,
        deployments,
        Optional.of(other),
        running,
        pins,
        data,
        dataSubvolumes,
        lastWork,
        host);
  }

  MachineOnPaper with(DeploymentId id, Deployment deployment) {
    SortedMap<DeploymentId, Deployment> changed = new TreeMap<>(deployments);
    changed.put(id, deployment);
    return withAll(changed, Math.max(lastWork, id.work()));
  }

  MachineOnPaper without(DeploymentId id) {
    SortedMap<DeploymentId, Deployment> changed = new TreeMap<>(deployments);
    changed.remove(id);
    return withAll(changed, lastWork);
  }

  private MachineOnPaper withAll(SortedMap<DeploymentId, Deployment> changed, int work) {
    return new MachineOnPaper(
        countsBoots, changed, menu, running, pins, data, dataSubvolumes, work, host);
  }

  MachineOnPaper pinning(DeploymentId id) {
    Set<DeploymentId> changed = new TreeSet<>(pins);
    changed.add(id);
    return new MachineOnPaper(
        countsBoots, deployments, menu, running, changed, data, dataSubvolumes, lastWork, host);
  }

  MachineOnPaper withData(SortedMap<String, TreeManifest> other, Set<String> subvolumes) {
    return new MachineOnPaper(
        countsBoots, deployments, menu, running, pins, other, subvolumes, lastWork, host);
  }

  /** The same machine, on which a deployment has another work number. */
  MachineOnPaper renamed(DeploymentId from, DeploymentId to) {
    MachineOnPaper moved = without(from).with(to, deployment(from));
    return moved
        .menu
        .map(
            old ->
                moved.with(
                    new Menu(
                        renamed(old.first(), from, to),
                        old.fallback().map(entry -> renamed(entry, from, to)))))
        .orElse(moved);
  }

  private static Entry renamed(Entry entry, DeploymentId from, DeploymentId to) {
    return entry.id().equals(from) ? new Entry(to, entry.grade(), entry.arguments()) : entry;
  }

  /**
   * The machine whose default {@code wanted} has become. Of what it may fall back to (the default
   * so far, what runs, the fallback so far) the best is taken, of equals the first, but what is
   * known to have come up before what is not.
   */
  MachineOnPaper switchedTo(DeploymentId wanted) {
    return switchedTo(wanted, _ -> true);
  }

  /** The machine whose default is what runs, and which never falls back to {@code unwanted}. */
  MachineOnPaper forgetting(DeploymentId unwanted) {
    return switchedTo(current(), id -> !id.equals(unwanted));
  }

  private MachineOnPaper switchedTo(DeploymentId wanted, Predicate<DeploymentId> mayBeFallback) {
    List<DeploymentId> candidates = new ArrayList<>();
    menu.ifPresent(old -> candidates.add(old.first().id()));
    running.ifPresent(candidates::add);
    menu.flatMap(Menu::fallback).ifPresent(entry -> candidates.add(entry.id()));
    Optional<Entry> fallback =
        candidates.stream()
            .filter(id -> !id.equals(wanted))
            .filter(mayBeFallback)
            .min(
                Comparator.comparing(this::grade)
                    .thenComparing(id -> !deployment(id).readOnly())
                    .thenComparing(this::isUnknown))
            .map(id -> entry(id, grade(id) == Grade.ON_TRIAL ? Grade.UNTRIED : grade(id)));
    boolean counted = fallback.isPresent() && countsBoots && deployment(wanted).blessesItself();
    Grade grade =
        grade(wanted) == Grade.BLESSED ? Grade.BLESSED : counted ? Grade.ON_TRIAL : Grade.UNTRIED;
    return with(new Menu(entry(wanted, grade), fallback));
  }

  private Entry entry(DeploymentId id, Grade grade) {
    return new Entry(id, grade, deployment(id).arguments());
  }

  private Grade grade(DeploymentId id) {
    return menu.flatMap(old -> old.gradeOf(id)).orElse(Grade.UNTRIED);
  }

  private boolean isUnknown(DeploymentId id) {
    return grade(id) == Grade.UNTRIED && running.filter(id::equals).isEmpty();
  }

  /** Whether nothing may remove a deployment: it runs, it may boot, or it is pinned. */
  boolean isProtected(DeploymentId id) {
    return pins.contains(id)
        || running.filter(id::equals).isPresent()
        || menu.stream().flatMap(Menu::entries).anyMatch(entry -> entry.id().equals(id));
  }

  /** What a prune removes: what nothing protects, but for snapshots, which stay for days. */
  Set<DeploymentId> unneeded() {
    Set<DeploymentId> unneeded = new TreeSet<>();
    deployments.forEach(
        (id, deployment) -> {
          if (!isProtected(id) && deployment.snapshotOf().isEmpty()) {
            unneeded.add(id);
          }
        });
    return unneeded;
  }

  /** The first deployment of an image, or one with the next work number. */
  DeploymentId unused(Candidate image) {
    DeploymentId pristine = new ImageOrigin(image.imageId(), image.reference()).pristine();
    return deployments.containsKey(pristine) ? nextWork(pristine) : pristine;
  }

  /** A deployment of the same image with the next work number. */
  DeploymentId nextWork(DeploymentId of) {
    return new DeploymentId(of.image(), lastWork + 1);
  }
}
