package io.github.containersnap.oracle;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.Progress;
import io.github.containersnap.experiment.DeploymentExpectations;
import io.github.containersnap.experiment.DeploymentTree;
import io.github.containersnap.experiment.LivedInMachine;
import io.github.containersnap.experiment.SystemUnderTest;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.properties.BootPlan;
import io.github.containersnap.properties.ExpectedBoot;
import io.github.containersnap.properties.Property;
import io.github.containersnap.properties.Side;
import io.github.containersnap.properties.Violation;
import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeReadException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Pattern;

/** One crash state, looked at in the order of DESIGN §8: cheapest first, each question a method. */
final class Examination {
  /** What an image has that ends its own trial; without it, nothing is counted. */
  private static final String BLESSING_UNIT = "usr/lib/systemd/system/container-snap-bless.service";

  private static final int BOOTS_OF_A_TRIAL = 3;

  private static final Pattern MOUNT_OF_VAR = Pattern.compile("\\s*[^#\\s]\\S*\\s+/var/?\\s.*");

  private final Path device;
  private final UUID filesystem;
  private final DeploymentExpectations expectations;
  private final Updater updater;
  private final String newReference;
  private final FirstSight sight;
  private final boolean newerCopy;
  private final List<Violation> violations = new ArrayList<>();
  private Optional<Side> side = Optional.empty();
  private Optional<Side> afterwards = Optional.empty();
  private SortedSet<String> subvolumes = Collections.emptySortedSet();

  Examination(
      Path device,
      UUID filesystem,
      DeploymentExpectations expectations,
      Updater updater,
      String newReference,
      FirstSight sight,
      boolean newerCopy) {
    this.device = device;
    this.filesystem = filesystem;
    this.expectations = expectations;
    this.updater = updater;
    this.newReference = newReference;
    this.sight = sight;
    this.newerCopy = newerCopy;
  }

  Observation observation() {
    return new Observation(
        sight.loader(), sight.kernel(), side, afterwards, subvolumes, List.copyOf(violations));
  }

  /** What GRUB would start, read by GRUB's own driver, and whether the kernel agrees (P1, P3). */
  void bootLoader() {
    sight
        .obstacle()
        .ifPresent(
            obstacle -> violated(Property.P1, "the filesystem cannot be mounted: " + obstacle));
    BootPlan plan = plan(sight.loader());
    if (!(plan.at(1) instanceof BootPlan.Entry first)) {
      violated(Property.P1, "the boot loader finds nothing to start: " + plan.at(1));
      return;
    }
    side = sideOf(first.subvolume());
    if (side.isEmpty()) {
      violated(
          Property.P1,
          "the boot loader would start /%s, which is neither the old nor the new deployment"
              .formatted(first.subvolume()));
      return;
    }
    afterwards = side;
    violations.addAll(expectedBoot(side.get()).violations(plan));
    bootFiles(first, side.get());
    plan.fallback()
        .ifPresent(entry -> sideOf(entry.subvolume()).ifPresent(its -> bootFiles(entry, its)));
    if (sight.obstacle().isPresent() || sight.loader().equals(sight.kernel())) {
      return;
    }
    if (newerCopy) {
      // GRUB and the kernel read two superblocks; the next commit writes both
      // (docs/decisions/0012).
      afterwards = defaultRoot(sight.kernel()).flatMap(this::sideOf);
    } else {
      disagree(sight.loader(), sight.kernel());
    }
  }

  private void disagree(Optional<String> loaderMenu, Optional<String> kernelMenu) {
    violated(
        Property.P3,
        "the boot loader would start %s, but to the kernel the default is %s"
            .formatted(defaultIn(loaderMenu), defaultIn(kernelMenu)));
  }

  /** After recovery and its commits the boot loader and the kernel read the same menu (P3). */
  void oneTruth() {
    Optional<String> loaderMenu = new BootLoaderView(device).menu();
    if (newerCopy && !loaderMenu.equals(sight.kernel())) {
      disagree(loaderMenu, sight.kernel());
    }
  }

  /** What the menu does, on a disk whose files can all be read. */
  private BootPlan plan(Optional<String> menu) {
    return MenuPlan.of(menu, filesystem);
  }

  /** What the design says of a machine that boots this side next (DESIGN §4, §5). */
  private ExpectedBoot expectedBoot(Side next) {
    Map<String, ExpectedBoot.Told> entries = new HashMap<>();
    for (Side each : Side.values()) {
      entries.put(root(each), new ExpectedBoot.Told(arguments(each), mounts(each)));
    }
    List<String> roots = new ArrayList<>();
    if (next == Side.NEW && expectations.tree(next).sealed().get(BLESSING_UNIT).isPresent()) {
      roots.addAll(Collections.nCopies(BOOTS_OF_A_TRIAL, root(Side.NEW)));
      roots.add(root(Side.OLD));
    } else {
      roots.add(root(next));
    }
    return new ExpectedBoot(filesystem.toString(), entries, roots);
  }

