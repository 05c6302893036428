package io.github.containersnap.adapter.podman;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Concurrently;
import io.github.containersnap.base.Digests;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.Sha256;
import io.github.containersnap.base.UnreadableJsonException;
import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.engine.bootable.UnbootableImageException;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.ImageUnavailableException;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.model.RefusedImageException;
import io.github.containersnap.engine.model.UnprovenImageException;
import io.github.containersnap.engine.model.UpdateException;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.image.ImageIntake;
import io.github.containersnap.image.ReadableImage;
import io.github.containersnap.image.ToolMessage;
import io.github.containersnap.image.UnreadableImageException;
import io.github.containersnap.image.signature.UnsignedImageException;
import io.github.containersnap.image.signature.VerifiedImage;
import io.github.containersnap.oci.OciImage;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.Platform;
import io.github.containersnap.oci.UnusableImageException;
import io.github.containersnap.oci.layer.HostileLayerException;
import io.github.containersnap.oci.tar.MalformedArchiveException;
import io.github.containersnap.proof.LayerProof;
import io.github.containersnap.proof.ProofRecords;
import io.github.containersnap.proof.ProvenLayer;
import io.github.containersnap.proof.RefusedLayerException;
import io.github.containersnap.proof.UnprovenLayerException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** podman's containers-storage with the btrfs driver, in a graphroot of container-snap's own. */
public final class PodmanStore implements ImageStore {
  private static final Pattern FAULT_OF_THE_MACHINE =
      Pattern.compile(
          "(?i)no space left|quota|input/output error|read-only file system|permission denied"
              + "|operation not permitted|cannot allocate|out of memory|too many open|killed"
              + "|signal");

  private static final Pattern FAULT_OF_A_CONNECTION =
      Pattern.compile("(?i)unexpected EOF|connection|timeout");

  /** The blob matches its digest, and podman cannot use it. */
  private static final Pattern FAULT_OF_THE_CONTENT =
      Pattern.compile(
          "ApplyLayer|parsing image configuration|cannot unmarshal|(?i:file name too long)");

  /** What is wrong with a file of this machine, when podman reads an image from it. */
  private static final Pattern FAULT_OF_A_FILE =
      Pattern.compile(
          "(?i)\\bdigest|unexpected EOF|happened during read|archive/tar:|gzip:|flate:|magic number"
              + "|invalid (?:tar|header|checksum)");

  private static final Pattern REUSED_BLOB =
      Pattern.compile("(?:trying to reuse|adding layer with) blob \"?(sha256:[0-9a-f]{64})");

  /** podman names the file, in a layer of the store, that it did not find as it was unpacked. */
  private static final Pattern REUSED_LAYER =
      Pattern.compile("storing blob to file .*/btrfs/subvolumes/([0-9a-f]{64})/");

  private final DeploymentLayout layout;
  private final SystemFiles files;
  private final Btrfs btrfs;
  private final Podman podman;
  private final StoreIndex index;
  private final StoreDamage damage;
  private final UnusableLayers unusable;
  private final ProofRecords proofs;

  /** The pull that this process made last. */
  private Optional<LastPull> lastPull = Optional.empty();

  /**
   * A pull.
   *
   * @param source where the image came from
   * @param layersBefore the ids of the layers that were in the store before it
   */
  private record LastPull(ImageReference source, Set<String> layersBefore) {}

  /** The store of the system laid out as {@code layout}. */
  public PodmanStore(DeploymentLayout layout, SystemFiles files, Btrfs btrfs, Podman podman) {
    this.layout = layout;
    this.files = files;
    this.btrfs = btrfs;
    this.podman = podman;
    this.index = new StoreIndex(files, layout.store());
    this.unusable = new UnusableLayers(files, btrfs, podman, layout.store());
    this.damage = new StoreDamage(files, btrfs, layout.store());
    this.proofs = new ProofRecords(new ProofCache(files, layout.proofs()));
  }

  @Override
  public void initialize() {
    files.createDirectories(layout.store());
  }

  @Override
  public Resolved resolve(ImageReference reference) {
    Optional<VerifiedImage> verified = verified(reference);
    if (verified.isEmpty()) {
      return podman.reading(layout.store(), reference, image -> resolve(reference, image));
    }
    VerifiedImage image = verified.get();
    Resolved resolved =
        podman.reading(layout.store(), image.reference(), it -> resolve(reference, it));
    // The signature covers the manifest, the manifest the configuration, and that the layers.
    if (!Digests.of(resolved.id().hex()).equals(image.configDigest())) {
      throw UnsignedImageException.another(
          reference, image.configDigest(), Digests.of(resolved.id().hex()));
    }
    return new Resolved(
        resolved.id(),
        resolved.digest(),
        resolved.layers(),
        Optional.of(new Signed(image.reference(), image.statement())));
  }

