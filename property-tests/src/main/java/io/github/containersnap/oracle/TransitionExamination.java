package io.github.containersnap.oracle;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.Progress;
import io.github.containersnap.experiment.DeploymentTree;
import io.github.containersnap.experiment.MachineOnPaper;
import io.github.containersnap.experiment.SystemUnderTest;
import io.github.containersnap.experiment.TransitionExpectations;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.experiment.Verb;
import io.github.containersnap.properties.Atomic;
import io.github.containersnap.properties.BootPlan;
import io.github.containersnap.properties.Boots;
import io.github.containersnap.properties.Converges;
import io.github.containersnap.properties.FallsBack;
import io.github.containersnap.properties.Judgement;
import io.github.containersnap.properties.Keeps;
import io.github.containersnap.properties.NoLeaks;
import io.github.containersnap.properties.OneTruth;
import io.github.containersnap.properties.Property;
import io.github.containersnap.properties.Reader;
import io.github.containersnap.properties.Side;
import io.github.containersnap.properties.SystemView;
import io.github.containersnap.properties.Violation;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * One crash state of a transition. It holds if what boots is whole before recovery, and if the
 * machine is afterwards wholly what it was before the transition, or wholly what it is after it.
 * What must hold, the properties' own classes decide.
 */
final class TransitionExamination {
  private static final List<Judgement> OF_THE_BOOT =
      List.of(new Atomic(), new Boots(), new FallsBack());
  private static final List<Judgement> OF_THE_MACHINE =
      List.of(new Atomic(), new Boots(), new FallsBack(), new Keeps(), new NoLeaks());

  private final Path device;
  private final TransitionExpectations expectations;
  private final Updater updater;
  private final MenuReading menu;
  private final FirstSight sight;
  private final boolean newerCopy;
  private final CrashStateView atPowerOn;
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
    this.expectations = expectations;
    this.updater = updater;
    this.menu = menu;
    this.sight = sight;
    this.newerCopy = newerCopy;
    this.atPowerOn = CrashStateView.atPowerOn(device, sight, menu);
    this.machine =
        new ExpectedMachine(expectations.bootLoader(), filesystem, fstabs(device, expectations));
    this.booted =
        atPowerOn.boot(Reader.BOOT_LOADER).at(1) instanceof BootPlan.Entry first
            ? deployment(first.subvolume())
            : Optional.empty();
    this.bootedOnce = booted.filter(id -> readersDiffer() && isNew(id));
  }

  /** What the fstab of each deployment says, which the menu's arguments depend on. */
  private static Map<DeploymentId, String> fstabs(
      Path device, TransitionExpectations expectations) {
    BootLoaderView loader = new BootLoaderView(device);
    Set<DeploymentId> ids = new TreeSet<>(expectations.before().deployments().keySet());
    ids.addAll(expectations.after().deployments().keySet());
    return ids.stream()
        .collect(
            Collectors.toMap(
                id -> id,
                id ->
                    loader
                        .text(DeploymentLayout.fromTopLevel(id) + "/etc/fstab")
                        .orElse("")));
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
        sight.loader(), sight.kernel(), side, afterwards, subvolumes, List.copyOf(violations));
  }

  boolean canBeMounted() {
    return sight.obstacle().isEmpty();
  }
}
