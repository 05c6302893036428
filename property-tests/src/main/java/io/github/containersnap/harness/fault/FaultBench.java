package io.github.containersnap.harness.fault;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.experiment.DeploymentExpectations;
import io.github.containersnap.harness.experiment.DeploymentTree;
import io.github.containersnap.harness.experiment.ImageOrigin;
import io.github.containersnap.harness.experiment.LivedInMachine;
import io.github.containersnap.harness.experiment.MachineOwner;
import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.harness.experiment.UpdateExperiment;
import io.github.containersnap.harness.oracle.ExpectedSystems;
import io.github.containersnap.harness.property.ExpectedEtc;
import io.github.containersnap.harness.property.LocalChange;
import io.github.containersnap.harness.registry.LocalRegistry;
import io.github.containersnap.harness.testkit.LayeredImage;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A disk with version 1 deployed, two versions in a registry, and what a machine must be like
 * before and after an update. What happens to machines happens to reflinked copies of it.
 */
public final class FaultBench implements AutoCloseable {
  private static final long DISK_BYTES = 400L << 20;
  private static final long SCRATCH_BYTES = 16L << 30;
  private static final int DATA_BYTES = 200_000;
  private static final int LARGE_BYTES = 24 << 20;
  private static final String NAME = "faults:";

  /** Whatever the default subvolume is. */
  private static final String TOP_LEVEL = "noatime,subvolid=5";

  /** What the owner of each machine did to its /etc. */
  private static final List<LocalChange> LOCAL_CHANGES =
      List.of(
          new LocalChange.EditFile("app.conf", "version = mine\n"),
          new LocalChange.WriteFile("local", "mine\n", LocalChange.Attributes.ofRoot(0644)),
          new LocalChange.SetEntry("passwd", "me:x:1000:1000:me:/home/me:/bin/sh"));

  private final Workspace workspace;
  private final ScratchSpace scratch;
  private final LayeredImage first;
  private final LayeredImage second;
  private final LayeredImage large;
  private final LocalRegistry registry;
  private final SystemDisk base;
  private final List<Blob> secondBlobs;
  private final Blob secondManifest;
  private final AtomicInteger names = new AtomicInteger();

  /**
   * A blob of version 2 in the registry.
   *
   * @param digest {@code sha256:HEX}
   * @param bytes its size
   */
  record Blob(String digest, long bytes) {}

  /**
   * Makes all that.
   *
   * @param workspace for this alone; closed with it
   */
  public FaultBench(Workspace workspace) throws IOException {
    this.workspace = workspace;
    scratch = ScratchSpace.create(workspace, SCRATCH_BYTES);
    first = LayeredImage.make(workspace.file("image-1"), 1, DATA_BYTES);
    second = LayeredImage.make(workspace.file("image-2"), 2, DATA_BYTES);
    large = LayeredImage.make(workspace.file("image-3"), 3, LARGE_BYTES);
    registry = LocalRegistry.open(workspace, "registry");
    registry.push(first.reference(), NAME + 1);
    registry.push(second.reference(), NAME + 2);
    byte[] manifest =
        ExternalCommand.of("skopeo", "inspect", "--raw", "--tls-verify=false")
            .with(registry.reference(NAME + 2))
            .run()
            .standardOutput();
    secondManifest = new Blob("manifest", manifest.length);
    secondBlobs = blobs(Json.tree(manifest));
    base = SystemDisk.create(scratch.directory().resolve("base.img"), DISK_BYTES);
    on(base, this::install);
  }

  private void install(FaultedSystem machine) {
    machine.succeeds("init");
    machine.succeeds("--insecure", "update", registry.reference(NAME + 1));
    changeEtc(machine);
  }

  /** Makes the local changes that every copy has. */
  void changeEtc(FaultedSystem machine) {
    new MachineOwner(machine.layout().deployments().resolve(first.id()).resolve("etc"))
        .make(LOCAL_CHANGES);
  }

