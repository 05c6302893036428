package io.github.containersnap.harness.oracle;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.experiment.DeploymentExpectations;
import io.github.containersnap.harness.experiment.LivedInMachine;
import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.harness.oracle.reading.BootLoaderView;
import io.github.containersnap.harness.oracle.reading.CrashStateView;
import io.github.containersnap.harness.oracle.reading.GrubMenuReading;
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
import io.github.containersnap.harness.property.Reserves;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.view.SystemView;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;

/**
 * One crash state, looked at in the order of DESIGN §8: cheapest first, each question a method.
 * What must hold, the properties' own classes decide.
 */
final class DeploymentExamination {
  private final Path device;
  private final DeploymentExpectations expectations;
  private final Updater updater;
  private final String newReference;
  private final QuickView sight;
  private final boolean newerCopy;
  private final SharedFindings shared;
  private final WalkedSubvolumes walked;
  private final CrashStateView atPowerOn;
  private final MenuReading menu;
  private final ExpectedSystems systems;
  private final Set<Violation> violations = new LinkedHashSet<>();
  private final Optional<Side> side;
  private Optional<Side> afterwards;
  private SortedSet<String> subvolumes = Collections.emptySortedSet();

  DeploymentExamination(
      Path device,
      UUID filesystem,
      DeploymentExpectations expectations,
      Updater updater,
      String newReference,
      QuickView sight,
      boolean newerCopy,
      SharedFindings shared,
      WalkedSubvolumes walked) {
    this.device = device;
    this.menu = new GrubMenuReading(filesystem);
    this.expectations = expectations;
    this.updater = updater;
    this.newReference = newReference;
    this.sight = sight;
    this.newerCopy = newerCopy;
    this.shared = shared;
    this.walked = walked;
    this.atPowerOn = CrashStateView.atPowerOn(device, sight, menu);
    String oldRoot = DeploymentLayout.fromTopLevel(expectations.id(Side.OLD));
    this.systems =
        new ExpectedSystems(
            expectations,
            filesystem,
            new BootLoaderView(device).text(oldRoot + "/etc/fstab").orElse(""),
            Set.of(LivedInMachine.KERNEL_ARGUMENT));
    this.side = side(Reader.BOOT_LOADER);
    this.afterwards = side;
  }

  private Optional<Side> side(Reader reader) {
    return atPowerOn
        .boot(reader)
        .known()
        .map(plan -> plan.at(1))
        .filter(BootPlan.Entry.class::isInstance)
        .flatMap(start -> systems.sideAt(((BootPlan.Entry) start).subvolume()));
  }

  Observation observation() {
    return new Observation(
        sight.loader(),
        sight.kernel(),
        side,
        afterwards,
        subvolumes,
        List.copyOf(violations),
        side.isPresent()
            ? new Durable().judge(atPowerOn, systems.reported())
            : List.of()); // that nothing boots is said already
  }

  /** What must be so of a machine that boots what this one does. */
  private Expected expected() {
    return side.map(systems::booting).orElseGet(systems::bootingEither);
  }

  private void judge(SystemView view, List<Judgement> properties) {
    properties.forEach(property -> violations.addAll(property.judge(view, expected())));
  }

  /** What GRUB would start, read by GRUB's own driver, and whether the kernel agrees. */
  void bootLoader() {
    judge(atPowerOn, List.of(new Atomic(), new ComesUp(), new FallsBack()));
    if (newerCopy && sight.obstacle().isEmpty()) {
      // GRUB and the kernel read two superblocks; the next commit writes both
      // (docs/decisions/0012).
      afterwards = side(Reader.KERNEL);
    } else {
      judge(atPowerOn, List.of(new OneTruth()));
    }
  }

  /** After recovery and its commits the boot loader and the kernel read the same menu. */
  void oneTruthAfterRecovery() {
    if (newerCopy) {
      QuickView recovered =
          new QuickView(new BootLoaderView(device).menu(), sight.kernel(), Optional.empty());
      judge(CrashStateView.atPowerOn(device, recovered, menu), List.of(new OneTruth()));
    }
  }

  /** Recovery as a boot does it, twice, then everything that must have survived. */
  void recovery(Path top) {
    subvolumes = MountedSystem.subvolumes(top);
    Updater.Result recovered = recover(top);
    Updater.Result again = recover(top);
    violations.addAll(Converges.ofRecovery(recovered.failure(), again.noise()));
    if (!menu.mounted(top).equals(sight.kernel())) {
      violations.add(new Violation(Property.P1, "recovery changed the boot menu"));
    }
    SystemView view =
        atPowerOn.recovered(
            SystemAtRest.recovered(
                top,
                menu.plan(menu.mounted(top)),
                expectations.ownSubvolumes(),
                shared.deployments().on(top, walked.mounted(top))));
    // Where neither system boots, nothing is known of what there must be.
    judge(
        view,
        side.isPresent()
            ? List.of(new Atomic(), new Keeps(), new NoLeaks(), new Reserves())
            : List.of(new NoLeaks()));
  }

  private Updater.Result recover(Path top) {
    return side.map(booted -> updater.recover(top, expectations.id(booted)))
        .orElseGet(() -> updater.recover(top));
  }

  /** The filesystem itself, not mounted any more. */
  void filesystem() {
    judge(atPowerOn.unmounted(device), List.of(new Atomic()));
  }

  /** The same update again gives the same system as if nothing had happened. */
  void updateAgain(Path top) {
    Optional<String> machine =
        MachineDigest.of(top, walked).map(digest -> digest + " " + side + " " + afterwards);
    violations.addAll(shared.onMachine(machine, () -> afterUpdateAgain(top)));
  }

  private List<Violation> afterUpdateAgain(Path top) {
    Updater.Result again = updater.update(top, newReference, Progress.NONE);
    if (!again.succeeded()) {
      return List.of(Converges.ofFailure(again.complaint()));
    }
    SystemView updated =
        SystemAtRest.updatedAgain(
            top,
            menu.plan(menu.mounted(top)),
            expectations.ownSubvolumes(),
            Set.of(expectations.id(Side.OLD).toString()));
    return new Converges().judge(updated, expectedOf(updated));
  }

  /**
   * What must be so after the same update. Where the machine has booted the new system already and
   * will boot the old one, recovery must leave the one that runs alone, and the update makes
   * another of the same image; what that falls back to is not asked.
   */
  private Expected expectedOf(SystemView updated) {
    DeploymentId usual = expectations.id(Side.NEW);
    if (side.equals(afterwards)) {
      return systems.updatedTo(usual, Optional.of(expectations.id(Side.OLD)));
    }
    DeploymentId made =
        updated.deployments().known().stream()
            .flatMap(Set::stream)
            .filter(id -> id.startsWith(usual + "-"))
            .findFirst()
            .map(DeploymentId::parse)
            .orElse(usual);
    return systems.updatedTo(made, Optional.empty());
  }
}
