package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.harness.history.History;
import io.github.containersnap.harness.history.play.InstalledMachines;
import io.github.containersnap.harness.history.play.WorldFactory;
import io.github.containersnap.harness.world.World;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Machines whose disks are files: their scratch space, their images, their registry. */
public final class LoopbackWorldFactory implements WorldFactory, AutoCloseable {
  /** Small disks have little room for metadata, and histories go on for some updates. */
  private static final long DISK_BYTES = 400L << 20;

  /** Kernels and initrds of several bases and versions, each once in the store and once pulled. */
  private static final long STARTABLE_DISK_BYTES = 1L << 30;

  private static final long SCRATCH_BYTES = 64L << 30;

  private final Workspace workspace;
  private final Optional<RealBoot> realBoot;
  private final int otherCuts;
  private final ScratchSpace scratch;
  private final LoopbackImages images;
  private final SystemDisk empty;
  private final InstalledMachines installations = new InstalledMachines();
  private final AtomicInteger names = new AtomicInteger();

  /**
   * Makes what they share.
   *
   * @param workspace for this alone; not closed with it
   * @param otherCuts how many other crash states of a command that lost its power are looked at
   */
  public LoopbackWorldFactory(Workspace workspace, int otherCuts) {
    this(workspace, otherCuts, DISK_BYTES, Optional.empty());
  }

  private LoopbackWorldFactory(
      Workspace workspace, int otherCuts, long diskBytes, Optional<RealBoot> realBoot) {
    this.workspace = workspace;
    this.realBoot = realBoot;
    this.otherCuts = otherCuts;
    scratch = ScratchSpace.create(workspace, SCRATCH_BYTES);
    images = new LoopbackImages(workspace);
    empty = SystemDisk.create(scratch.directory().resolve("empty.img"), diskBytes);
  }

  /** The same with machines that are started for real. */
  public static LoopbackWorldFactory starting(
      Workspace workspace, int otherCuts, RealBoot realBoot) {
    return new LoopbackWorldFactory(
        workspace, otherCuts, STARTABLE_DISK_BYTES, Optional.of(realBoot));
  }

  @Override
  public String name() {
    return "loopback";
  }

  @Override
  public World empty(long seed) {
    return new LoopbackWorld(this, seed, empty.at(copyOf(empty.image())));
  }

  @Override
  public World like(long seed, World other) {
    return other.copy(seed);
  }

  @Override
  public History adapted(History history) {
    return history;
  }

  /** Each takes seconds. */
  @Override
  public int triesOfShrinking() {
    return 25;
  }

  @Override
  public InstalledMachines installations() {
    return installations;
  }

  Optional<RealBoot> realBoot() {
    return realBoot;
  }

  int otherCuts() {
    return otherCuts;
  }

  LoopbackImages images() {
    return images;
  }

  Workspace workspace() {
    return workspace;
  }

  /** A file of that kind that does not exist yet. */
  Path newFile(String kind) {
    return scratch.directory().resolve(kind + "-" + names.incrementAndGet());
  }

  /** A copy of a disk. */
  Path copyOf(Path image) {
    Path copy = newFile("disk");
    scratch.reflink(image, copy);
    return copy;
  }

  /** Where something can be mounted. */
  Path newMountPoint() {
    return workspace.file("machine-" + names.incrementAndGet());
  }

  @Override
  public void close() {
    images.close();
    scratch.close();
  }
}
