package io.github.containersnap.harness.world;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A machine that a history happens to, with what is around it: disk, firmware, clock, registry. The
 * port between histories and the worlds in which they are played; {@code Player} knows no other.
 *
 * <p>A world that is closed is gone.
 */
public interface World extends AutoCloseable {
  /** Runs a second command while another is at work. */
  interface SecondCommands {
    /** Runs one, and looks at how it ends. */
    void run(WorldFault.SecondCommand second);
  }

  /** Who runs second commands. */
  void runSecondCommandsBy(SecondCommands runner);

  /**
   * A machine that is like this one as it is now, also where nothing has recovered from what struck
   * it, and goes its own way from here on. The caller closes it.
   */
  World copy(long seed);

  // ---- commands

  /** From now on the registry has this image. */
  void publish(HistoryImage image);

  /** Where the command at work finds an image that was published. */
  ImageReference reference(HistoryImage image);

  /**
   * A command begins.
   *
   * @param strikes what strikes it
   */
  RunningCommand start(List<ScheduledFault> strikes);

  /** A command that is started while another is at work. */
  RunningCommand startSecond();

  /** The machine as the engine sees it, by the calls of {@code command}. */
  Machine seenBy(RunningCommand command, Progress progress);

  // ---- the disk

  /** What is on the disk now, for the judge. */
  DiskView view();

  /**
   * Somebody writes a file and syncs it; nothing of the engine's is involved.
   *
   * @param file a path from the top level
   * @param text nothing to remove it
   */
  void write(String file, Optional<String> text);

  /**
   * Somebody gives a file another mode and owner, and syncs it.
   *
   * @param file a path from the top level, of a file that is there
   */
  void setAttributes(String file, int mode, int owner);

  /** The kernel commits by itself, as it will do sooner or later. */
  void letTheKernelCommit();

  /** Whether the kernel has lost contents and not told anybody yet. */
  boolean hasNewsOfLostContents();

  /** What filled the disk is deleted. */
  void freeTheDisk();

  /** Whether somebody has filled the disk. */
  boolean isFilled();

  /** Whether there is so much room that some of it must be put aside for a full disk. */
  boolean hasPlentyOfRoom();

  /**
   * Whether the disk was filled again before any recovery found room to reserve some again. The
   * design excuses a failure only then; that each recovery with room leaves some reserved, {@link
   * io.github.containersnap.harness.property.Reserves} decides.
   */
  boolean isFilledBeyondHelp();

  // ---- the power

  /**
   * The power goes and comes back; the firmware has control. If a power cut has ended the command
   * at work, it went then; else it goes now.
   */
  void cutPower();

  /**
   * Machines as other power cuts within the last command would have left them, with the firmware in
   * control; a sample. The caller closes each.
   *
   * <p>Only after {@link #cutPower}, and before anything else is done; and only of a command that a
   * power cut could have struck. A world may know none.
   *
   * @param count how many
   */
  List<World> afterOtherCuts(int count);

  /** How many of these are worth looking at whenever a command loses its power. */
  int usualOtherCuts();

  /** Shut down properly, and started again; the firmware has control. */
  void restart();

  /** The boot loader starts what its menu says. */
  FirmwareModel.Attempt startSystem();

  /** Firmware and boot loader. */
  FirmwareModel firmware();

  /** What is running. */
  Optional<BootedDeployment> boot();

  // ---- time

  /** Time passes. */
  void pass(Duration time);

  /** What time it is. */
  Instant now();

  // ---- what it cannot do

  /** Where it has departed from the history since it was last asked, each time a line. */
  List<String> departures();

  @Override
  void close();
}
