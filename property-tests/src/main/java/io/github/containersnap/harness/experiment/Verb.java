package io.github.containersnap.harness.experiment;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.experiment.MachineOnPaper.Deployment;
import io.github.containersnap.harness.experiment.MachineOnPaper.Grade;
import io.github.containersnap.harness.experiment.MachineOnPaper.Menu;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.property.ChangedTree;
import io.github.containersnap.harness.property.ExpectedEtc;
import io.github.containersnap.harness.property.LocalChange;
import io.github.containersnap.harness.property.LocalChange.Attributes;
import io.github.containersnap.harness.updater.Updater;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One command of container-snap: its arguments, and what the design says it makes of a machine that
 * nothing disturbs.
 */
public sealed interface Verb {
  /** What the same command does on a machine on which it was done before. */
  enum Again {
    /** It succeeds, and nothing changes. */
    NOTHING,
    /** It is refused, and nothing changes. */
    REFUSED,
    /** It does something else: nobody who saw it done gives it again. */
    ANOTHER
  }

  /** Its command line, without the program. */
  List<String> arguments();

  /**
   * Gives the command.
   *
   * @param running the deployment that the machine runs; empty if it is switched off
   */
  default Updater.Result give(
      Updater updater, Path top, Optional<DeploymentId> running, Progress progress) {
    return updater.command(top, running, progress, arguments());
  }

  /** What it makes of a machine. */
  MachineOnPaper done(MachineOnPaper before);

  /** What it does once it was done. */
  default Again again() {
    return Again.NOTHING;
  }

  /**
   * Whether it has the same meaning after a restart that found it not done. What takes back the
   * next boot has not, once that boot has come.
   */
  default boolean outlivesRestart() {
    return true;
  }

  /** Whether it first settles what was interrupted before it. */
  default boolean recovers() {
    return true;
  }

