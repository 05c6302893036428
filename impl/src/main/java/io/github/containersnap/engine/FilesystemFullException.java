package io.github.containersnap.engine;

import java.nio.file.Path;

/** The image does not fit. */
public final class FilesystemFullException extends UpdateException {
  private static final long serialVersionUID = 1L;

  private FilesystemFullException(String kind, Path filesystem, Bytes needed, Bytes free) {
    super(
        "The image needs %s of %s; %s has %s free.".formatted(needed, kind, filesystem, free),
        "Free space or remove deployments, then update again. The running system is unchanged.");
  }

  static FilesystemFullException ofData(Path filesystem, Bytes needed, Bytes free) {
    return new FilesystemFullException("data", filesystem, needed, free);
  }

  static FilesystemFullException ofMetadata(Path filesystem, Bytes needed, Bytes free) {
    return new FilesystemFullException("metadata", filesystem, needed, free);
  }
}
