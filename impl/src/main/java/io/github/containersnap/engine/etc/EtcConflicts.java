package io.github.containersnap.engine.etc;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.github.containersnap.engine.deployment.RecordJson;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.etc.EtcConflict;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The conflicts that merges of a deployment's /etc came upon, kept as long as the deployment is: an
 * administrator may look days later.
 */
public final class EtcConflicts {
  private static final int LARGEST = 4 * 1024 * 1024;

  private final SystemFiles files;
  private final DeploymentLayout layout;

  /** The conflicts that the deployments of a machine stand with. */
  public EtcConflicts(SystemFiles files, DeploymentLayout layout) {
    this.files = files;
    this.layout = layout;
  }

  /**
   * Adds what is new of these. A crash leaves the conflicts of before or all; the merge that they
   * belong to may then be undone, or done again.
   */
  public void add(DeploymentId id, List<EtcConflict> conflicts) {
    Set<EtcConflict> all = new LinkedHashSet<>(readable(id));
    if (all.addAll(conflicts)) {
      files.createDirectories(layout.etcRecords(id));
      files.replaceDurably(
          layout.etcConflicts(id), RecordJson.write(new Kept(1, List.copyOf(all))));
    }
  }

  /** What cannot be read is written again whole. */
  private List<EtcConflict> readable(DeploymentId id) {
    try {
      return of(id);
    } catch (DamagedStateException e) {
      return List.of();
    }
  }

  /**
   * All conflicts of a deployment, oldest first.
   *
   * @throws DamagedStateException if they cannot be read
   */
  List<EtcConflict> of(DeploymentId id) {
    Path file = layout.etcConflicts(id);
    return files
        .read(file, LARGEST)
        .map(text -> RecordJson.read(file, text, Kept.class).conflicts())
        .orElse(List.of());
  }

  /**
   * The record on disk.
   *
   * @param schema the version of its form, 1
   * @param conflicts oldest first
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  record Kept(int schema, List<EtcConflict> conflicts) {}
}
