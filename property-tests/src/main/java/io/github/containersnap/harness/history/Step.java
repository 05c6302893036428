package io.github.containersnap.harness.history;

import io.github.containersnap.harness.world.SimulatedImage.Specification;
import java.util.Locale;

/**
 * One thing that happens to a machine. A deployment is named by its place in the list of those
 * there are, modulo their number: so a step keeps its meaning when others before it are left out.
 */
public sealed interface Step {
  /** What it is called, in small letters. */
  default String verb() {
    return getClass().getSimpleName().replaceAll("(?<!^)([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }

  /** {@code update REF}, with {@code --retry} or without. */
  record Update(Specification image, boolean retry) implements Step {}

  /** {@code update --download-only REF}. */
  record Download(Specification image) implements Step {}

  /** {@code switch ID}. */
  record Switch(int which) implements Step {}

  /** {@code rollback}. */
  record Rollback() implements Step {}

  /** {@code create-snapshot ID}. */
  record CreateSnapshot(int which) implements Step {}

  /** {@code set-readonly-state}. */
  record SetReadOnly(int which, boolean readOnly) implements Step {}

  /** {@code delete --id=ID}. */
  record Delete(int which) implements Step {}

  /** {@code pin ID}. */
  record Pin(int which) implements Step {}

  /** {@code unpin ID}. */
  record Unpin(int which) implements Step {}

  /** {@code prune}. */
  record Prune() implements Step {}

  /** {@code bless}, by a person; after each boot the machine itself runs it. */
  record Bless() implements Step {}

  /** {@code verify ID}. */
  record Verify(int which) implements Step {}

  /** {@code recover}, by a person. */
  record Recover() implements Step {}

  /** {@code finalize}, by a person; each shutdown and each boot runs it too. */
  record Finalize() implements Step {}

  /** A person writes a file of the running /etc, or removes it if there is no text. */
  record EditEtc(String file, String text) implements Step {}

  /** A person gives a file of the running /etc another mode and owner, if it is there. */
  record SetAttributes(String file, int mode, int owner) implements Step {}

  /** A person writes a file in /var, or removes it if there is no text. */
  record EditVar(String file, String text) implements Step {}

  /**
   * The machine is started again. What strikes this step strikes the blessing of that boot.
   *
   * @param properly shut down before; else the power is cut while nothing happens
   * @param blessed whether the boot lasts until the blessing
   */
  record Reboot(boolean properly, boolean blessed) implements Step {}

  /** What filled the disk is deleted. */
  record FreeTheDisk() implements Step {}

  /** Days go by. */
  record Wait(int days) implements Step {}
}