  /**
   * What must be so of a machine before and after an update, from the images alone.
   *
   * @param image what it is updated to
   * @param filesystem the UUID of its btrfs
   */
  ExpectedSystems expected(LayeredImage image, UUID filesystem) {
    UpdateExperiment.Candidate before = first.read();
    UpdateExperiment.Candidate after = image.read();
    ExpectedEtc etc = new ExpectedEtc(LivedInMachine.etcOf(before), LOCAL_CHANGES);
    return new ExpectedSystems(
        new DeploymentExpectations(
            new ImageOrigin(first.id(), first.reference()),
            new ImageOrigin(image.id(), image.reference()),
            DeploymentTree.expected(before.tree(), etc.local().manifest()),
            DeploymentTree.expected(
                after.tree(), etc.updatedTo(LivedInMachine.etcOf(after)).manifest()),
            new TreeMap<>(),
            Set.of()),
        filesystem,
        "",
        Set.of());
  }

  private static List<Blob> blobs(JsonNode manifest) {
    List<Blob> blobs = new ArrayList<>();
    blobs.add(blob(manifest.path("config")));
    manifest.path("layers").forEach(layer -> blobs.add(blob(layer)));
    return List.copyOf(blobs);
  }

  private static Blob blob(JsonNode descriptor) {
    return new Blob(descriptor.path("digest").asText(), descriptor.path("size").asLong());
  }

  /** Version 1, deployed on every copy. */
  LayeredImage first() {
    return first;
  }

  /** Version 2. */
  LayeredImage second() {
    return second;
  }

  /** The size of version 2's manifest. */
  Blob secondManifest() {
    return secondManifest;
  }

  /** Version 2's blobs as the registry has them: the configuration, then the layers. */
  List<Blob> secondBlobs() {
    return secondBlobs;
  }

  LocalRegistry registry() {
    return registry;
  }

  /** Version 2 as the registry at {@code address} has it, for the command line. */
  static String reference(String address) {
    return "docker://" + address + "/" + NAME + 2;
  }

  /** Version 3, with a layer of 24 MiB. */
  LayeredImage large() {
    return large;
  }

  Workspace workspace() {
    return workspace;
  }

  SystemDisk base() {
    return base;
  }

  /** A name that nothing on the bench has. */
  String newName(String kind) {
    return kind + "-" + names.incrementAndGet();
  }

  /** Where a disk may go. */
  Path newImage() {
    return scratch.directory().resolve(newName("disk") + ".img");
  }

  /** Work on a machine. */
  interface Work {
    void on(FaultedSystem machine) throws IOException;
  }

  /** Does {@code work} on a copy of the disk, which is thrown away. */
  void onCopy(Work work) throws IOException {
    Path copy = copy();
    try {
      on(base.at(copy), work);
    } finally {
      Files.delete(copy);
    }
  }

  /** Does {@code work} on a new disk of that size with nothing on it. */
  void onNewDisk(long bytes, Work work) throws IOException {
    Path image = newImage();
    try {
      on(SystemDisk.create(image, bytes), work);
    } finally {
      Files.delete(image);
    }
  }

  /** A copy of the disk that the caller deletes. */
  Path copy() {
    return copyOf(base.image());
  }

  /** A copy of another disk that the caller deletes. */
  Path copyOf(Path disk) {
    Path copy = newImage();
    scratch.reflink(disk, copy);
    return copy;
  }

  /** Does {@code work} on a disk. */
  void on(SystemDisk disk, Work work) throws IOException {
    try (LoopDevice loop = disk.attachSystem()) {
      on(loop, work);
    }
  }

  /** Does {@code work} on the system of a device. */
  void on(LoopDevice loop, Work work) throws IOException {
    String name = newName("machine");
    try (Mount mount = Mount.of(loop.device(), workspace.file(name), TOP_LEVEL)) {
      work.on(
          new FaultedSystem(
              mount.directory(),
              MountedSystem.filesystem(loop.device()),
              workspace.file(name + "-run"),
              this,
              MutantCandidate.SOUND));
    }
  }

  @Override
  public void close() {
    registry.close();
    scratch.close();
    workspace.close();
  }
}
