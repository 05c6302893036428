package io.github.containersnap.harness.boots;

import io.github.containersnap.loopback.disk.SystemDisk;
import java.nio.file.Path;

/**
 * A host that was suspended while its system was up: copies of it go on from there, as if each had
 * been booted.
 *
 * @param disk its disk at that moment; nobody writes to it
 * @param state all else that it was
 */
record RunningHost(HostBench bench, SystemDisk disk, Path state) {
  /** A machine with a disk of its own, to be resumed from {@link #state}. */
  TestMachine machine() {
    return bench.machine(bench.room().copyOf(disk));
  }
}