  private Optional<VerifiedImage> verified(ImageReference reference) {
    try {
      return podman.verified(reference);
    } catch (CommandFailedException e) {
      throw unavailable(reference, e);
    }
  }

  private Resolved resolve(ImageReference reference, ReadableImage readable) {
    try {
      Concurrently<ImageManifest, CommandOutput> inspected =
          Concurrently.of(
              () -> ImageManifest.fetch(podman, layout.store(), readable),
              () -> podman.inspect(layout.store(), readable, "--config", "--raw"));
      ImageManifest manifest = inspected.first();
      byte[] config = inspected.second().standardOutput();
      ImageId image = new ImageId(Sha256.hex(config));
      JsonNode configuration = Json.tree(config);
      requirePlatform(image, configuration);
      JsonNode diffIds = configuration.path("rootfs").path("diff_ids");
      requireUsableLayers(reference, manifest, diffIds.size());
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

  /** Refuses, before the pull, an image for another machine: it could be proven, and never boot. */
  private static void requirePlatform(ImageId image, JsonNode config) {
    Platform machine = Platform.linux(OciLayout.hostArchitecture());
    Platform wanted = Platform.of(config);
    if (!wanted.mayRunOn(machine)) {
      throw new UnbootableImageException(
          image, List.of("it is for %s, and this machine is %s".formatted(wanted, machine)));
    }
  }

  /** Refuses, before the pull, an image that nothing could prove, or that would take for ever. */
  private static void requireUsableLayers(
      ImageReference reference, ImageManifest manifest, int configured) {
    OciImage.objectionToLayers(manifest.layers().size(), configured)
        .ifPresent(
            why -> {
              throw new UnreadableImageException(reference, why);
            });
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
    note(reference);
    try {
      return pulled(pullIntoStore(reference));
    } catch (CommandFailedException e) {
      if (damage.find().isPresent()) {
        return pullIntoNewStore(reference);
      }
      Set<ImageId> holders = holdersOfUncopiable(e);
      if (holders.isEmpty()) {
        throw unavailable(reference, e);
      }
      holders.forEach(this::discard);
      return pullAgain(reference);
    }
  }

  /**
   * If two images share a layer on different layers below it, podman copies the layer within its
   * store: it rebuilds the archive. It fails to if the layer has a sparse file, say, or a file that
   * a later entry of the layer removed. The images that hold such a layer are only a cache; without
   * them podman fetches it.
   */
  private Set<ImageId> holdersOfUncopiable(CommandFailedException failure) {
    String message = String.valueOf(failure.getMessage());
    Set<String> layers = new LinkedHashSet<>();
    Matcher blob = REUSED_BLOB.matcher(message);
    while (blob.find()) {
      layers.addAll(index.layersOf(blob.group(1)));
    }
    Matcher layer = REUSED_LAYER.matcher(message);
    while (layer.find()) {
      layers.add(layer.group(1));
    }
    Set<ImageId> holders = new LinkedHashSet<>();
    layers.forEach(each -> holders.addAll(holders(each)));
    return holders;
  }

  private List<ImageId> holders(String layer) {
    return index.imagesOn(layer).stream()
        .map(PodmanStore::stored)
        .flatMap(Optional::stream)
        .map(Stored::id)
        .toList();
  }

  /** A damaged store would fail every pull to come; it is only a cache. */
  private ImageId pullIntoNewStore(ImageReference reference) {
    wipe();
    initialize();
    return pullAgain(reference);
  }

  private ImageId pullAgain(ImageReference reference) {
    note(reference);
    try {
      return pulled(pullIntoStore(reference));
    } catch (CommandFailedException e) {
      throw unavailable(reference, e);
    }
  }

  private void note(ImageReference source) {
    lastPull = Optional.of(new LastPull(source, Set.copyOf(index.layerIds())));
  }

  private CommandOutput pullIntoStore(ImageReference reference) {
    return podman.reading(layout.store(), reference, image -> podman.pull(layout.store(), image));
  }

  private static ImageId pulled(CommandOutput output) {
    return new ImageId(output.lines().getLast().strip());
  }

  /**
   * podman unpacks a layer only when the whole blob is what its digest says. If podman then refuses
   * the layer, either the image is bad or the machine is at fault. A bad image stays bad when it is
   * fetched again; so does a damaged file, which no connection has cut.
   */
  private static UpdateException unavailable(
      ImageReference reference, CommandFailedException failure) {
    ToolMessage why = ToolMessage.of(failure, reference);
    String message = String.valueOf(failure.getMessage());
    if (!FAULT_OF_THE_MACHINE.matcher(message).find()) {
      boolean cut = !reference.isLocal() && FAULT_OF_A_CONNECTION.matcher(message).find();
      if (FAULT_OF_THE_CONTENT.matcher(message).find() && !cut) {
        return new UnreadableImageException(
            reference, "podman refuses its content: " + why.sentence(), failure);
      }
      if (reference.isLocal() && FAULT_OF_A_FILE.matcher(message).find()) {
        return new UnreadableImageException(reference, failure);
      }
    }
    return new ImageUnavailableException(reference, why.sentence(), why.advice(), failure);
  }

  @Override
  public ImageId pull(ImageReference reference, Resolved image, Consumer<PullProgress> heard) {
    ImageReference exact = image.signed().map(Signed::reference).orElse(reference);
    try (PullMonitor watch = PullMonitor.of(layout.store(), image, heard)) {
      return pull(exact);
    }
  }

  @Override
  public Proven prove(ImageId image) {
    try {
      return proven(image);
    } catch (UnprovenLayerException e) {
      Optional<LastPull> pull = lastPull.filter(it -> brought(it, e.layer()));
      if (pull.isPresent() && !e.unreadable()) {
        return provenByItsSource(image, pull.get().source(), e);
      }
      throw unproven(image, e);
    }
  }

  private Proven proven(ImageId image) {
    try {
      ProvenLayer proven = LayerProof.prove(layout.store(), image.hex(), proofs);
      return new Proven(proven.directory(), proven.tree());
    } catch (RefusedLayerException e) {
      throw new RefusedImageException(image, e.getMessage());
    }
  }

  private static boolean brought(LastPull pull, Optional<String> layer) {
    return layer.filter(id -> !pull.layersBefore().contains(id)).isPresent();
  }

  /**
   * What podman has unpacked a moment ago, and the disk gives back, has not been damaged since. But
   * not every archive can be rebuilt from what podman keeps of it: of a sparse file the map is
   * missing, of a file that another entry replaced the content. So the archives are read where the
   * image came from. If they match their digests and do not give the unpacked tree either, podman
   * and this program read the image differently, or its configuration is of other layers.
   */
  private Proven provenByItsSource(
      ImageId image, ImageReference source, UnprovenLayerException failure) {
    readArchives(image, source, failure);
    try {
      return proven(image);
    } catch (UnprovenLayerException again) {
      throw refused(image, again);
    }
  }

  private void readArchives(ImageId image, ImageReference source, UnprovenLayerException failure) {
    try (ImageIntake fetched =
        ImageIntake.fetch(
            source,
            podman.registries(),
            podman.room(layout.store()),
            OciLayout.hostArchitecture())) {
      // Its id may be another: for a layout skopeo writes a new configuration in place of Docker's.
      // Each archive is verified against its own digest, and what was learnt of others does no
      // harm.
      fetched.image().contents().forEach(proofs::learn);
    } catch (UnusableImageException e) {
      throw e.getCause() instanceof HostileLayerException
              || e.getCause() instanceof MalformedArchiveException
          ? new RefusedImageException(image, String.valueOf(e.getCause().getMessage()))
          : refused(image, failure);
    } catch (UnreadableImageException e) {
      throw e.getCause() instanceof CommandFailedException tool ? unavailable(source, tool) : e;
    }
  }

  private static RefusedImageException refused(ImageId image, UnprovenLayerException failure) {
    return new RefusedImageException(
        image,
        "its layers, as podman has just unpacked them, are not what its digest says: "
            + failure.why());
  }

  private UnprovenImageException unproven(ImageId image, UnprovenLayerException failure) {
    Optional<String> layer = failure.layer();
    Set<ImageId> holders = new LinkedHashSet<>(List.of(image));
    layer.map(this::holders).ifPresent(holders::addAll);
    boolean justPulled = lastPull.filter(it -> brought(it, layer)).isPresent();
    return new UnprovenImageException(image, failure.why() + ".", List.copyOf(holders), justPulled);
  }

  @Override
  public void discard(ImageId image) {
    try {
      podman.removeImage(layout.store(), image);
      proofs.retain(Set.copyOf(index.diffIds()));
    } catch (CommandFailedException e) {
      if (damage.find().isEmpty()) {
        throw e;
      }
      wipe(); // a damaged store is of no use to anyone; it is only a cache
      initialize();
    }
  }

  @Override
  public void wipe() {
    new DriverBindMount(layout.store()).release();
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
    new DriverBindMount(layout.store()).release();
    Path temporary = layout.store().resolve(Podman.TEMPORARY);
    files.names(temporary).forEach(name -> files.deleteTree(temporary.resolve(name)));
    index.unfinished().forEach(files::deleteTree);
    unusable.remove();
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
    return files.names(index.subvolumes()).stream().map(index::subvolume).toList();
  }

  @Override
  public List<Stored> list() {
    return index.images().stream().map(PodmanStore::stored).flatMap(Optional::stream).toList();
  }

  @Override
  public ImageFacts facts(ImageId image) {
    return new StoredFacts(files, index).of(image);
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
