package io.github.containersnap.engine;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Which /etc the /etc of a deployment was made from, and when.
 *
 * @param schema the version of this record's form, 1
 * @param source the id of the deployment whose /etc that was
 * @param generation the transaction of the filesystem that froze it: what has changed since has a
 *     later one
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record EtcOrigin(int schema, String source, long generation) {
  EtcOrigin {
    if (DeploymentId.read(source).isEmpty()) {
      throw new IllegalArgumentException("it names no deployment");
    }
  }

  DeploymentId deployment() {
    return DeploymentId.parse(source);
  }
}
