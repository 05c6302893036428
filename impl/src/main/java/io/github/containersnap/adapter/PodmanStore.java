package io.github.containersnap.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.engine.Bytes;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.ImageId;
import io.github.containersnap.engine.ImageReference;
import io.github.containersnap.engine.ImageUnavailableException;
import io.github.containersnap.engine.Transfer;
import io.github.containersnap.engine.UnbootableImageException;
import io.github.containersnap.engine.UnprovenImageException;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.Platform;
import io.github.containersnap.proof.LayerProof;
import io.github.containersnap.proof.ProofRecords;
import io.github.containersnap.proof.ProvenLayer;
import io.github.containersnap.proof.UnprovenLayerException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** podman's containers-storage with the btrfs driver, in a graphroot of container-snap's own. */
public final class PodmanStore implements ImageStore {
  private final DeploymentLayout layout;
  private final SystemFiles files;
  private final Btrfs btrfs;
  private final Podman podman;
  private final StoreIndex index;
  private final ProofRecords proofs;

  /** The store of the system laid out as {@code layout}. */
  public PodmanStore(DeploymentLayout layout, SystemFiles files, Btrfs btrfs, Podman podman) {
    this.layout = layout;
    this.files = files;
    this.btrfs = btrfs;
    this.podman = podman;
    this.index = new StoreIndex(files, layout.store());
    this.proofs = new ProofRecords(new ProofDirectory(files, layout.proofs()));
  }

  @Override
  public void initialize() {
    files.createDirectories(layout.store());
  }

  @Override
  public Resolved resolve(ImageReference reference) {
    try {
      Both<ImageManifest, CommandOutput> inspected =
          Both.of(
              () -> ImageManifest.fetch(podman, reference),
              () -> podman.skopeo("inspect", "--config", "--raw", reference));
      ImageManifest manifest = inspected.first();
      byte[] config = inspected.second().standardOutput();
      ImageId image = new ImageId(Sha256.hex(config));
      requirePlatform(image, Json.tree(config));
      JsonNode diffIds = Json.tree(config).path("rootfs").path("diff_ids");
      List<Layer> layers = new ArrayList<>();
      for (int i = 0; i < diffIds.size(); i++) {
        String diffId = diffIds.get(i).asText();
        layers.add(new Layer(diffId, manifest.size(i), !manifest.blobDigest(i).equals(diffId)));
      }
      return new Resolved(image, manifest.digest(), List.copyOf(layers));
    } catch (CommandFailedException e) {
      // A file that cannot be read as an image is unusable; a registry may answer next time.
      throw reference.isLocal()
          ? new UnreadableImageException(reference, e)
          : unavailable(reference, e);
    } catch (UnreadableJsonException e) {
      throw new UnreadableImageException(reference, String.valueOf(e.getMessage()), e);
    }
  }

  /** Before anything is pulled: an image for another machine would be proven, and never boot. */
  private static void requirePlatform(ImageId image, JsonNode config) {
    Platform machine = Platform.linux(OciLayout.hostArchitecture());
    Platform wanted = Platform.of(config);
    if (!wanted.mayRunOn(machine)) {
      throw new UnbootableImageException(
          image, List.of("it is for %s, and this machine is %s".formatted(wanted, machine)));
    }
  }

  @Override
  public Bytes missing(Resolved image) {
    Set<String> held = new HashSet<>(index.diffIds());
    return image.layers().stream()
        .filter(layer -> !held.contains(layer.diffId()))
        .map(Layer::size)
        .reduce(new Bytes(0), Bytes::plus);
  }

  @Override
  public ImageId pull(ImageReference reference) {
    try {
      Both<ProofRecords, CommandOutput> done =
          Both.of(this::prepareProof, () -> podman.pull(layout.store(), reference));
      return pulled(done.second());
    } catch (CommandFailedException e) {
      if (podman.opens(layout.store()) && hasWhatItLists()) {
        throw unavailable(reference, e);
      }
      return pullAnew(reference);
    }
  }

