package io.github.containersnap.harness.grub;

import java.util.List;
import java.util.Optional;

/** What GRUB does after the power came on, with no person at the keyboard. */
public sealed interface PowerOn {
  /** Why an entry was started. */
  enum Choice {
    /** The variable {@code default} names it. */
    DEFAULT,
    /** The default could not be loaded, and the variable {@code fallback} names it. */
    FALLBACK
  }

  /**
   * A kernel starts.
   *
   * @param index of the entry in the menu, from 0
   * @param id of the entry
   * @param title of the entry
   * @param choice why this entry
   * @param device that kernel and initrd were read from
   * @param linux the kernel's path on the device
   * @param initrd the initrd's path on the device, if one was loaded
   * @param arguments of the kernel, in order
   * @param timeout how long the menu was shown, in seconds
   */
  record GrubStart(
      int index,
      String id,
      String title,
      Choice choice,
      String device,
      String linux,
      Optional<String> initrd,
      List<String> arguments,
      long timeout)
      implements PowerOn {
    /** The value of the last argument of that key, which is the one the kernel takes. */
    public Optional<String> argument(String key) {
      String start = key + "=";
      return arguments.stream()
          .filter(word -> word.startsWith(start))
          .reduce((_, last) -> last)
          .map(word -> word.substring(start.length()));
    }
  }

  /** Nothing starts: GRUB waits for a person. */
  record GrubStuck(String why) implements PowerOn {}
}
