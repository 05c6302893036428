package io.github.containersnap.vm.images;

/**
 * The two sides of an update.
 *
 * @param oldImage what the machine runs
 * @param newImage what it is updated to
 */
public record ImagePair(ImageInLayout oldImage, ImageInLayout newImage) {}
