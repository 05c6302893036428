package io.github.containersnap.engine.model;

import java.nio.file.Path;

/** The image does not fit. */
public final class FilesystemFullException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private FilesystemFullException(
      String what, String kind, Path filesystem, Bytes needed, Bytes free) {
    super(
        "The %s needs %s of %s; %s has %s free.".formatted(what, needed, kind, filesystem, free),
        "Free space or remove deployments, then update again. The running system is unchanged.");
  }

  /** There is no room for the contents of an image. */
  public static FilesystemFullException ofData(Path filesystem, Bytes needed, Bytes free) {
    return new FilesystemFullException("image", "data", filesystem, needed, free);
  }

  /** There is no room for the metadata that work in a snapshot needs. */
  public static FilesystemFullException ofSnapshot(Path filesystem, Bytes needed, Bytes free) {
    return new FilesystemFullException("snapshot", "metadata", filesystem, needed, free);
  }

  /** There is no room for the metadata of an image. */
  public static FilesystemFullException ofMetadata(Path filesystem, Bytes needed, Bytes free) {
    return new FilesystemFullException("image", "metadata", filesystem, needed, free);
  }
}
