package io.github.containersnap.engine.adoption;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.github.containersnap.engine.deployment.RecordJson;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.SystemFiles;
import java.util.List;
import java.util.Optional;

/**
 * What an adoption that has not ended yet makes besides the deployment: the proof that these
 * subvolumes are its own, and may go if it is cut off.
 *
 * @param schema the version of this record's form, 1
 * @param subvolume the root subvolume of the host, as a path from the top level
 * @param made the names of the subvolumes of the top level that were not there before
 * @param wasInitialized whether {@code init} had been there before
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record AdoptionRecord(int schema, String subvolume, List<String> made, boolean wasInitialized) {
  private static final int LARGEST = 64 * 1024;

  AdoptionRecord {
    made = List.copyOf(made);
    if (made.stream().anyMatch(name -> !name.startsWith("@") || name.indexOf('/') >= 0)) {
      throw new IllegalArgumentException("it names something else than subvolumes of its own");
    }
  }

  /** What an attempt that has not ended left, if one did; nothing boots from it. */
  static Optional<AdoptionRecord> ofEarlierAttempt(SystemFiles files, DeploymentLayout layout) {
    return files
        .read(layout.adoption(), LARGEST)
        .map(text -> RecordJson.read(layout.adoption(), text, AdoptionRecord.class));
  }
}
