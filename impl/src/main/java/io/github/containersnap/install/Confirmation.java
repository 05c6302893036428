package io.github.containersnap.install;

import java.nio.file.Path;

/** Asks whether what a disk holds may be lost. */
public interface Confirmation {
  /**
   * Returns if it may.
   *
   * @param disk the disk
   * @param what the disk and what it holds, as the beginning of a sentence without its full stop
   * @throws UnusableDiskException if it may not, or there is no terminal to ask on
   */
  void require(Path disk, String what);
}
