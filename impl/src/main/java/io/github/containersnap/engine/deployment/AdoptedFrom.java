package io.github.containersnap.engine.deployment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;

/**
 * Where an adopted deployment came from. No image is behind it.
 *
 * @param schema the version of this record's form, 1
 * @param subvolume the root subvolume that it is a snapshot of, as a path from the top level
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record AdoptedFrom(int schema, String subvolume) {}
