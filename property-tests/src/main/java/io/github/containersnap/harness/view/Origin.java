package io.github.containersnap.harness.view;

import java.util.Optional;

/**
 * What a deployment says that it was made from.
 *
 * @param imageId the image, in hexadecimal digits
 * @param reference where it came from, as the updater was told; nothing if that is not compared,
 *     since each run has another
 */
public record Origin(String imageId, Optional<String> reference) {}
