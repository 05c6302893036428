package io.github.containersnap.harness.fault;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.FailingDisk;
import io.github.containersnap.loopback.disk.IoFault;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A machine whose disk fails while a command runs.
 *
 * @param bench where it belongs
 * @param image its disk
 */
record FailingMachine(FaultBench bench, Path image) {
  /**
   * What came of a run.
   *
   * @param result how the command ended
   * @param errors how many I/O errors btrfs has seen
   * @param writes how many requests to write the kernel has made
   * @param reads how many to read
   */
  record Run(Updater.Result result, long errors, int writes, int reads) {}

  /** Mounts the disk, runs a command with the fault, if any, and unmounts it. */
  Run run(Optional<IoFault> fault, String... arguments) throws IOException {
    Run[] run = new Run[1];
    try (FailingDisk disk = FailingDisk.start(bench.base().at(image), bench.workspace());
        LoopDevice loop = disk.disk().attachSystem()) {
      bench.on(
          loop,
          machine -> {
            fault.ifPresent(disk::arm);
            int writes = requests(loop, 4);
            int reads = requests(loop, 0);
            Updater.Result result = machine.run(arguments);
            run[0] =
                new Run(
                    result, errors(loop), requests(loop, 4) - writes, requests(loop, 0) - reads);
            disk.disarm();
          });
    }
    return run[0];
  }

  /** A field of Documentation/block/stat.rst. */
  private static int requests(LoopDevice loop, int field) throws IOException {
    Path stat = Path.of("/sys/block", loop.device().getFileName().toString(), "stat");
    return Integer.parseInt(Files.readString(stat).strip().split("\\s+", -1)[field]);
  }

  /** How many errors btrfs has seen on a device. */
  static long errors(LoopDevice loop) {
    return ExternalCommand.of("btrfs", "device", "stats", loop.device()).run().lines().stream()
        .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
        .sum();
  }
}
