package io.github.containersnap.engine.deployment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * What a deployment that is a snapshot of another says of that.
 *
 * @param schema the version of this record's form, 1
 * @param base the id of the deployment it is a snapshot of
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record SnapshotRecord(int schema, String base) {}
