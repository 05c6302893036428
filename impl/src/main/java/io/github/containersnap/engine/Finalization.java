package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Deployments;
import io.github.containersnap.engine.deployment.EtcOrigin;
import io.github.containersnap.engine.deployment.EtcOrigins;
import io.github.containersnap.engine.deployment.Journal;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.etc.EtcConflicts;
import io.github.containersnap.engine.etc.EtcFlags;
import io.github.containersnap.engine.etc.EtcMerge;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.model.UpdateException;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.etc.EtcAction;
import io.github.containersnap.etc.EtcConflict;
import io.github.containersnap.etc.EtcMergePlan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Carries what the running system has changed in /etc since an update into the deployment that the
 * update made, so that its first boot has the /etc that the old system stopped with (P4).
 *
 * <p>Run it when the system shuts down, and early in each boot: there it finds what a power cut
 * kept from being carried. Both are the same transaction: a three-way merge of the frozen /etc that
 * the deployment's own was made from, the same /etc as it is now, and the deployment's own. It is
 * repeatable; merged twice is merged once. It ends with the deployment's blessing, from which on
 * its /etc goes its own way.
 *
 * <p>The merged /etc is built beside the deployments and swapped in by one exchange of two names.
 * The root must be writable for that, for as long as it takes; recovery seals it again.
 *
 * <p>A test does at "shutdown" what the unit does: {@code new Finalization(machine).run()} with the
 * machine still running, then restarts; after the next start it runs it again, after {@link
 * Recovery} and before the blessing. {@code container-snap finalize} is the same verb.
 */
public final class Finalization {
  private final Machine machine;
  private final Ports ports;
  private final DeploymentLayout layout;
  private final Deployments deployments;
  private final EtcOrigins origins;
  private final Journal journal;

  /** Finalizes on {@code machine}. */
  public Finalization(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
    this.layout = machine.layout();
    this.deployments = machine.deployments();
    this.origins = new EtcOrigins(ports, layout);
    this.journal = new Journal(ports.files(), layout);
  }

  /**
   * Takes the lock and carries over what has changed; returns when that is durable.
   *
   * @return what there was to do, for the running deployment and the default; empty if both have an
   *     /etc of their own
   * @throws UpdateException if it cannot be done; the deployment that it failed for then has the
   *     /etc it had
   */
  public List<FinalizationResult> run() {
    machine.requireInitialized();
    if (unfinished().isEmpty()) {
      return List.of(); // every boot and every shutdown but those of an update ends here
    }
    return new Transaction(machine).run(this::finalized);
  }

  private List<FinalizationResult> finalized() {
    List<FinalizationResult> outcomes = new ArrayList<>();
    for (DeploymentId id : unfinished()) {
      outcomes.add(whileLocked(id));
    }
    return List.copyOf(outcomes);
  }

  /** What runs and what boots next, as far as their /etc may lack changes. */
  private List<DeploymentId> unfinished() {
    return machine
        .currentAndDefault()
        .filter(id -> origins.of(id).isPresent() && !isBlessed(id))
        .toList();
  }

  /** A crash can leave the origin of what was just blessed; the next blessing forgets it. */
  private boolean isBlessed(DeploymentId id) {
    return ports
        .bootloader()
        .menu()
        .flatMap(menu -> menu.entry(id))
        .filter(entry -> entry.standing() instanceof TrialState.Blessed)
        .isPresent();
  }

  private FinalizationResult whileLocked(DeploymentId id) {
    return new Transaction(machine)
        .recoveringOnFailure(() -> transaction(id, origins.of(id).orElseThrow()));
  }

