package io.github.containersnap.engine;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RecordJson;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * How the machine's last update ended, and when: one file of the machine, which a rollback keeps.
 *
 * <p>It is written after the update has ended, whole or not at all. A power cut before its rename
 * leaves the text of before, and perhaps an unfinished file beside it that the next recovery
 * removes; one after it leaves this text. Nothing is decided by this file.
 */
public final class LastUpdate {
  private static final int LARGEST = 64 * 1024;
  private static final int LONGEST_TEXT = 1000;

  private final Machine machine;
  private final SystemFiles files;
  private final Path file;

  /** Of {@code machine}. */
  public LastUpdate(Machine machine) {
    this.machine = machine;
    this.files = machine.ports().files();
    this.file = machine.layout().lastUpdate();
  }

  /** How an update ended. */
  public enum Result {
    /** A new deployment boots next. */
    UPDATED,
    /** There was nothing to do. */
    UNCHANGED,
    /** It failed; the machine boots what it booted before, unless the message says otherwise. */
    FAILED
  }

  /**
   * The record on disk.
   *
   * @param schema the version of its form, 1
   * @param result how the update ended
   * @param ended when, in ISO 8601
   * @param reference where it looked for the image
   * @param deployment the deployment that boots next because of it; "" if it failed
   * @param message why it failed, a sentence; "" if it did not
   * @param failedTrials how many systems in a row had not come up by then
   * @param failedDeployment the last of these; "" if there was none
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record Ended(
      int schema,
      Result result,
      String ended,
      String reference,
      String deployment,
      String message,
      int failedTrials,
      String failedDeployment) {
    public Ended {
      reference = shortened(reference);
      message = shortened(message);
    }

    private static String shortened(String text) {
      return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
  }

  /**
   * The record; empty if there is none. Only reads.
   *
   * @throws DamagedStateException if the file is not such a record
   */
  public Optional<Ended> read() {
    return files.read(file, LARGEST).map(text -> RecordJson.read(file, text, Ended.class));
  }

  /** A damaged record is no record, and the next one replaces it. */
  private Optional<Ended> readable() {
    try {
      return read();
    } catch (DamagedStateException damaged) {
      return Optional.empty();
    }
  }

  /** When the last update ended that did not fail, if the record is of one. */
  public Optional<Instant> settled() {
    return readable().filter(it -> it.result() != Result.FAILED).flatMap(it -> time(it.ended()));
  }

  private static Optional<Instant> time(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException damaged) {
      return Optional.empty();
    }
  }

  /**
   * The row of systems that have not come up. An update asks for it before it begins: the new menu
   * no longer names what failed.
   *
   * @param length how many there are
   * @param last the last of them; "" if there is none
   */
  public record FailedRow(int length, String last) {}

  /**
   * The row until now. Each system that the menu shows as failed counts once; what comes up and is
   * blessed ends the row.
   */
  public FailedRow failedRow() {
    Optional<Ended> record = readable();
    Optional<BootMenu> menu = machine.ports().bootloader().menu();
    int before = record.map(Ended::failedTrials).orElse(0);
    Optional<String> counted = record.map(Ended::failedDeployment);
    Optional<String> failed = menu.flatMap(LastUpdate::failed);
    int length;
    if (failed.isPresent()) {
      length = failed.equals(counted) ? before : before + 1;
    } else {
      length = menu.filter(LastUpdate::hasComeUp).isPresent() ? 0 : before;
    }
    return new FailedRow(length, length == 0 ? "" : failed.or(() -> counted).orElse(""));
  }

  private static boolean hasComeUp(BootMenu menu) {
    return menu.byDefault().standing() instanceof TrialState.Blessed;
  }

  private static Optional<String> failed(BootMenu menu) {
    return menu.fallback()
        .filter(entry -> entry.standing() instanceof TrialState.Failed)
        .map(entry -> entry.deployment().toString());
  }

  /** Notes that an update to {@code reference} succeeded, and what boots next. */
  public void succeeded(
      Result result, ImageReference reference, DeploymentId boots, FailedRow row) {
    write(result, reference, boots.toString(), "", row);
  }

  /** Notes that an update to {@code reference} failed. */
  public void failed(ImageReference reference, RuntimeException failure, FailedRow row) {
    write(Result.FAILED, reference, "", String.valueOf(failure.getMessage()), row);
  }

  /**
   * The update has ended, so nothing here makes it fail. If another command holds the lock, it may
   * be the next update: then that one writes.
   */
  private void write(
      Result result, ImageReference reference, String deployment, String message, FailedRow row) {
    String now = machine.ports().clock().instant().truncatedTo(ChronoUnit.SECONDS).toString();
    Ended ended =
        new Ended(1, result, now, reference.text(), deployment, message, row.length(), row.last());
    try {
      new Transaction(machine)
          .unrecovered(() -> files.replaceDurably(file, RecordJson.write(ended)));
    } catch (LockedException another) {
      machine.progress().notes("the end of this update is not noted: another container-snap works");
    } catch (RuntimeException failure) {
      machine
          .progress()
          .notes("the end of this update could not be noted: " + failure.getMessage());
    }
  }

  /** Removes what a crash has left beside the record. */
  public static void removeUnfinished(SystemFiles files, DeploymentLayout layout) {
    SystemFiles.removeUnfinished(files, layout.lastUpdate());
  }
}
