package io.github.containersnap.vm.images;

/**
 * The two sides of an update.
 *
 * @param oldImage what the machine runs
 * @param newImage what it is updated to
 */
public record ImagePair(ImageInLayout oldImage, ImageInLayout newImage) {
  /** The same images under other names for people. */
  public ImagePair described(String oldDescription, String newDescription) {
    return new ImagePair(
        new ImageInLayout(oldImage.layoutDirectory(), oldImage.tag(), oldDescription),
        new ImageInLayout(newImage.layoutDirectory(), newImage.tag(), newDescription));
  }
}
