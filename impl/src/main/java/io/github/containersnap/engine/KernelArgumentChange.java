package io.github.containersnap.engine;

import io.github.containersnap.engine.arguments.ArgumentsNotPassedException;
import io.github.containersnap.engine.arguments.KernelArgumentEdit;
import io.github.containersnap.engine.arguments.RefusedArgumentException;
import io.github.containersnap.engine.bootable.OwnKernelArguments;
import io.github.containersnap.engine.deployment.Deployments;
import io.github.containersnap.engine.deployment.Journal;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.NextMenu;
import io.github.containersnap.engine.deployment.Pins;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.FilesystemFullException;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.Ports;
import java.util.Optional;

/**
 * Changes the kernel arguments of what boots next.
 *
 * <p>The change is a deployment of its own: a snapshot of the default whose /etc has the new
 * arguments. So there is one commit point, the menu, and what falls back has the arguments of
 * before: with the default edited in place, a wrong argument would fall back to an older system, or
 * to none, and the menu and /etc would be two durable steps (decision 23). What is changed in the
 * running /etc before the restart is carried over by {@link Finalization}, as after an update.
 */
public final class KernelArgumentChange {
  private final Machine machine;
  private final Ports ports;
  private final Deployments deployments;
  private final Journal journal;

  /** On {@code machine}. */
  public KernelArgumentChange(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
    this.deployments = machine.deployments();
    this.journal = new Journal(ports.files(), machine.layout());
  }

  /** What there was to do. */
  public sealed interface ChangeResult {
    /** The deployment that boots next. */
    DeploymentId boots();

    /**
     * A new deployment boots next.
     *
     * @param base what would have booted, with the arguments of before
     * @param menu the new menu
     * @param replaced whether {@code base} was itself made for the next boot, and boots no more
     */
    record Changed(DeploymentId base, BootMenu menu, boolean replaced) implements ChangeResult {
      @Override
      public DeploymentId boots() {
        return menu.byDefault().deployment();
      }
    }

    /** The default has these arguments already. */
    record Unchanged(DeploymentId boots) implements ChangeResult {}
  }

  /**
   * Makes the change; returns when it is durable. A failure has changed nothing.
   *
   * @throws ArgumentsNotPassedException if the boot loader tells a kernel no arguments of ours
   * @throws RefusedArgumentException if the change cannot be made
   * @throws NotADeploymentException if nothing boots
   * @throws RefusedException if the default is writable: work in it may not be finished
   * @throws FilesystemFullException if there is no room for the deployment
   */
  public ChangeResult to(KernelArgumentEdit edit) {
    return new Transaction(machine).run(() -> whileLocked(edit));
  }

  private ChangeResult whileLocked(KernelArgumentEdit edit) {
    if (!ports.bootloader().passesArguments()) {
      throw new ArgumentsNotPassedException();
    }
    DeploymentId base = machine.requireDefault();
    OwnKernelArguments own = OwnKernelArguments.of(ports.files(), deployments.root(base));
    OwnKernelArguments wanted = edit.appliedTo(deployments.kernelArguments(base), own);
    if (wanted.equals(own)) {
      // The command that made it the default may have been killed before its last commit.
      ports.btrfs().commit(machine.layout().state());
      return new ChangeResult.Unchanged(base);
    }
    if (!deployments.isReadOnly(base)) {
      throw RefusedException.switchToWritable(base);
    }
    new Preflight(machine).requireForSnapshot();
    Optional<BootMenu> inForce = ports.bootloader().menu();
    boolean replaces = wasMadeForTheNextBoot(base, inForce);
    boolean goes = replaces && !new Pins(machine).all().contains(base);
    NextMenu next = new NextMenu(machine, inForce);
    BootMenu menu =
        new Transaction(machine)
            .recoveringOnFailure(
                () -> transaction(base, wanted, replaces ? next.without(base) : next));
    settle(base, goes);
    return new ChangeResult.Changed(base, menu, replaces);
  }

  private boolean wasMadeForTheNextBoot(DeploymentId base, Optional<BootMenu> inForce) {
    return machine
        .running()
        .filter(running -> !running.equals(base))
        .filter(running -> Discard.wasMadeForTheNextBoot(machine, base, running, inForce))
        .isPresent();
  }

  /**
   * Each step says what a crash in it leaves; "old" is the menu, and so the arguments, of before.
   */
  private BootMenu transaction(DeploymentId base, OwnKernelArguments wanted, NextMenu next) {
    DeploymentId id = machine.workNumbers().next(base.image()); // 1 crash: old; a number is wasted.
    // Durable before the first write it speaks of, so that recovery knows whose deployment this is.
    journal.open(new Journal.SnapshotIntent(1, id.toString(), base.toString())); // 2 crash: old.
    SealedRoot root = deployments.root(base);
    SealedRoot draft = new Snapshot(machine).draft(root, base, id); // 3 crash: old, and a draft.
    // Looked at once more: the base's /etc may be that of the running system, and change any time.
    OwnKernelArguments _ = OwnKernelArguments.of(ports.files(), draft);
    wanted.writeTo(ports.files(), draft);
    ports.btrfs().setReadOnly(draft.root(), true);
    ports.files().rename(draft.root(), machine.layout().deployment(id));
    ports.btrfs().commit(machine.layout().deployments()); // 4 crash: old; recovery removes it.
    BootMenu menu = next.to(id);
    ports.bootloader().replaceMenu(menu); // 5 COMMIT POINT: one rename, one full commit.
    return menu; // crash: new, and a journal; recovery finds it in the menu and keeps it.
  }

  /** The new default is durable, so a failure here is a note. */
  private void settle(DeploymentId base, boolean goes) {
    try {
      journal.clear();
    } catch (RuntimeException failure) {
      machine
          .progress()
          .notes(
              "not all could be cleared up (%s); the next recovery does the rest"
                  .formatted(failure.getMessage()));
    }
    if (goes) {
      boolean _ =
          Deletion.clearsUp(
              machine, base, () -> machine.removal().remove(base), "`container-snap prune`");
    }
  }
}
