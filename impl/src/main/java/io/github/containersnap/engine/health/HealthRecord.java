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
 * that the system before an update can say why the update was given up. Written whole or not at
 * all; a power cut leaves the text of before or this one.
 */
public final class HealthRecord {
  private static final int LARGEST = 1024 * 1024;

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
   * @param ended when the checks had ended, in ISO 8601
   * @param failed what failed; never empty
   */
  public record UnhealthyBoot(String deployment, String ended, List<FailedCheck> failed) {
    public UnhealthyBoot {
      failed = List.copyOf(failed);
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
   * @throws DamagedStateException if the file is no such record
   */
  public List<UnhealthyBoot> read() {
    return files
        .read(file, LARGEST)
        .map(text -> RecordJson.read(file, text, Content.class).boots())
        .orElse(List.of());
  }

  /**
   * Replaces what is known of {@code id}, in a single step of the filesystem; durable for the
   * kernel. Writes nothing if there was and is nothing to say.
   *
   * @param boot what failed; empty if all checks passed
   * @param kept whether what is known of another deployment stays
   */
  public void replace(DeploymentId id, Optional<UnhealthyBoot> boot, Predicate<String> kept) {
    List<UnhealthyBoot> before = readable();
    List<UnhealthyBoot> after =
        Stream.concat(
                before.stream()
                    .filter(it -> !it.deployment().equals(id.toString()))
                    .filter(it -> kept.test(it.deployment())),
                boot.stream())
            .toList();
    if (after.isEmpty()) {
      if (files.exists(file)) {
        files.deleteDurably(file);
      }
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
