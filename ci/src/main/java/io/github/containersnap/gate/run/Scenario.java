package io.github.containersnap.gate.run;

import io.github.containersnap.harness.experiment.BootLoaderKind;
import io.github.containersnap.harness.experiment.Transition;

/**
 * What happens to which machine when its power is lost.
 *
 * @param transition what happens
 * @param bootLoader how the machine boots
 */
public record Scenario(Transition transition, BootLoaderKind bootLoader) {
  /** The first update of a machine whose GRUB reads its menu from the btrfs. */
  public static final Scenario USUAL = new Scenario(Transition.UPDATE, BootLoaderKind.GRUB_BTRFS);

  /** Whether it is the one that other updaters, and virtual machines, know too. */
  public boolean isUsual() {
    return equals(USUAL);
  }

  /** In a sentence, with its article. */
  public String inWords() {
    String what = isUpdate() ? "the update" : transition.optionName();
    return bootLoader == BootLoaderKind.GRUB_BTRFS
        ? what
        : what + " where the boot loader follows the default subvolume";
  }

  private boolean isUpdate() {
    return transition == Transition.UPDATE;
  }

  /** What each state that holds comes out as. */
  public String wholeInWords() {
    return isUsual()
        ? "the machine boots the old or the new system, whole."
        : "the machine is wholly what it was before %s, or wholly what it is after it."
            .formatted(transition.optionName());
  }
}