  /** Each step says what a crash in it leaves; "old" is the /etc that the deployment had. */
  private FinalizationResult transaction(DeploymentId id, EtcOrigin origin) {
    DeploymentId source = origin.deployment();
    if (!ports.files().exists(layout.deployment(source)) || !deployments.isReadOnly(id)) {
      return new FinalizationResult.Unchanged(id);
    }
    Path running = deployments.root(source).etc();
    ports.btrfs().commit(layout.state()); // the generation of a change counts from its commit on
    if (!hasChangedSince(origin.generation(), running)) {
      return new FinalizationResult.Unchanged(id);
    }
    new SpareRoom(machine).useIfTight();
    Frozen frozen = freeze(source); // 1 crash: old, and a snapshot; recovery removes it.
    EtcMerge merge = merge(id, frozen);
    EtcMergePlan plan = merge.plan(); // 2 crash: as 1. Reads only.
    EtcFlags flags = merge.flags();
    if (plan.actions().isEmpty() && flags.changes().isEmpty()) {
      renew(id, frozen); // 3 crash: old, with the old base or the new one, which merge alike.
      machine.removal().removeLeftover(frozen.etc());
      return new FinalizationResult.Unchanged(id);
    }
    journal.open(new Journal.FinalizeIntent(1, id.toString(), source.toString())); // 4 crash: old.
    Path draft = layout.etcDraft(id);
    new DeepSnapshot(ports.btrfs(), ports.files()).make(deployments.root(id).etc(), draft);
    merge.apply(plan, flags); // 5 crash: old, and a draft; recovery removes it.
    new EtcConflicts(ports.files(), layout).add(id, plan.conflicts());
    ports.btrfs().commit(layout.deployments()); // 6 crash: as 5. The draft is whole after it.
    swap(id, draft); // 7 COMMIT POINT: one exchange. crash: old or new, perhaps in a writable root.
    clearUp(id, draft, frozen); // 8 crash: new; recovery renews the base and removes the rest.
    return new FinalizationResult.Carried(id, source, paths(plan, flags), plan.conflicts());
  }

  /**
   * Carries what was changed in the /etc of {@code source}, against its image, into that of {@code
   * id}, and then makes that the default: both or neither. The caller holds the lock. What changes
   * in {@code source} afterwards, the next finalization carries.
   *
   * @param makeDefault replaces the boot menu; a crash between the exchange and this leaves the old
   *     menu, and the changes in the /etc of what is not booted by it
   */
  FinalizationResult.Carried carryBack(DeploymentId id, DeploymentId source, Runnable makeDefault) {
    return new Transaction(machine).recoveringOnFailure(() -> carriedBack(id, source, makeDefault));
  }

  private FinalizationResult.Carried carriedBack(
      DeploymentId id, DeploymentId source, Runnable makeDefault) {
    Frozen frozen = freeze(source);
    EtcMerge merge = back(id, source, frozen.etc());
    EtcMergePlan plan = merge.plan();
    EtcFlags flags = merge.flags();
    Path draft = layout.etcDraft(id);
    journal.open(new Journal.FinalizeIntent(1, id.toString(), source.toString()));
    new DeepSnapshot(ports.btrfs(), ports.files()).make(deployments.root(id).etc(), draft);
    merge.apply(plan, flags);
    ports.btrfs().commit(layout.deployments());
    long merged = swap(id, draft);
    try {
      makeDefault.run();
    } catch (RuntimeException failure) {
      takeBack(deployments.root(id), draft, merged, failure);
      throw failure;
    }
    settleBack(id, frozen, draft);
    return new FinalizationResult.Carried(id, source, paths(plan, flags), plan.conflicts());
  }

  private EtcMerge back(DeploymentId id, DeploymentId source, Path changed) {
    return new EtcMerge(
        ports.files(),
        deployments.root(source).imageEtc(),
        changed,
        deployments.root(id).etc(),
        layout.etcDraft(id));
  }

  /** As {@link #clearUp}, but the base of the next merge is what was carried back. */
  private void settleBack(DeploymentId id, Frozen frozen, Path draft) {
    try {
      journal.clear();
      machine.removal().removeLeftover(draft);
      origins.renew(id, frozen.etc(), frozen.origin());
      ports.btrfs().commit(layout.state());
    } catch (RuntimeException failure) {
      noteRest(failure);
    }
  }

  /**
   * The paths below /etc that were changed in {@code source}, against its image, and are not so in
   * {@code id}: what stays behind when that is booted instead. Only reads.
   */
  public List<String> leftBehind(DeploymentId id, DeploymentId source) {
    EtcMerge merge = back(id, source, deployments.root(source).etc());
    return paths(merge.plan(), merge.flags());
  }

  /** Whether an /etc, or a subvolume in it, was changed by a later transaction. */
  private boolean hasChangedSince(long generation, Path etc) {
    return ports.btrfs().generation(etc).latest() > generation
        || ports.btrfs().nested(etc).stream().anyMatch(it -> hasChangedSince(generation, it));
  }

  /** An /etc that nobody writes to, and the transaction that froze it. */
  private record Frozen(Path etc, EtcOrigin origin) {}

  private Frozen freeze(DeploymentId source) {
    Path frozen = layout.frozenEtc();
    new DeepSnapshot(ports.btrfs(), ports.files()).make(deployments.root(source).etc(), frozen);
    long generation = ports.btrfs().generation(frozen).creation();
    return new Frozen(frozen, new EtcOrigin(1, source.toString(), generation));
  }

  private EtcMerge merge(DeploymentId id, Frozen frozen) {
    return EtcMerge.sinceThen(
        ports.files(),
        origins.base(id),
        frozen.etc(),
        deployments.root(id).etc(),
        layout.etcDraft(id));
  }

