package io.github.containersnap.harness.history;

import io.github.containersnap.harness.world.HistoryImage.Specification;
import java.util.Locale;

/**
 * One thing that happens to a machine. A deployment is named by its place in the list of those
 * there are, modulo their number: so a step keeps its meaning when others before it are left out.
 */
public sealed interface HistoryStep {
  /** What it is called, in small letters. */
  default String verb() {
    return getClass().getSimpleName().replaceAll("(?<!^)([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }

  /** {@code update REF}, with {@code --retry} or without. */
  record Update(Specification image, boolean retry) implements HistoryStep {}

  /** {@code update --download-only REF}. */
  record Download(Specification image) implements HistoryStep {}

  /** {@code switch ID}. */
  record Switch(int which) implements HistoryStep {}

  /** {@code rollback}. */
  record Rollback() implements HistoryStep {}

  /** {@code discard}. */
  record Discard() implements HistoryStep {}

  /** {@code kargs} with one change of the kernel arguments. */
  record KernelArguments(Change change, String word) implements HistoryStep {
    /** Which option it is. */
    public enum Change {
      APPEND,
      DELETE,
      REPLACE;

      /** The option. */
      public String option() {
        return "--" + name().toLowerCase(Locale.ROOT);
      }
    }
  }

  /**
   * {@code reset}.
   *
   * @param keepsUsers {@code --keep-users}, else {@code --drop-users}
   * @param kept what {@code --keep} names, below /etc; nothing if it is not given
   */
  record Reset(boolean keepsUsers, String kept) implements HistoryStep {}

  /** {@code etc-diff --restore /etc/FILE}, with {@code --remove-added} or without. */
  record Restore(String file, boolean removingAdded) implements HistoryStep {}

  /** {@code source REF}, or {@code source --reset} if there is no reference. */
  record Source(String reference) implements HistoryStep {}

  /** {@code create-snapshot ID}. */
  record CreateSnapshot(int which) implements HistoryStep {}

  /** {@code set-readonly-state}. */
  record SetReadOnly(int which, boolean readOnly) implements HistoryStep {}

  /** {@code delete --id=ID}. */
  record Delete(int which) implements HistoryStep {}

  /** {@code pin ID}. */
  record Pin(int which) implements HistoryStep {}

  /** {@code unpin ID}. */
  record Unpin(int which) implements HistoryStep {}

  /** {@code prune}. */
  record Prune() implements HistoryStep {}

  /** {@code bless}, by a person; after each boot the machine itself runs it. */
  record Bless() implements HistoryStep {}

  /** {@code verify ID}. */
  record Verify(int which) implements HistoryStep {}

  /** {@code recover}, by a person. */
  record Recover() implements HistoryStep {}

  /** {@code finalize}, by a person; each shutdown and each boot runs it too. */
  record Finalize() implements HistoryStep {}

  /** A person writes a file of the running /etc, or removes it if there is no text. */
  record EditEtc(String file, String text) implements HistoryStep {}

  /** A person gives a file of the running /etc another mode and owner, if it is there. */
  record SetAttributes(String file, int mode, int owner) implements HistoryStep {}

  /** A person writes a file in /var, or removes it if there is no text. */
  record EditVar(String file, String text) implements HistoryStep {}

  /**
   * The machine is started again. What strikes this step strikes the blessing of that boot.
   *
   * @param properly shut down before; else the power is cut while nothing happens
   * @param blessed whether the boot lasts until the blessing
   */
  record Reboot(boolean properly, boolean blessed) implements HistoryStep {}

  /** What filled the disk is deleted. */
  record FreeTheDisk() implements HistoryStep {}

  /** Days go by. */
  record Wait(int days) implements HistoryStep {}
}
