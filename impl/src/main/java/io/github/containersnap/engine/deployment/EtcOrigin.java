package io.github.containersnap.engine.deployment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.github.containersnap.engine.model.DeploymentId;

/**
 * Which /etc the /etc of a deployment was made from, and when.
 *
 * @param schema the version of this record's form, 1
 * @param source the id of the deployment whose /etc that was
 * @param generation the transaction of the filesystem that froze it: what has changed since has a
 *     later one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record EtcOrigin(int schema, String source, long generation) {
  public EtcOrigin {
    if (DeploymentId.read(source).isEmpty()) {
      throw new IllegalArgumentException("it names no deployment");
    }
  }

  /** The deployment that the /etc came from. */
  public DeploymentId deployment() {
    return DeploymentId.parse(source);
  }
}
