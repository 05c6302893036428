package io.github.containersnap.harness.mutant;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.harness.mutant.decorator.MenuOnOtherBtrfs;
import io.github.containersnap.harness.mutant.planted.EngineFault;
import io.github.containersnap.harness.mutant.port.CommitErrorIgnored;
import io.github.containersnap.harness.mutant.port.CommitLate;
import io.github.containersnap.harness.mutant.port.CommitLeftOut;
import io.github.containersnap.harness.mutant.port.DefaultBeforeComplete;
import io.github.containersnap.harness.mutant.port.EtcIntoTheLayer;
import io.github.containersnap.harness.mutant.port.FailedPullAccepted;
import io.github.containersnap.harness.mutant.port.FallbackDeleted;
import io.github.containersnap.harness.mutant.port.FullDiskIgnored;
import io.github.containersnap.harness.mutant.port.InitrdRebuiltAfterSwitch;
import io.github.containersnap.harness.mutant.port.JournalClearedEarly;
import io.github.containersnap.harness.mutant.port.JournalNeverCleared;
import io.github.containersnap.harness.mutant.port.KernelOfTheFallback;
import io.github.containersnap.harness.mutant.port.LocalChangesLost;
import io.github.containersnap.harness.mutant.port.LockByExistence;
import io.github.containersnap.harness.mutant.port.MenuFsynced;
import io.github.containersnap.harness.mutant.port.MenuInPlace;
import io.github.containersnap.harness.mutant.port.ModulesLeftBehind;
import io.github.containersnap.harness.mutant.port.NoCommitAfterSetDefault;
import io.github.containersnap.harness.mutant.port.NoCommitAfterSwitch;
import io.github.containersnap.harness.mutant.port.NoLock;
import io.github.containersnap.harness.mutant.port.NotSealed;
import io.github.containersnap.harness.mutant.port.PullsLeftLying;
import io.github.containersnap.harness.mutant.port.RecoveryOnce;
import io.github.containersnap.harness.mutant.port.RestoredInPlace;
import io.github.containersnap.harness.mutant.port.StoreLayerBooted;
import io.github.containersnap.harness.mutant.port.TrustTheStore;
import io.github.containersnap.harness.mutant.port.WorkNumberForgotten;
import io.github.containersnap.harness.property.FaultKind;
import io.github.containersnap.harness.property.Property;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The faults that can be switched on. Each is a small change of the shipped engine: at one of its
 * ports, or planted in one of its methods ({@link EngineFault}), which acts only while it is
 * switched on ({@link Mutants#switchOn}).
 */
public enum Mutant {
  /** The boot menu names the new deployment while that is still a draft. */
  DEFAULT_BEFORE_COMPLETE(
      "default-before-complete",
      Property.P1,
      "the new default is set before its tree is whole",
      machine -> machine.ports().with(new DefaultBeforeComplete(machine))),

  /** The boot menu is renamed into place, and success is reported, without the commit after it. */
  NO_COMMIT_AFTER_SWITCH(
      "no-commit-after-switch",
      Property.P2,
      "the boot menu is renamed into place and never committed",
      machine -> machine.ports().with(new MenuOnOtherBtrfs(machine, NoCommitAfterSwitch::new))),

  /** The commit of the boot menu is left to the background. */
  SUCCESS_BEFORE_COMMIT(
      "success-before-commit",
      Property.P2,
      "success is reported while the commit of the boot menu is still to come",
      machine -> machine.ports().with(new MenuOnOtherBtrfs(machine, CommitLate::new))),

  /** The default subvolume is set, and success is reported, without the commit after it. */
  NO_COMMIT_AFTER_SET_DEFAULT(
      "no-commit-after-set-default",
      Property.P2,
      "the default subvolume is set and not committed, where the boot loader follows it",
      machine -> machine.ports().with(new NoCommitAfterSetDefault(machine)),
      FaultKind.POWER_CUT_BY_DEFAULT),

  /** What the store claims is deployed without proof. */
  TRUST_THE_STORE(
      "trust-the-store",
      Property.P5,
      "the pulled layer is deployed without proof of its content",
      machine ->
          machine
              .ports()
              .with(
                  new TrustTheStore(
                      machine.ports().store(), machine.ports().files(), machine.layout()))),

  /** The boot menu is synced, not committed. */
  MENU_FSYNCED(
      "menu-fsynced",
      Property.P3,
      "the boot menu is fsynced instead of committed with the filesystem",
      machine -> machine.ports().with(new MenuFsynced(machine))),

  /** The boot menu is truncated and written. */
  MENU_IN_PLACE(
      "menu-in-place",
      Property.P1,
      "the boot menu is truncated and written to",
      machine -> machine.ports().with(new MenuInPlace(machine))),

  /** Kernel and root are of two deployments. */
  KERNEL_OF_THE_FALLBACK(
      "kernel-of-the-fallback",
      Property.P1,
      "the new root is started with the old kernel and initrd",
      machine -> machine.ports().with(new KernelOfTheFallback(machine))),

  /** The kernel cannot load what it was built with. */
  MODULES_LEFT_BEHIND(
      "modules-left-behind",
      Property.P1,
      "the new deployment lacks its kernel's modules",
      machine -> machine.ports().with(new ModulesLeftBehind(machine))),

  /** What boots is podman's. */
  STORE_LAYER_BOOTED(
      "store-layer-booted",
      Property.P1,
      "the store's layer itself is booted, and no snapshot of it",
      machine -> machine.ports().with(new StoreLayerBooted(machine))),

  /** The initrd is rebuilt after the commit point. */
  INITRD_REBUILT_AFTER_SWITCH(
      "initrd-rebuilt-after-switch",
      Property.P1,
      "the new default's initrd is rebuilt in place once it is the default",
      machine -> machine.ports().with(new InitrdRebuiltAfterSwitch(machine))),

  /** The journal goes before the commit point. */
  JOURNAL_CLEARED_EARLY(
      "journal-cleared-early",
      Property.P6,
      "the journal is cleared before the commit point",
      machine -> machine.ports().with(new JournalClearedEarly(machine))),

  /** The journal stays. */
  JOURNAL_NEVER_CLEARED(
      "journal-never-cleared",
      Property.P5,
      "recovery finds the same work again and again",
      machine ->
          machine.ports().with(new JournalNeverCleared(machine.ports().files(), machine.layout()))),

  /** Local changes in /etc go. */
  LOCAL_CHANGES_LOST(
      "local-changes-lost",
      Property.P4,
      "local changes in /etc are not carried over",
      machine -> machine.ports().with(new LocalChangesLost(machine.ports().files()))),

  /** The machine's /etc ends up in the image's. */
  ETC_INTO_THE_LAYER(
      "etc-into-the-layer",
      Property.P1,
      "the running /etc is copied into the image's layer",
      machine -> machine.ports().with(new EtcIntoTheLayer(machine))),

  /** Interrupted pulls stay. */
  PULLS_LEFT_LYING(
      "pulls-left-lying",
      Property.P6,
      "what an interrupted pull left stays in the way of the next",
      machine -> machine.ports().with(new PullsLeftLying(machine.ports().store()))),

  /** The fallback goes. */
  FALLBACK_DELETED(
      "fallback-deleted",
      Property.P4,
      "recovery deletes the fallback",
      machine -> machine.ports().with(new FallbackDeleted(machine))),

  /** The lock outlives its holder. */
  LOCK_BY_EXISTENCE(
      "lock-by-existence",
      Property.P5,
      "the lock is a file that outlives its holder",
      machine ->
          machine
              .ports()
              .with(new LockByExistence(machine.ports().files(), machine.layout().lock()))),

  /** Nobody has to wait. */
  NO_LOCK(
      "no-lock",
      Property.P12,
      "nothing keeps two updates apart",
      machine -> machine.ports().with(new NoLock()),
      FaultKind.TWO_AT_ONCE),

  /** A recovery that is cut off cannot be taken up again. */
  RECOVERY_ONCE(
      "recovery-once",
      Property.P12,
      "a recovery that was interrupted cannot be done again",
      machine -> machine.ports().with(new RecoveryOnce(machine)),
      FaultKind.KILL),

  /** Work numbers come back. */
  WORK_NUMBER_REUSED(
      "work-number-reused",
      Property.P1,
      "the work number of a deleted snapshot is given again",
      machine ->
          machine.ports().with(new WorkNumberForgotten(machine.ports().files(), machine.layout())),
      FaultKind.DELETED_SNAPSHOT),

  /** Files are cut short where the disk is full. */
  FULL_DISK_IGNORED(
      "full-disk-ignored",
      Property.P7,
      "ENOSPC from the last files of a deployment is ignored",
      machine -> machine.ports().with(new FullDiskIgnored(machine.ports().files())),
      FaultKind.FULL_DISK),

  /** Data that the disk has lost is taken for written. */
  COMMIT_ERROR_IGNORED(
      "commit-error-ignored",
      Property.P9,
      "EIO from a commit is ignored",
      machine -> machine.ports().with(new CommitErrorIgnored(machine.ports().btrfs())),
      FaultKind.IO_ERROR),

  /** A pull that broke off is taken for a whole one. */
  FAILED_PULL_ACCEPTED(
      "failed-pull-accepted",
      Property.P8,
      "a pull that broke off is taken for one that succeeded",
      machine -> machine.ports().with(new FailedPullAccepted(machine.ports().store())),
      FaultKind.BROKEN_PULL),

  /** A pull that broke off is taken for a whole one, and nothing is proven. */
  SHORT_BLOB_ACCEPTED(
      "short-blob-accepted",
      Property.P8,
      "failed-pull-accepted with trust-the-store: what came of an image is deployed",
      machine ->
          machine
              .ports()
              .with(
                  new FailedPullAccepted(
                      new TrustTheStore(
                          machine.ports().store(), machine.ports().files(), machine.layout()))),
      FaultKind.BROKEN_PULL),

  /** The pull is not committed. */
  NO_COMMIT_AFTER_PULL(
      "no-commit-after-pull",
      Property.P9,
      "the pulled layer is not committed before it is proven, so its loss goes unreported",
      machine ->
          machine
              .ports()
              .with(new CommitLeftOut(machine.ports().btrfs(), machine.layout().store())),
      FaultKind.IO_ERROR),

  /** The deployment is not committed by itself. */
  NO_COMMIT_OF_THE_DEPLOYMENT(
      "no-commit-of-the-deployment",
      Property.P1,
      "the deployment is not committed before the boot menu is written",
      machine ->
          machine
              .ports()
              .with(new CommitLeftOut(machine.ports().btrfs(), machine.layout().deployments())),
      FaultKind.IO_ERROR,
      FaultKind.POWER_CUT),

  /** The new deployment stays writable. */
  NOT_SEALED(
      "not-sealed",
      Property.P1,
      "the new deployment is not made read-only",
      machine -> machine.ports().with(new NotSealed(machine))),

  /** See {@link EngineFault#ROOT_UUID_WRONG}. */
  ROOT_UUID_WRONG(
      "root-uuid-wrong",
      Property.P1,
      "the boot menu's root=UUID= is that of no filesystem",
      EngineFault.ROOT_UUID_WRONG),

  /** See {@link EngineFault#TRIAL_NEVER_COUNTED}. */
  TRIAL_NEVER_COUNTED(
      "trial-never-counted",
      Property.P11,
      "the boot loader does not save how many boots a trial has had",
      EngineFault.TRIAL_NEVER_COUNTED),

  /** See {@link EngineFault#MENU_WAITS_FOR_EVER}. */
  MENU_WAITS_FOR_EVER(
      "menu-waits-for-ever",
      Property.P1,
      "the boot menu waits until a person chooses",
      EngineFault.MENU_WAITS_FOR_EVER),

  /** See {@link EngineFault#VAR_NOT_MOUNTED}. */
  VAR_NOT_MOUNTED(
      "var-not-mounted",
      Property.P10,
      "the boot menu does not have the machine's /var mounted",
      EngineFault.VAR_NOT_MOUNTED,
      FaultKind.HISTORY),

  /** See {@link EngineFault#ARGUMENTS_LOST}. */
  ARGUMENTS_LOST(
      "arguments-lost",
      Property.P1,
      "the kernel arguments in the machine's /etc are ignored",
      EngineFault.ARGUMENTS_LOST),

  /** See {@link EngineFault#DEFAULT_KERNEL_IN_THE_FALLBACK}. */
  DEFAULT_KERNEL_IN_THE_FALLBACK(
      "default-kernel-in-the-fallback",
      Property.P11,
      "the fallback's entry names the kernel and initrd of the default",
      EngineFault.DEFAULT_KERNEL_IN_THE_FALLBACK,
      FaultKind.HISTORY),

  /** See {@link EngineFault#RECORD_WRONG_REFERENCE}. */
  RECORD_WRONG_REFERENCE(
      "record-wrong-reference",
      Property.P1,
      "the deployment's record names another reference than the update was given",
      EngineFault.RECORD_WRONG_REFERENCE),

  /** See {@link EngineFault#HOME_REFRESHED}. */
  HOME_REFRESHED(
      "home-refreshed",
      Property.P4,
      "an update replaces /home by the image's",
      EngineFault.HOME_REFRESHED),

  /** See {@link EngineFault#ETC_OWNER_LOST}. */
  ETC_OWNER_LOST(
      "etc-owner-lost",
      Property.P4,
      "files carried over from the machine's /etc become root's",
      EngineFault.ETC_OWNER_LOST),

  /** See {@link EngineFault#ETC_MODE_LOST}. */
  ETC_MODE_LOST(
      "etc-mode-lost",
      Property.P4,
      "files carried over from the machine's /etc become readable by everybody",
      EngineFault.ETC_MODE_LOST),

  /** See {@link EngineFault#ETC_XATTR_LOST}. */
  ETC_XATTR_LOST(
      "etc-xattr-lost",
      Property.P4,
      "files carried over from the machine's /etc lose their extended attributes",
      EngineFault.ETC_XATTR_LOST),

  /** See {@link EngineFault#SHADOW_OF_THE_IMAGE}. */
  SHADOW_OF_THE_IMAGE(
      "shadow-of-the-image",
      Property.P4,
      "the passwords in /etc/shadow become the image's",
      EngineFault.SHADOW_OF_THE_IMAGE),

  /** See {@link EngineFault#MACHINE_ID_OF_THE_IMAGE}. */
  MACHINE_ID_OF_THE_IMAGE(
      "machine-id-of-the-image",
      Property.P4,
      "/etc/machine-id becomes the image's",
      EngineFault.MACHINE_ID_OF_THE_IMAGE),

  /** See {@link EngineFault#UPDATE_SKIPS_RECOVERY}. */
  UPDATE_SKIPS_RECOVERY(
      "update-skips-recovery",
      Property.P5,
      "an update does not recover what was interrupted before it",
      EngineFault.UPDATE_SKIPS_RECOVERY,
      FaultKind.HISTORY),

  /** See {@link EngineFault#BLESS_WITHOUT_LOCK}. */
  BLESS_WITHOUT_LOCK(
      "bless-without-lock",
      Property.P12,
      "bless does not take the lock",
      EngineFault.BLESS_WITHOUT_LOCK,
      FaultKind.HISTORY),

  /** The system of before a change of kernel arguments has them as well. */
  KARGS_IN_THE_FALLBACK_TOO(
      "kargs-in-the-fallback-too",
      Property.P4,
      "new kernel arguments are written into the /etc of the system of before, too",
      EngineFault.KARGS_IN_THE_FALLBACK_TOO,
      FaultKind.HISTORY),

  /** A change of kernel arguments makes a deployment that has the old ones. */
  KARGS_NOT_WRITTEN(
      "kargs-not-written",
      Property.P2,
      "new kernel arguments are not written into the new deployment",
      EngineFault.KARGS_NOT_WRITTEN,
      FaultKind.HISTORY),

  /** A required health check fails, and the boot is blessed. */
  BLESSED_THOUGH_UNHEALTHY(
      "blessed-though-unhealthy",
      Property.P11,
      "a boot is blessed though a required health check has failed",
      EngineFault.BLESSED_THOUGH_UNHEALTHY,
      FaultKind.HISTORY),

  /** A reset resets nothing. */
  RESET_KEEPS_ALL(
      "reset-keeps-all",
      Property.P2,
      "a reset keeps the whole /etc",
      EngineFault.RESET_KEEPS_ALL,
      FaultKind.HISTORY),

  /** A reset does not do as it is told. */
  RESET_FORGETS_PATHS(
      "reset-forgets-paths",
      Property.P4,
      "a reset does not keep the paths that it is told to keep",
      EngineFault.RESET_FORGETS_PATHS,
      FaultKind.HISTORY),

  /** A restoration undoes what makes the machine. */
  RESTORES_IDENTITY(
      "restores-identity",
      Property.P4,
      "a restoration takes the image's machine-id, and removes what was added unasked",
      EngineFault.RESTORES_IDENTITY,
      FaultKind.HISTORY),

  /** There is a moment without the file. */
  RESTORED_IN_PLACE(
      "restored-in-place",
      Property.P4,
      "a file is deleted before the image's version takes its place",
      machine -> machine.ports().with(new RestoredInPlace(machine.ports().files())),
      FaultKind.HISTORY),

  /** A discard removes a good system. */
  DISCARDS_WHAT_CAME_UP(
      "discards-what-came-up",
      Property.P4,
      "what would boot next is removed, also if it has come up before",
      EngineFault.DISCARDS_WHAT_CAME_UP,
      FaultKind.HISTORY);

  private final String optionName;
  private final Property property;
  private final String description;

  @SuppressWarnings("ImmutableEnumChecker") // a function without a state
  private final Function<Machine, Ports> fault;

  @SuppressWarnings("ImmutableEnumChecker") // an Optional of an enum constant
  private final Optional<EngineFault> planted;

  @SuppressWarnings("ImmutableEnumChecker") // an unmodifiable list
  private final List<FaultKind> shownBy;

  /** A fault at a port. */
  Mutant(
      String optionName,
      Property property,
      String description,
      Function<Machine, Ports> fault,
      FaultKind... shownBy) {
    this(optionName, property, description, fault, Optional.empty(), shownBy);
  }

  /** A fault within the engine. */
  Mutant(
      String optionName,
      Property property,
      String description,
      EngineFault planted,
      FaultKind... shownBy) {
    this(optionName, property, description, Machine::ports, Optional.of(planted), shownBy);
  }

  Mutant(
      String optionName,
      Property property,
      String description,
      Function<Machine, Ports> fault,
      Optional<EngineFault> planted,
      FaultKind... shownBy) {
    this.optionName = optionName;
    this.property = property;
    this.description = description;
    this.fault = fault;
    this.planted = planted;
    this.shownBy = shownBy.length == 0 ? List.of(FaultKind.POWER_CUT) : List.of(shownBy);
  }

  /**
   * The machine with this fault, if it lies at a port. Its current deployment is fixed as it is
   * now: a fault that moves the default must not, on a system that is not running, move the current
   * deployment with it.
   */
  public Machine of(Machine machine) {
    return new Machine(
        fault.apply(machine),
        machine.layout(),
        machine.current().map(BootedDeployment::of),
        machine.progress());
  }

  /**
   * Why it behaves like the engine without the fault, if it does: what it leaves out is done again,
   * by a later step, before anything depends on it.
   */
  public Optional<String> equivalent() {
    return switch (this) {
      case NO_COMMIT_OF_THE_DEPLOYMENT ->
          Optional.of(
              "writing the boot menu begins with a commit of the whole filesystem, so the"
                  + " deployment is durable before a menu can name it");
      case FAILED_PULL_ACCEPTED ->
          Optional.of(
              "the proof refuses what did not come whole; short-blob-accepted is this without it");
      default -> Optional.empty();
    };
  }

  /** The fault within the engine, if that is where it lies. */
  Optional<EngineFault> planted() {
    return planted;
  }

  /** Whether the fault lies within the engine, and not at one of its ports. */
  public boolean isPlanted() {
    return planted.isPresent();
  }

  /** What must happen to a machine so that it shows, or might, in the order of trying. */
  public List<FaultKind> shownBy() {
    return shownBy;
  }

  /** The name on the command line. */
  public String optionName() {
    return optionName;
  }

  /** The property that this fault breaks. */
  public Property property() {
    return property;
  }

  /** What is wrong with it, as a sentence part. */
  public String description() {
    return description;
  }

  /** The mutant of that name. */
  public static Optional<Mutant> named(String name) {
    return Stream.of(values()).filter(mutant -> mutant.optionName.equals(name)).findFirst();
  }
}