  /**
   * Deploys the first image on a btrfs that an installation has made: all that an installation does
   * before its commit point and after the disk is there.
   *
   * @param image the image
   */
  record Install(Candidate image) implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("install", image.reference());
    }

    @Override
    public Updater.Result give(
        Updater updater, Path top, Optional<DeploymentId> running, Progress progress) {
      return updater.install(top, image.reference());
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      return new Update(image).done(before);
    }
  }

  /**
   * Makes a deployment of the host that the machine runs.
   *
   * @param host the host
   */
  record Adopt(PlainHostOnPaper host) implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("adopt", "--subvolume", PlainHostOnPaper.ROOT);
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      return before
          .with(host.adopted(), host.deployment())
          .withData(host.data(), host.dataSubvolumes())
          .switchedTo(host.adopted());
    }
  }

  /**
   * Updates the machine.
   *
   * @param image the new image
   */
  record Update(Candidate image) implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("update", image.reference());
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      DeploymentId id = before.unused(image);
      ChangedTree offered = LivedInMachine.etcOf(image);
      ChangedTree etc =
          before.menu().isEmpty()
              ? offered
              : before.deployment(before.current()).etc().updatedTo(offered);
      Optional<String> fstab =
          before.menu().isEmpty()
              ? Optional.empty()
              : before.deployment(before.current()).ownFstab();
      Deployment made =
          new Deployment(
              image,
              Optional.empty(),
              new ExpectedEtc(etc, List.of()),
              List.of(),
              fstab,
              true,
              false);
      MachineOnPaper after = before.with(id, made).switchedTo(id);
      for (DeploymentId unneeded : after.unneeded()) {
        // The update prunes once it is durable: a crash before leaves the rest to the next prune.
        after = after.with(unneeded, after.deployment(unneeded).unneeded());
      }
      return after;
    }
  }

  /** Makes the fallback the default. */
  record Rollback() implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("rollback");
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      return before.switchedTo(before.menu().flatMap(Menu::fallback).orElseThrow().id());
    }

    @Override
    public Again again() {
      return Again.ANOTHER;
    }
  }

  /** Takes back the update that would boot next. */
  record Discard() implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("discard");
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      DeploymentId pending = before.defaultId();
      // It goes once the menu is durable; a crash before leaves it to the next prune.
      return before.forgetting(pending).with(pending, before.deployment(pending).unneeded());
    }

    @Override
    public Again again() {
      return Again.REFUSED;
    }

    @Override
    public boolean outlivesRestart() {
      return false;
    }
  }

  /** Tells the kernel one argument more, in a snapshot of the default. */
  record KernelArgument() implements Verb {
    /** A word that says nothing to a kernel. */
    static final String WORD = "experiment.added=1";

    /** Where the command keeps it, below /etc. */
    static final String FILE = "kernel/cmdline.d/50-container-snap.conf";

    private static final String TEXT =
        """
        # Written by `container-snap kargs`, which replaces this file whole. Arguments of your own
        # belong into another file of this directory.
        """
            + WORD
            + "\n";

    @Override
    public List<String> arguments() {
      return List.of("kargs", "--append", WORD);
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      DeploymentId base = before.defaultId();
      DeploymentId id = before.nextWork(base);
      Deployment source = before.deployment(base);
      Deployment made =
          new Deployment(
              source.image(),
              Optional.of(base),
              source.etc(),
              source.etcSubvolumes(),
              source.ownFstab(),
              true,
              false);
      return before.with(id, made.with(changes(source.etc()), List.of())).switchedTo(id);
    }

    private static List<LocalChange> changes(ExpectedEtc etc) {
      Stream<LocalChange> directories =
          Stream.of("kernel", "kernel/cmdline.d")
              .filter(path -> etc.local().manifest().get(path).isEmpty())
              .map(path -> new LocalChange.MakeDirectory(path, Attributes.ofRoot(0755)));
      LocalChange file = new LocalChange.WriteFile(FILE, TEXT, Attributes.ofRoot(0644));
      return Stream.concat(directories, Stream.of(file)).toList();
    }
  }

  /** Deploys the image of what runs once more, with its /etc but for what makes the machine. */
  record Reset() implements Verb {
    /** What is kept of what an owner changes: identity, mounts, network, and here the users. */
    private static final Predicate<String> KEPT =
        Pattern.compile(
                "machine-id|hostname|hosts|fstab|crypttab|ssh/ssh_host_[^/]+_key(\\.pub)?"
                    + "|resolv\\.conf|(passwd|shadow|group|gshadow|subuid|subgid)-?")
            .asMatchPredicate();

    @Override
    public List<String> arguments() {
      return List.of("reset", "--keep-users");
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      Deployment current = before.deployment(before.current());
      DeploymentId id = before.unused(current.image());
      Deployment made =
          new Deployment(
              current.image(),
              Optional.empty(),
              new ExpectedEtc(LivedInMachine.etcOf(current.image()), kept(current.etc().changes())),
              List.of(),
              current.ownFstab(),
              true,
              false);
      return before.with(id, made).switchedTo(id);
    }

    /** With the directories that what is kept lies in. */
    private static List<LocalChange> kept(List<LocalChange> changes) {
      List<String> paths = changes.stream().map(LocalChange::path).filter(KEPT).toList();
      return changes.stream()
          .filter(
              change ->
                  paths.contains(change.path())
                      || paths.stream().anyMatch(path -> path.startsWith(change.path() + "/")))
          .toList();
    }

    @Override
    public Again again() {
      return Again.ANOTHER;
    }
  }

  /**
   * Makes a deployment the default.
   *
   * @param id the deployment
   */
  record Switch(DeploymentId id) implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("switch", id.toString());
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      return before.switchedTo(id);
    }
  }

  /**
   * Deletes a deployment that is closed.
   *
   * @param id the deployment
   */
  record Delete(DeploymentId id) implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("delete", "--force", "--id=" + id);
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      return before.without(id);
    }

    @Override
    public Again again() {
      return Again.REFUSED;
    }
  }

  /** Removes what nothing needs. */
  record Prune() implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("prune");
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      MachineOnPaper after = before;
      for (DeploymentId unneeded : before.unneeded()) {
        after = after.without(unneeded);
      }
      return after;
    }
  }

  /**
   * Pins a deployment.
   *
   * @param id the deployment
   */
  record Pin(DeploymentId id) implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("pin", id.toString());
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      return before.pinning(id);
    }
  }

  /**
   * Makes a writable snapshot of a deployment.
   *
   * @param base the deployment
   */
  record CreateSnapshot(DeploymentId base) implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("create-snapshot", base.toString());
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      Deployment source = before.deployment(base);
      return before.with(
          before.nextWork(base),
          new Deployment(
              source.image(),
              Optional.of(base),
              source.etc(),
              source.etcSubvolumes(),
              source.ownFstab(),
              false,
              false));
    }

    @Override
    public Again again() {
      return Again.ANOTHER;
    }
  }

  /**
   * Closes a snapshot.
   *
   * @param id the snapshot
   */
  record Close(DeploymentId id) implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("set-readonly-state", "--readonly", id.toString());
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      return before.with(id, before.deployment(id).with(true));
    }
  }

  /** Says that the default, which runs, has come up. */
  record Bless() implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("bless");
    }

    /** It waits for no update, and so leaves recovery to the boot that it blesses. */
    @Override
    public boolean recovers() {
      return false;
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      Menu menu = before.menu().orElseThrow();
      return before.with(new Menu(menu.first().with(Grade.BLESSED), menu.fallback()));
    }
  }

  /** Settles what was interrupted before its commit point. */
  record Recover() implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("recover");
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      return before;
    }
  }

  /** Carries what its owner has changed in the running /etc since an update into the default's. */
  record Finalization() implements Verb {
    @Override
    public List<String> arguments() {
      return List.of("finalize");
    }

    @Override
    public MachineOnPaper done(MachineOnPaper before) {
      DeploymentId next = before.defaultId();
      Deployment to = before.deployment(next);
      ExpectedEtc running = before.deployment(before.current()).etc();
      ChangedTree etc = running.updatedTo(LivedInMachine.etcOf(to.image()));
      return before.with(next, to.with(new ExpectedEtc(etc, List.of())));
    }
  }
}
