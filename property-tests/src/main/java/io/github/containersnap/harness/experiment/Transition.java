package io.github.containersnap.harness.experiment;

import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.harness.property.LocalChange;
import io.github.containersnap.harness.property.LocalChange.Attributes;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A durable transition of a machine: the state that it begins in, and the command whose writes are
 * recorded. What the machine must be before and after it, {@link Verb} says on paper.
 */
public enum Transition {
  /** A blank disk, which boots nothing, gets its first deployment. */
  INSTALL("install", stage -> new Verb.Install(stage.oldImage())),

  /** A host on an ordinary subvolume, lived in, becomes a deployment of its own. */
  ADOPT("adopt", stage -> new Verb.Adopt(stage.hasHost())),

  /** The first update after an installation. */
  UPDATE(
      "update",
      stage -> {
        stage.hasOld();
        return new Verb.Update(stage.newImage());
      }),

  /** The update after that, which finds the first image deployed and prunes a deployment. */
  SECOND_UPDATE(
      "second-update",
      stage -> {
        stage.installs();
        stage.boots();
        stage.gives(new Verb.Update(stage.newImage()));
        stage.boots();
        stage.lives();
        return new Verb.Update(stage.oldImage());
      }),

  /** From the new system, which runs, back to the old one. */
  ROLLBACK(
      "rollback",
      stage -> {
        stage.hasBoth();
        return new Verb.Rollback();
      }),

  /** An update is taken back while the old system still runs. */
  DISCARD(
      "discard",
      stage -> {
        stage.hasOld();
        stage.gives(new Verb.Update(stage.newImage()));
        return new Verb.Discard();
      }),

  /** The new system, which runs, gets a kernel argument more. */
  KARGS(
      "kargs",
      stage -> {
        stage.hasBoth();
        return new Verb.KernelArgument();
      }),

  /** The old system, lived in, becomes its image again, but for what a reset keeps. */
  RESET(
      "reset",
      stage -> {
        stage.hasOld();
        return new Verb.Reset();
      }),

  /** From the new system, which runs, to a closed snapshot of it. */
  SWITCH(
      "switch",
      stage -> {
        stage.hasBoth();
        return new Verb.Switch(stage.closedSnapshot());
      }),

  /** A closed snapshot goes. */
  DELETE(
      "delete",
      stage -> {
        stage.hasBoth();
        return new Verb.Delete(stage.closedSnapshot());
      }),

  /** The old system goes, and its image: a snapshot of the new one is the default by now. */
  PRUNE(
      "prune",
      stage -> {
        stage.hasBoth();
        stage.gives(new Verb.Switch(stage.closedSnapshot()));
        stage.boots();
        return new Verb.Prune();
      }),

  /** The old system is pinned. */
  PIN(
      "pin",
      stage -> {
        stage.hasBoth();
        return new Verb.Pin(stage.oldId());
      }),

  /** A snapshot of the new system, which runs. */
  CREATE_SNAPSHOT(
      "create-snapshot",
      stage -> {
        stage.hasBoth();
        return new Verb.CreateSnapshot(stage.newId());
      }),

  /** A snapshot is closed. */
  SET_READONLY_STATE(
      "set-readonly-state",
      stage -> {
        stage.hasBoth();
        return new Verb.Close(stage.snapshots());
      }),

  /** The new system has come up for the first time. */
  BLESS(
      "bless",
      stage -> {
        stage.hasOld();
        stage.gives(new Verb.Update(stage.newImage()));
        stage.begins();
        return new Verb.Bless();
      }),

  /** An update was struck down before its commit point, with a whole deployment made. */
  RECOVER(
      "recover",
      stage -> {
        stage.hasOld();
        stage.givesInVain(new Verb.Update(stage.newImage()), UpdateStep.COMMIT);
        return new Verb.Recover();
      }),

  /** What changed in /etc since an update is carried over, while the old system still runs. */
  FINALIZE(
      "finalize",
      stage -> {
        stage.hasOld();
        stage.gives(new Verb.Update(stage.newImage()));
        List<LocalChange> changed =
            List.of(
                new LocalChange.WriteFile(
                    "experiment/after-the-update", "late\n", Attributes.ofRoot(0600)),
                new LocalChange.Delete("experiment/link"),
                new LocalChange.EditFile("hostname", "renamed\n"));
        stage.changes(stage.oldId(), changed, List.of());
        return new Verb.Finalization();
      });

  private final String optionName;

  @SuppressWarnings("ImmutableEnumChecker") // a function without a state
  private final Function<PreparedMachine, Verb> preparation;

  Transition(String optionName, Function<PreparedMachine, Verb> preparation) {
    this.optionName = optionName;
    this.preparation = preparation;
  }

  /** The name on the command line. */
  public String optionName() {
    return optionName;
  }

  /** The one of that name. */
  public static Optional<Transition> named(String name) {
    return Stream.of(values()).filter(each -> each.optionName.equals(name)).findFirst();
  }

  /**
   * Whether there is such a transition on machines that boot so: a new disk gets GRUB's menu, the
   * host that is adopted boots by a GRUB of its own, and a boot loader that follows the default
   * subvolume tells a kernel no arguments of ours (decision 23).
   */
  public boolean isKnownTo(BootLoaderKind bootLoader) {
    boolean isOfGrub = this == INSTALL || this == ADOPT || this == KARGS;
    return !isOfGrub || bootLoader == BootLoaderKind.GRUB_BTRFS;
  }

  /** Makes a blank machine ready. Returns the command that is to be recorded. */
  Verb prepare(PreparedMachine stage) {
    return preparation.apply(stage);
  }
}
