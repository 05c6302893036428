package io.github.containersnap.engine.deployment;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.github.containersnap.engine.model.BootFiles;

/**
 * What a deployment says of itself. It holds no time and no host, so that the same update gives the
 * same tree.
 *
 * @param schema the version of this record's form, 1
 * @param imageId the image
 * @param reference where the image came from
 * @param bootFiles what it boots with
 * @param osName the image's PRETTY_NAME, for the boot menu
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record DeploymentRecord(
    int schema, String imageId, String reference, BootFiles bootFiles, String osName) {}