  /**
   * podman syncs its list of layers, and not the layers: a power cut can leave the note of a layer
   * whose subvolume had not been committed. podman opens such a store, and cannot put anything on
   * that layer.
   */
  private boolean hasWhatItLists() {
    return index.layerIds().stream()
        .allMatch(id -> btrfs.isSubvolume(layout.store().resolve("btrfs/subvolumes").resolve(id)));
  }

  /** Such a store would fail every pull to come; it is only a cache. */
  private ImageId pullAnew(ImageReference reference) {
    wipe();
    initialize();
    try {
      return pulled(podman.pull(layout.store(), reference));
    } catch (CommandFailedException e) {
      throw unavailable(reference, e);
    }
  }

  private static ImageId pulled(CommandOutput output) {
    return new ImageId(output.lines().getLast().strip());
  }

  private static ImageUnavailableException unavailable(
      ImageReference reference, CommandFailedException failure) {
    ToolMessage why = ToolMessage.of(failure, reference);
    return new ImageUnavailableException(reference, why.sentence(), why.advice(), failure);
  }

  @Override
  public ImageId pull(ImageReference reference, Resolved image, Consumer<Transfer> heard) {
    try (PullWatch watch = PullWatch.of(layout.store(), image, heard)) {
      return pull(reference);
    }
  }

  private ProofRecords prepareProof() {
    LayerProof.prepare(layout.store(), proofs);
    return proofs;
  }

  @Override
  public Proven prove(ImageId image) {
    try {
      ProvenLayer proven = LayerProof.prove(layout.store(), image.hex(), proofs);
      return new Proven(proven.directory(), proven.tree());
    } catch (UnprovenLayerException e) {
      throw new UnprovenImageException(image, String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void discard(ImageId image) {
    try {
      podman.removeImage(layout.store(), image);
      proofs.retain(Set.copyOf(index.diffIds()));
    } catch (CommandFailedException e) {
      wipe(); // a store that podman cannot work on is of no use to anyone; it is only a cache
      initialize();
    }
  }

  @Override
  public void wipe() {
    new DriverMount(layout.store()).release();
    for (Path subvolume : subvolumes()) {
      if (btrfs.isSubvolume(subvolume)) {
        btrfs.deleteSubvolume(subvolume);
      }
    }
    files.deleteTree(layout.store());
    files.deleteTree(layout.proofs());
  }

  /**
   * An interrupted pull leaves blobs in {@code tmp} and, since podman snapshots a layer before it
   * records it, layers that nothing names; the next pull of the same layer would fail on them. A
   * podman that was killed leaves its mount, and a process that was killed the files of its run.
   */
  @Override
  public void removeLeftovers() {
    podman.removeLeftovers();
    new DriverMount(layout.store()).release();
    Path temporary = layout.store().resolve("tmp");
    files.names(temporary).forEach(name -> files.deleteTree(temporary.resolve(name)));
    Set<String> recorded = new HashSet<>(index.layerIds());
    for (Path subvolume : subvolumes()) {
      boolean known = recorded.contains(subvolume.getFileName().toString());
      if (!known && btrfs.isSubvolume(subvolume)) {
        btrfs.deleteSubvolume(subvolume);
      }
    }
    proofs.retain(Set.copyOf(index.diffIds()));
  }

  private List<Path> subvolumes() {
    Path directory = layout.store().resolve("btrfs/subvolumes");
    return files.names(directory).stream().map(directory::resolve).toList();
  }

  @Override
  public List<Stored> list() {
    return index.images().stream().map(PodmanStore::stored).flatMap(Optional::stream).toList();
  }

  private static Optional<Stored> stored(JsonNode image) {
    try {
      List<String> names = new ArrayList<>();
      image.path("names").forEach(name -> names.add(name.asText()));
      return Optional.of(
          new Stored(new ImageId(image.path("id").asText()), created(image), List.copyOf(names)));
    } catch (IllegalArgumentException notAnImageId) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> created(JsonNode image) {
    try {
      return Optional.of(Instant.parse(image.path("created").asText()));
    } catch (DateTimeException unknown) {
      return Optional.empty();
    }
  }
}
