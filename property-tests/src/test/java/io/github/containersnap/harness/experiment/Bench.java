package io.github.containersnap.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.harness.experiment.TinyImages.TinyImage;
import io.github.containersnap.harness.testkit.FailingPorts;
import io.github.containersnap.harness.testkit.SharedParameter;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A disk with version 1 of the tiny system deployed and some local changes, made once for all
 * tests; each test works on a reflinked copy. Needs root, btrfs, podman and skopeo.
 */
final class Bench implements AutoCloseable {
  private static final long DISK_BYTES = 1L << 30;
  private static final long SCRATCH_BYTES = 16L << 30;

  private final Workspace workspace;
  private final ScratchSpace scratch;
  private final TinyImages images;
  private final TinyImage first;
  private final TinyImage second;
  private final TinyImage third;
  private final SystemDisk base;
  private final AtomicInteger copies = new AtomicInteger();
  private @Nullable Undisturbed undisturbed;

  private Bench() throws IOException {
    workspace =
        Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"));
    scratch = ScratchSpace.create(workspace, SCRATCH_BYTES);
    images = new TinyImages(workspace.file("images"));
    first = images.version(1, root -> {});
    second =
        images.version(
            2,
            root -> {
              TinyImages.kernel(root, "6.2.0");
              TinyImages.write(root, "usr/lib/modules/.wh.6.1.0", "");
              TinyImages.write(root, "etc/motd", "welcome to 2\n");
            });
    third = images.version(3, root -> {});
    base = SystemDisk.create(scratch.directory().resolve("base.img"), DISK_BYTES);
    on(base, this::install);
  }

  private void install(BenchInstallation machine) throws IOException {
    machine.succeeds("init");
    machine.succeeds("update", first.reference());
    Path etc = machine.root(first).resolve("etc");
    Files.writeString(etc.resolve("app.conf"), "version = mine\n");
    Files.writeString(etc.resolve("local"), "mine\n");
    Files.delete(etc.resolve("hostname"));
  }

  /** The bench shared by all test classes, closed after the last. */
  static final class Shared extends SharedParameter<Bench> {
    Shared() {
      super(Bench.class, _ -> new Bench());
    }
  }

  TinyImages images() {
    return images;
  }

  /** Version 1, deployed on every copy. */
  TinyImage first() {
    return first;
  }

  /** Version 2, with another kernel. */
  TinyImage second() {
    return second;
  }

  /** Version 3. */
  TinyImage third() {
    return third;
  }

  /**
   * What an update from the first to the second version does and leaves when nothing disturbs it.
   *
   * @param calls the port calls, in order
   * @param tree what the new deployment holds
   * @param subvolumes all subvolumes afterwards
   */
  record Undisturbed(List<String> calls, DeploymentTree tree, SortedSet<String> subvolumes) {}

  /** That update, made when it is first asked for. */
  synchronized Undisturbed undisturbed() throws IOException {
    if (undisturbed == null) {
      FailingPorts ports = FailingPorts.where(number -> false);
      onCopy(
          machine -> {
            Updater.Result result =
                run(ports.access(podman()), machine.top(), "update", second.reference());
            assertThat(result.exitCode()).as(result.error()).isZero();
            undisturbed =
                new Undisturbed(
                    ports.calls(), machine.tree(second), MountedSystem.subvolumes(machine.top()));
          });
    }
    return Objects.requireNonNull(undisturbed);
  }

  /** Where the files of a run go. */
  Path runtimeDirectory() {
    return workspace.file("runtime");
  }

  Podman podman() {
    return new Podman(runtimeDirectory(), true);
  }

  /** A test's work on a machine. */
  interface Work {
    void on(BenchInstallation machine) throws IOException;
  }

  /** Does {@code work} on a copy of the disk, which is thrown away. */
  void onCopy(Work work) throws IOException {
    Path copy = scratch.directory().resolve("copy-" + copies.incrementAndGet() + ".img");
    scratch.reflink(base.image(), copy);
    try {
      on(base.at(copy), work);
    } finally {
      Files.delete(copy);
    }
  }

  /** Does {@code work} on a new disk of that size with nothing on it. */
  void onNewDisk(long bytes, Work work) throws IOException {
    Path image = scratch.directory().resolve("new-" + copies.incrementAndGet() + ".img");
    try {
      on(SystemDisk.create(image, bytes), work);
    } finally {
      Files.delete(image);
    }
  }

  private void on(SystemDisk disk, Work work) throws IOException {
    Path at = workspace.file("mount-" + copies.incrementAndGet());
    try (LoopDevice loop = disk.attachSystem();
        Mount mount = Mount.of(loop.device(), at, "noatime")) {
      work.on(new BenchInstallation(mount.directory(), this));
    }
  }

  /** Runs the command line on the system mounted at {@code top}. */
  Updater.Result run(Path top, String... arguments) {
    MachineAccess access = new RealMachineAccess(runtimeDirectory());
    return run(access, top, arguments);
  }

  /** Runs the command line through {@code access}. */
  static Updater.Result run(MachineAccess access, Path top, String... arguments) {
    return Updater.Result.of(CommandLineRun.onRoot(top, access, arguments));
  }

  @Override
  public void close() {
    scratch.close();
    workspace.close();
  }
}
