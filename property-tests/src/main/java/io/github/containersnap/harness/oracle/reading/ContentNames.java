package io.github.containersnap.harness.oracle.reading;

import java.util.Optional;

/** Names what a crash state's disk holds, so that equal content need not be read again. */
@FunctionalInterface
public interface ContentNames {
  /**
   * Names the content of a range. Within one log, ranges with equal names hold equal bytes.
   *
   * @param address where it begins, as the kernel tells the "physical" address of a file's extent
   * @param length in bytes
   * @return empty if the range has to be read
   */
  Optional<String> of(long address, long length);
}
