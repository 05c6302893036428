package io.github.containersnap.harness.fault;

import io.github.containersnap.base.Json;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.harness.testkit.LayeredImage;
import io.github.containersnap.loopback.crash.CrashImage;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.RecordedDisk;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Power cuts on a host whose boot loader follows the default subvolume: after every flush, and
 * after every write once success was reported. That boot loader is openSUSE's GRUB and is not here;
 * what a kernel that is told no subvolume mounts is what it boots (properties P1 and P2).
 */
record DefaultSubvolumeRun(FaultBench bench, MutantCandidate subject) implements FaultRun {
  private static final String RECORD = SealedRoot.OWN_DIRECTORY + "/deployment.json";

  @Override
  public void run(Tries tries) throws IOException {
    Path image = bench.newImage();
    try {
      SystemDisk disk = host(image);
      sweep(disk, recorded(disk), tries);
    } finally {
      Files.deleteIfExists(image);
    }
  }

  /** Something else has set the default subvolume of it before container-snap comes. */
  private SystemDisk host(Path image) throws IOException {
    SystemDisk disk = SystemDisk.create(image, bench.base().sizeBytes());
    bench.on(
        disk,
        machine -> {
          Path other = machine.top().resolve("@other");
          ExternalCommand.of("btrfs", "subvolume", "delete", machine.layout().boot()).run();
          ExternalCommand.of("btrfs", "subvolume", "create", other).run();
          ExternalCommand.of("btrfs", "subvolume", "set-default", other).run();
          machine.succeeds("init");
          machine.succeeds("update", bench.first().reference());
          bench.changeEtc(machine);
        });
    return disk;
  }

  private WriteLog recorded(SystemDisk base) throws IOException {
    Path copy = bench.copyOf(base.image());
    Path log = bench.workspace().file(bench.newName("log"));
    try (RecordedDisk disk = RecordedDisk.start(base.at(copy), log, bench.workspace())) {
      bench.on(
          base.at(disk.export()),
          machine -> {
            disk.mark(Recording.BEGINS);
            machine.with(subject).succeeds("update", bench.second().reference());
            disk.mark(Recording.REPORTED);
          });
      disk.close();
      return disk.readLog();
    } finally {
      Files.delete(copy);
    }
  }

  private void sweep(SystemDisk base, WriteLog log, Tries tries) throws IOException {
    int reported = log.indexOfMark(Recording.REPORTED).orElseThrow();
    Path image = bench.copyOf(base.image());
    try (CrashImage crash = CrashImage.of(image, log)) {
      for (int entries : cuts(log, reported)) {
        boolean promised = entries > reported;
        tries.next(
            "power lost after entry %d of %d of the log%s"
                .formatted(entries, log.entries().size(), promised ? ", success reported" : ""));
        crash.advanceTo(entries);
        judge(base, image, promised);
      }
    } finally {
      Files.delete(image);
    }
  }

  private static SortedSet<Integer> cuts(WriteLog log, int reported) {
    SortedSet<Integer> cuts = new TreeSet<>();
    for (LogEntry entry : log.entries()) {
      if (entry instanceof LogEntry.Flush || entry.index() >= reported) {
        cuts.add(entry.index() + 1);
      }
    }
    return cuts;
  }

  private void judge(SystemDisk base, Path image, boolean promised) throws IOException {
    Path look = bench.copyOf(image);
    try (LoopDevice loop = base.at(look).attachSystem()) {
      LayeredImage booted = booted(loop);
      if (promised && !booted.equals(bench.second())) {
        throw new PropertyViolatedException(
            "the update had reported success, but the kernel mounts the old system");
      }
      bench.on(loop, machine -> machine.requireWhole(booted));
    } finally {
      Files.delete(look);
    }
  }

  private LayeredImage booted(LoopDevice loop) throws IOException {
    Path at = bench.workspace().file(bench.newName("booted"));
    try (Mount root = Mount.of(loop.device(), at, "noatime")) {
      Path record = root.directory().resolve(RECORD);
      if (!Files.exists(record)) {
        throw new PropertyViolatedException("the default subvolume is not a deployment");
      }
      String id = Json.tree(record).path("imageId").asText();
      return id.equals(bench.second().id()) ? bench.second() : bench.first();
    }
  }
}