  /**
   * Words of the image or the owner replace the two consoles. The owner wrote theirs after the old
   * system became the default, so only the new one's entry must have them (DESIGN §4).
   */
  private Set<String> arguments(Side each) {
    DeploymentTree tree = expectations.tree(each);
    boolean own =
        tree.sealed().get("usr/lib/kernel/cmdline").isPresent()
            || tree.etc().get("kernel/cmdline").isPresent();
    Set<String> words = new TreeSet<>(own ? Set.of() : Set.of("console=tty0", "console=ttyS0"));
    if (each == Side.NEW) {
      words.add(LivedInMachine.KERNEL_ARGUMENT);
    }
    return words;
  }

  /** What the deployment's own fstab mounts, systemd must not be told again. */
  private Set<String> mounts(Side each) {
    String fstab = new BootLoaderView(device).text(root(each) + "/etc/fstab").orElse("");
    return fstab.lines().anyMatch(MOUNT_OF_VAR.asMatchPredicate()) ? Set.of() : Set.of("/var");
  }

  private String root(Side each) {
    return DeploymentLayout.fromTopLevel(expectations.id(each));
  }

  private void bootFiles(BootPlan.Entry entry, Side its) {
    bootFile("kernel", entry.kernel(), entry.subvolume(), its);
    bootFile("initrd", entry.initrd(), entry.subvolume(), its);
  }

  private void bootFile(String what, String path, String root, Side its) {
    if (!path.startsWith(root + "/")) {
      return; // the menu was judged already
    }
    String inTree = path.substring(root.length() + 1);
    Optional<TreeEntry> expected = expectations.tree(its).sealed().get(inTree);
    try {
      String digest = new BootLoaderView(device).digest(path);
      if (expected.isEmpty() || !expected.get().contentDigest().equals(digest)) {
        violated(
            Property.P1,
            "the boot loader would start %s, whose %s /%s is not the image's"
                .formatted(its, what, inTree));
      }
    } catch (CommandFailedException cannotRead) {
      // GRUB's own words repeat the whole path, twice.
      String error = cannotRead.standardError();
      violated(
          Property.P1,
          "the boot loader would start %s, whose %s /%s it cannot %s"
              .formatted(its, what, inTree, error.contains("not found") ? "find" : "read"));
    }
  }

  private String defaultIn(Optional<String> menu) {
    return defaultRoot(menu)
        .map(root -> sideOf(root).map(Side::toString).orElse("/" + root))
        .orElse("missing");
  }

  private Optional<Side> sideOf(String root) {
    for (Side candidate : Side.values()) {
      if (root.equals(DeploymentLayout.fromTopLevel(expectations.id(candidate)))) {
        return Optional.of(candidate);
      }
    }
    return Optional.empty();
  }

  /**
   * Recovery as a boot does it, twice, then everything that must have survived (P1, P4, P5, P6).
   */
  void recovery(Path top) {
    subvolumes = SystemUnderTest.subvolumes(top);
    Updater.Result recovered = recover(top);
    if (!recovered.succeeded()) {
      violated(Property.P5, "recovery fails: " + recovered.complaint());
    }
    Updater.Result again = recover(top);
    if (!again.succeeded() || !again.error().isEmpty()) {
      violated(Property.P5, "a second recovery still finds work: " + again.error().strip());
    }
    if (!CrashOracle.kernelMenu(top).equals(sight.kernel())) {
      violated(Property.P1, "recovery changed the boot menu");
    }
    side.ifPresent(booted -> requireKept(top, booted));
    requireNoLeak(top);
  }

  private Updater.Result recover(Path top) {
    return side.map(booted -> updater.recover(top, expectations.id(booted)))
        .orElseGet(() -> updater.recover(top));
  }

  private void requireKept(Path top, Side booted) {
    requireTree(Property.P1, top, booted, "the machine boots %s, in which".formatted(booted));
    if (booted == Side.NEW) {
      requireTree(Property.P4, top, Side.OLD, "the fallback is damaged:");
      Optional<Side> fallback =
          plan(sight.loader()).fallback().flatMap(entry -> sideOf(entry.subvolume()));
      if (!fallback.equals(Optional.of(Side.OLD))) {
        violated(Property.P4, "the new system has no fallback");
      }
    }
    requireData(top);
  }

