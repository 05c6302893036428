package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.loopback.disk.FailingDisk;
import io.github.containersnap.loopback.disk.IoFault;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.RecordedDisk;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.log.WriteLog;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A disk in use, from the mount that a boot makes to its end: recorded, or able to fail, or
 * neither.
 *
 * @param base the disk as it was before
 * @param live the file that changes
 * @param recordFile where it is recorded, if it is
 */
record DiskSession(
    SystemDisk base,
    Path live,
    Path recordFile,
    Optional<RecordedDisk> recorder,
    Optional<FailingDisk> failing,
    LoopDevice loop,
    Mount mount)
    implements AutoCloseable {
  /** Whatever the default subvolume is. */
  static final String TOP_LEVEL = "noatime,subvolid=5";

  /** The kernel commits when a history says so, and not every half minute by itself as well. */
  private static final String IN_USE = TOP_LEVEL + ",commit=300";

  /** One of which every write is recorded. */
  static DiskSession recorded(LoopbackWorldFactory bench, SystemDisk base, Path at) {
    Path live = bench.copyOf(base.image());
    Path log = bench.newFile("log");
    RecordedDisk recorder = RecordedDisk.start(base.at(live), log, bench.workspace());
    LoopDevice loop = recorder.disk().attachSystem();
    Mount mount = Mount.of(loop.device(), at, IN_USE);
    return new DiskSession(base, live, log, Optional.of(recorder), Optional.empty(), loop, mount);
  }

  /** One of which nothing is recorded. */
  static DiskSession unrecorded(LoopbackWorldFactory bench, SystemDisk base, Path at) {
    Path live = bench.copyOf(base.image());
    LoopDevice loop = base.at(live).attachSystem();
    Mount mount = Mount.of(loop.device(), at, IN_USE);
    return new DiskSession(base, live, live, Optional.empty(), Optional.empty(), loop, mount);
  }

  /** One whose disk can be made to fail. */
  static DiskSession ableToFail(LoopbackWorldFactory bench, SystemDisk base, Path at) {
    Path live = bench.copyOf(base.image());
    FailingDisk failing = FailingDisk.start(base.at(live), bench.workspace());
    LoopDevice loop = failing.disk().attachSystem();
    Mount mount = Mount.of(loop.device(), at, IN_USE);
    return new DiskSession(base, live, live, Optional.empty(), Optional.of(failing), loop, mount);
  }

  /** From now on the disk takes no write. */
  void fail() {
    failing.orElseThrow().arm(new IoFault(IoFault.Access.WRITE, 1, true));
  }

  /** Marks this moment in the record, if there is one. */
  void mark(String name) {
    recorder.ifPresent(it -> it.mark(name));
  }

  /** What was recorded; once it is closed. */
  WriteLog log() {
    return recorder.orElseThrow().readLog();
  }

  /** Nobody wants to know what was recorded; once it is closed. */
  void forgetRecord() {
    if (recorder.isPresent()) {
      LoopbackWorld.delete(recordFile);
    }
  }

  @Override
  public void close() {
    try (Exports _ = this::closeExports) {
      mount.close();
      loop.close();
    }
  }

  /** What the disk is, for the kernel. */
  @FunctionalInterface
  private interface Exports extends AutoCloseable {
    @Override
    void close();
  }

  /** Also if the disk is still in use: a recorder that goes on holds what others have mounted. */
  private void closeExports() {
    recorder.ifPresent(RecordedDisk::close);
    failing.ifPresent(FailingDisk::close);
  }
}
