package io.github.containersnap.engine.health;

import io.github.containersnap.engine.deployment.RecordJson;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The health checks that failed in the last boot of each deployment: one file of the machine, so
 * that the system before an update can say why the update was given up.
 *
 * <p>It is written whole or not at all. A power cut before its rename leaves the text of before,
 * and perhaps an unfinished file beside it that the next recovery removes; one after it leaves this
 * text. Nothing is decided by this file: without it nobody knows why a boot failed, and it has
 * failed all the same.
 */
public final class HealthRecord {
  private static final int LARGEST = 1024 * 1024;

  /** With {@link FailedCheck}'s own bounds they keep the file below {@link #LARGEST}. */
  private static final int MOST_BOOTS = 4;

  private static final int MOST_CHECKS = 32;

  private final SystemFiles files;
  private final Path file;

  /** The record of the machine whose layout is {@code layout}. */
  public HealthRecord(SystemFiles files, DeploymentLayout layout) {
    this.files = files;
    this.file = layout.health();
  }

  /**
   * The last boot of a deployment in which checks failed.
   *
   * @param deployment its id
   * @param bootId which boot of the machine it was; "" if that is not known
   * @param checked when the checks had ended, in ISO 8601
   * @param failed what failed; never empty
   */
  public record UnhealthyBoot(
      String deployment, String bootId, String checked, List<FailedCheck> failed) {
    public UnhealthyBoot {
      failed = failed.stream().limit(MOST_CHECKS).toList();
    }
  }

  record Content(List<UnhealthyBoot> boots) {
    Content {
      boots = List.copyOf(boots);
    }
  }

  /**
   * The boots in which checks failed, at most one of each deployment. Only reads.
   *
   * @throws DamagedStateException if the file is not such a record
   */
  public List<UnhealthyBoot> read() {
    return files
        .read(file, LARGEST)
        .map(text -> RecordJson.read(file, text, Content.class).boots())
        .orElse(List.of());
  }

  /**
   * Replaces what is known of {@code id}, in a single step of the filesystem; durable for the
   * kernel. Writes nothing if nothing changes.
   *
   * @param boot what failed; empty if all checks passed
   * @param kept whether what is known of another deployment stays
   */
  public void replace(DeploymentId id, Optional<UnhealthyBoot> boot, Predicate<String> kept) {
    if (boot.isEmpty() && !files.exists(file)) {
      return;
    }
    List<UnhealthyBoot> before = readable();
    List<UnhealthyBoot> after =
        Stream.concat(
                before.stream()
                    .filter(it -> !it.deployment().equals(id.toString()))
                    .filter(it -> kept.test(it.deployment())),
                boot.stream())
            .toList();
    after = after.subList(Math.max(0, after.size() - MOST_BOOTS), after.size());
    if (after.isEmpty()) {
      files.deleteDurably(file);
    } else if (!after.equals(before)) {
      files.replaceDurably(file, RecordJson.write(new Content(after)));
    }
  }

  /** A damaged record keeps nobody from writing the next one. */
  private List<UnhealthyBoot> readable() {
    try {
      return read();
    } catch (DamagedStateException damaged) {
      return List.of();
    }
  }

  /** Removes what a crash within {@link #replace} has left beside it. */
  public void removeUnfinished() {
    SystemFiles.removeUnfinished(files, file);
  }
}