  private void requireData(Path top) {
    expectations
        .data()
        .forEach(
            (name, wanted) -> {
              String directory = "/" + name.substring(1);
              if (!Files.isDirectory(top.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
                violated(Property.P4, "%s was not kept: it is missing".formatted(directory));
                return;
              }
              try {
                List<TreeDifference> lost = SystemUnderTest.data(top, name).differencesFrom(wanted);
                first(lost, name.substring(1))
                    .ifPresent(
                        difference ->
                            violated(
                                Property.P4,
                                "%s was not kept: %s".formatted(directory, difference)));
              } catch (TreeReadException cannotRead) {
                violated(
                    Property.P4,
                    "%s was not kept: %s".formatted(directory, cannotRead.getMessage()));
              }
            });
  }

  private void requireTree(Property property, Path top, Side wanted, String subject) {
    requireTree(property, top, wanted, expectations.id(wanted), subject);
  }

  private void requireTree(
      Property property, Path top, Side wanted, DeploymentId id, String subject) {
    if (!Files.isDirectory(new DeploymentLayout(top).deployment(id), LinkOption.NOFOLLOW_LINKS)) {
      violated(property, "%s the root is missing".formatted(subject));
      return;
    }
    try {
      DeploymentTree found = DeploymentTree.read(top, id);
      DeploymentTree expected = expectations.tree(wanted);
      first(found.sealed().differencesFrom(expected.sealed()), "")
          .ifPresent(difference -> violated(property, subject + " " + difference));
      first(found.etc().differencesFrom(expected.etc()), "etc")
          .ifPresent(
              difference ->
                  violated(
                      property == Property.P1 ? Property.P4 : property,
                      subject + " " + difference));
      requireSealed(property, top, wanted, id, subject);
    } catch (TreeReadException cannotRead) {
      violated(
          property, "%s a file cannot be read: %s".formatted(subject, cannotRead.getMessage()));
    }
  }

  private void requireSealed(
      Property property, Path top, Side wanted, DeploymentId id, String subject) {
    Path root = new DeploymentLayout(top).deployment(id);
    if (!SystemUnderTest.isReadOnly(root)) {
      violated(property, subject + " the root is writable");
    }
    if (SystemUnderTest.isReadOnly(root.resolve("etc"))) {
      violated(property, subject + " /etc is read-only");
    }
    if (!DeploymentTree.origin(top, id).equals(Optional.of(expectations.origin(wanted)))) {
      violated(property, subject + " the record names another image or reference");
    }
  }

  private static Optional<String> first(List<TreeDifference> differences, String below) {
    if (differences.isEmpty()) {
      return Optional.empty();
    }
    TreeDifference difference = differences.getFirst();
    String path = below.isEmpty() ? difference.path() : below + "/" + difference.path();
    String wrong =
        switch (difference.what()) {
          case "missing" -> "/%s is missing".formatted(path);
          case "not expected" -> "/%s should not be there".formatted(path);
          default -> "/%s is wrong: %s".formatted(path, difference.what());
        };
    return Optional.of(
        differences.size() == 1
            ? wrong
            : wrong
                + String.format(
                    Locale.ROOT, " (and %,d more differences)", differences.size() - 1));
  }

  /** After recovery there is nothing but what may be there (P6). */
  private void requireNoLeak(Path top) {
    for (String stray : SystemUnderTest.strays(top, expectations.ownSubvolumes())) {
      violated(Property.P6, "recovery leaves /" + stray);
    }
    if (side.equals(Optional.of(Side.OLD))
        && Files.exists(new DeploymentLayout(top).deployment(expectations.id(Side.NEW)))) {
      violated(Property.P6, "recovery leaves a deployment that never became the default");
    }
  }

  /** btrfs's own check of the filesystem, not mounted (P1). */
  void filesystem() {
    FilesystemCheck.complaint(device)
        .ifPresent(
            complaint ->
                violated(Property.P1, "btrfs check finds the filesystem damaged: " + complaint));
  }

  /** The same update again gives the same system as if nothing had happened (P5, P6). */
  void updateAgain(Path top) {
    Updater.Result again = updater.update(top, newReference, Progress.NONE);
    if (!again.succeeded()) {
      violated(Property.P5, "the same update fails after recovery: " + again.complaint());
      return;
    }
    DeploymentId updated = updatedId(CrashOracle.kernelMenu(top));
    requireTree(
        Property.P5,
        top,
        Side.NEW,
        updated,
        "the same update after recovery deploys a tree in which");
    if (!defaultRoot(CrashOracle.kernelMenu(top))
        .equals(Optional.of(DeploymentLayout.fromTopLevel(updated)))) {
      violated(
          Property.P5, "the same update after recovery does not make the new system the default");
    }
    for (String stray : SystemUnderTest.strays(top, expectations.ownSubvolumes())) {
      violated(Property.P6, "the same update after recovery leaves /" + stray);
    }
    SortedSet<String> found = SystemUnderTest.deployments(top);
    Set<String> wanted = Set.of(expectations.id(Side.OLD).toString(), updated.toString());
    if (!found.equals(wanted)) {
      violated(
          found.containsAll(wanted) ? Property.P6 : Property.P4,
          "after the same update again the deployments are %s, not %s"
              .formatted(found, new TreeSet<>(wanted)));
    }
  }

  /**
   * The deployment that an update makes. Where the machine has booted the new system already and
   * will boot the old one, recovery must leave the one that runs alone, and the update makes
   * another of the same image.
   */
  private DeploymentId updatedId(Optional<String> menu) {
    DeploymentId usual = expectations.id(Side.NEW);
    if (side.equals(afterwards)) {
      return usual;
    }
    return defaultRoot(menu)
        .map(root -> root.substring(root.lastIndexOf('/') + 1))
        .filter(name -> name.startsWith(usual + "-"))
        .map(DeploymentId::parse)
        .orElse(usual);
  }

  private Optional<String> defaultRoot(Optional<String> menu) {
    return MenuPlan.firstRoot(menu, filesystem);
  }

  private void violated(Property property, String text) {
    violations.add(new Violation(property, text));
  }
}