  /**
   * Swaps the draft with the deployment's /etc. The root is read-only, and the kernel refuses the
   * exchange there; so a crash can leave it writable with the old /etc or the new one, whole. If
   * this fails, the exchange is taken back, and recovery seals the root (P13).
   *
   * @return the transaction that made the draft, by which {@link #takeBack} knows it
   */
  private long swap(DeploymentId id, Path draft) {
    SealedRoot root = deployments.root(id);
    long merged = ports.btrfs().generation(draft).creation();
    try {
      ports.btrfs().setReadOnly(root.root(), false);
      ports.files().exchange(draft, root.etc());
      ports.btrfs().setReadOnly(root.root(), true);
      ports.btrfs().commit(layout.deployments());
      return merged;
    } catch (RuntimeException failure) {
      takeBack(root, draft, merged, failure);
      throw failure;
    }
  }

  /** Exchanges once more if the merged /etc, which its creation tells, is in place. */
  private void takeBack(SealedRoot root, Path draft, long merged, RuntimeException failure) {
    try {
      if (ports.btrfs().generation(root.etc()).creation() == merged) {
        ports.btrfs().setReadOnly(root.root(), false);
        ports.files().exchange(draft, root.etc());
      }
    } catch (RuntimeException again) {
      failure.addSuppressed(again); // the deployment keeps the new /etc, whole
    }
  }

  /** What was carried is durable and stands if this fails; the next recovery clears up then. */
  private void clearUp(DeploymentId id, Path draft, Frozen frozen) {
    try {
      renew(id, frozen);
      journal.clear();
      machine
          .removal()
          .removeLeftover(draft); // the exchanges have given these the old /etc, old base
      machine.removal().removeLeftover(frozen.etc());
    } catch (RuntimeException failure) {
      noteRest(failure);
    }
  }

  /**
   * Settles a finalization that a crash cut off after its commit point: what it merged becomes the
   * base of the next merge, so that a change that is taken back is taken back in the new system
   * too. The base's generation stays, and so the next finalization looks again.
   */
  static void renewIfCarried(Machine machine, DeploymentId id, String source) {
    DeploymentLayout layout = machine.layout();
    Ports ports = machine.ports();
    Path frozen = layout.frozenEtc();
    Path base = layout.etcBase(id);
    boolean sameSource =
        new EtcOrigins(ports, layout).of(id).filter(it -> it.source().equals(source)).isPresent();
    if (!sameSource || !ports.files().exists(frozen)) {
      return; // a rollback carries back: its base is another deployment's /etc, and stays
    }
    Path etc = machine.deployments().root(id).etc();
    EtcMerge merge = EtcMerge.sinceThen(ports.files(), base, frozen, etc, layout.etcDraft(id));
    if (merge.plan().actions().isEmpty() && merge.flags().changes().isEmpty()) {
      ports.files().exchange(frozen, base); // crash: recovery comes here again, with the old base
    }
  }

  private void noteRest(RuntimeException failure) {
    machine
        .progress()
        .notes(
            "not all could be cleared up (%s); the next recovery does the rest"
                .formatted(failure.getMessage()));
  }

  /**
   * Makes what was merged the base of the next merge. The base is durable before its generation is:
   * a base that is newer than its generation is merged once too often, which changes nothing.
   */
  private void renew(DeploymentId id, Frozen frozen) {
    ports.files().exchange(frozen.etc(), origins.base(id));
    ports.btrfs().commit(layout.state());
    origins.replaceDurably(id, frozen.origin());
  }

  private static List<String> paths(EtcMergePlan plan, EtcFlags flags) {
    return Stream.concat(plan.actions().stream().map(EtcAction::path), flags.changes().stream())
        .distinct()
        .sorted()
        .toList();
  }

  /** What there was to do for a deployment. */
  public sealed interface FinalizationResult {
    /** Whose /etc it is about. */
    DeploymentId deployment();

    /**
     * Changes were carried over.
     *
     * @param source whose /etc they were made in
     * @param paths what was replaced, below /etc
     * @param conflicts where both had changed; what was in {@code source} is kept
     */
    record Carried(
        DeploymentId deployment,
        DeploymentId source,
        List<String> paths,
        List<EtcConflict> conflicts)
        implements FinalizationResult {
      public Carried {
        paths = List.copyOf(paths);
        conflicts = List.copyOf(conflicts);
      }
    }

    /** Nothing has changed since. */
    record Unchanged(DeploymentId deployment) implements FinalizationResult {}
  }
}
