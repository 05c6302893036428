package io.github.containersnap.harness.world.simulated;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.base.Json;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.ImageUnavailableException;
import io.github.containersnap.engine.model.UnprovenImageException;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.Node;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import io.github.containersnap.harness.world.NodeComparison;
import io.github.containersnap.harness.world.NodeContent;
import io.github.containersnap.harness.world.NodeTree;
import io.github.containersnap.harness.world.RunningCommand;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The port to podman's store on the simulated disk: its records and layers are files and subvolumes
 * there, so what a power cut does to them follows from what it does to the disk.
 *
 * <p>After containers-storage (layers.go, drivers/btrfs; DESIGN facts 1, 4, 7):
 *
 * <ul>
 *   <li>A blob is fetched into {@code tmp}; the layer is a snapshot of the one below it, made
 *       before it is recorded, and recorded as incomplete before it is filled. Records are replaced
 *       with fsync; the layers' files are never synced. So after a power cut the records can be
 *       newer than the files, and call a layer complete that is empty in part; only making the next
 *       layer writes it.
 *   <li>What is recorded is not fetched again, whatever it looks like.
 *   <li>Opening the store, which a pull and a removal do, deletes layers recorded as incomplete.
 *   <li>A subvolume that no record names is in the way of the layer whose name it has.
 * </ul>
 *
 * <p>The proof compares every layer with what the image's digest stands for, as memory has it.
 *
 * <p><b>Left out</b>: several names of an image, signatures, manifest lists, a pull that resumes
 * within a blob, records of earlier proofs.
 */
final class SimulatedStore implements ImageStore {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** An entry of layers.json. */
  record LayerRecord(String id, String diffId, boolean incomplete) {}

  /** An entry of images.json, with the names that podman gives its members. */
  record ImageRecord(String id, String layer, List<String> names) {}

  private final SimulatedMachine machine;
  private final RunningCommand command;
  private final SimulatedDisk disk;
  private final String store;

  SimulatedStore(SimulatedMachine machine, RunningCommand command) {
    this.machine = machine;
    this.command = command;
    this.disk = machine.disk();
    this.store = machine.relative(machine.layout().store());
  }

  private <T> T call(String name, Supplier<T> body) {
    return command.call(name, body);
  }

  private void run(String name, Runnable body) {
    command.run(name, body);
  }

  @Override
  public void initialize() {
    run("make a store", () -> makeDirectory(store));
  }

  private void makeDirectory(String path) {
    if (disk.find(path).isEmpty()) {
      makeDirectory(NodeTree.parent(path));
      disk.makeDirectory(path, 0700);
    }
  }

  @Override
  public Resolved resolve(ImageReference reference) {
    return call(
        "resolve " + reference,
        () -> machine.registry().image(reference, machine.brokenLine()).resolved());
  }

  @Override
  public Bytes missing(Resolved image) {
    return call(
        "what is missing of " + image.id().shortForm(),
        () ->
            image.layers().stream()
                .filter(it -> layers().stream().noneMatch(has -> has.diffId().equals(it.diffId())))
                .map(ImageStore.Layer::size)
                .reduce(new Bytes(0), Bytes::plus));
  }

  @Override
  public ImageId pull(ImageReference reference) {
    return call("pull " + reference, () -> pullNow(reference));
  }

  private ImageId pullNow(ImageReference reference) {
    HistoryImage image = machine.registry().image(reference, machine.brokenLine());
    try {
      return pullNow(reference, image);
    } catch (UncheckedIOException tool) {
      if (layers().stream().allMatch(it -> disk.find(subvolume(it.id())).isPresent())) {
        throw new ImageUnavailableException(reference, tool);
      }
    }
    wipeNow(); // as the adapter does: nothing could be put on a layer that is not there
    makeDirectory(store);
    try {
      return pullNow(reference, image);
    } catch (UncheckedIOException tool) {
      throw new ImageUnavailableException(reference, tool);
    }
  }

  private ImageId pullNow(ImageReference reference, HistoryImage image) {
    open();
    if (images().stream().anyMatch(it -> it.id().equals(image.id().hex()))) {
      return image.id(); // already present
    }
    String below = "";
    for (HistoryImage.Layer layer : image.layers()) {
      String id = idOf(below, layer);
      if (layers().stream().noneMatch(it -> it.id().equals(id))) {
        fetch(reference, layer);
        unpack(below, id, layer);
      }
      below = id;
    }
    List<ImageRecord> images = new ArrayList<>(images());
    images.add(new ImageRecord(image.id().hex(), below, List.of(reference.text())));
    writeImages(images);
    return image.id();
  }

  private static String idOf(String below, HistoryImage.Layer layer) {
    return NodeContent.of(below + layer.diffId()).digest();
  }

  /** Deletes layers that are recorded as incomplete. */
  private void open() {
    List<LayerRecord> layers = layers();
    List<LayerRecord> complete = layers.stream().filter(it -> !it.incomplete()).toList();
    if (complete.size() < layers.size()) {
      layers.stream()
          .filter(LayerRecord::incomplete)
          .map(it -> subvolume(it.id()))
          .filter(it -> disk.find(it).isPresent())
          .forEach(disk::deleteSubvolume);
      writeLayers(complete);
    }
  }

  private void fetch(ImageReference reference, HistoryImage.Layer layer) {
    String blob = store + "/tmp/" + layer.diffId().substring(7, 19);
    makeDirectory(store + "/tmp");
    if (disk.find(blob).isEmpty()) {
      disk.create(blob, Node.Attributes.OF_FILES);
    }
    machine.registry().requireLine(reference, machine.brokenLine());
    disk.setContent(blob, NodeContent.of("blob", layer.size()));
    machine.registry().requireLine(reference, machine.brokenLine());
  }

  private void unpack(String below, String id, HistoryImage.Layer layer) {
    String root = subvolume(id);
    makeDirectory(NodeTree.parent(root));
    if (below.isEmpty()) {
      disk.createSubvolume(root, machine.now());
    } else {
      disk.snapshot(subvolume(below), root, machine.now());
    }
    List<LayerRecord> layers = new ArrayList<>(layers());
    layers.add(new LayerRecord(id, layer.diffId(), true));
    writeLayers(layers);
    for (String directory : layer.directories()) {
      disk.makeDirectory(root + "/" + directory, 0755);
    }
    for (Map.Entry<String, RegularFile> file : layer.files().entrySet()) {
      place(root + "/" + file.getKey(), file.getValue());
    }
    layers.removeLast();
    layers.add(new LayerRecord(id, layer.diffId(), false));
    writeLayers(layers);
    disk.remove(store + "/tmp/" + layer.diffId().substring(7, 19));
  }

  private void place(String path, RegularFile file) {
    makeParents(NodeTree.parent(path));
    if (disk.find(path).isPresent()) {
      disk.remove(path);
    }
    disk.write(path, file.content(), file.attributes());
  }

  private void makeParents(String path) {
    if (disk.find(path).isEmpty()) {
      makeParents(NodeTree.parent(path));
      disk.makeDirectory(path, 0755);
    }
  }

  @Override
  public Proven prove(ImageId image) {
    return call("prove " + image.shortForm(), () -> proven(image));
  }

  private Proven proven(ImageId id) {
    HistoryImage image = HistoryImage.of(id);
    if (images().stream().noneMatch(it -> it.id().equals(id.hex()))) {
      throw new UnprovenImageException(id, "the store does not list it");
    }
    Set<String> recorded = new HashSet<>();
    layers().stream().filter(it -> !it.incomplete()).forEach(it -> recorded.add(it.id()));
    String below = "";
    for (HistoryImage.Layer layer : image.layers()) {
      String layerId = idOf(below, layer);
      if (!recorded.contains(layerId) || !holds(subvolume(layerId), layer)) {
        throw new UnprovenImageException(
            id, "layer %s is not what its digest says".formatted(layer.diffId()));
      }
      below = layerId;
    }
    String top = subvolume(below);
    if (!NodeComparison.same(disk.subvolumeAt(top), image.tree())) {
      throw new UnprovenImageException(id, "its top layer is not what its digest says");
    }
    return new Proven(machine.absolute(top), image.manifest());
  }

  private boolean holds(String root, HistoryImage.Layer layer) {
    return disk.find(root).orElse(null) instanceof Directory directory
        && layer.files().entrySet().stream()
            .allMatch(
                file ->
                    NodeTree.find(directory, file.getKey()).orElse(null)
                            instanceof RegularFile found
                        && found.content().equals(file.getValue().content()));
  }

  @Override
  public void discard(ImageId image) {
    run("remove image " + image.shortForm(), () -> remove(image));
  }

  private void remove(ImageId id) {
    open();
    List<ImageRecord> images = new ArrayList<>(images());
    if (images.removeIf(it -> it.id().equals(id.hex()))) {
      writeImages(images);
    }
    Set<String> needed = new HashSet<>();
    images.forEach(it -> needed.addAll(chain(HistoryImage.of(new ImageId(it.id())))));
    for (String layer : chain(HistoryImage.of(id)).reversed()) {
      if (!needed.contains(layer) && layers().stream().anyMatch(it -> it.id().equals(layer))) {
        writeLayers(layers().stream().filter(it -> !it.id().equals(layer)).toList());
        if (disk.find(subvolume(layer)).isPresent()) {
          disk.deleteSubvolume(subvolume(layer));
        }
      }
    }
  }

  private static List<String> chain(HistoryImage image) {
    List<String> ids = new ArrayList<>();
    for (HistoryImage.Layer layer : image.layers()) {
      ids.add(idOf(ids.isEmpty() ? "" : ids.getLast(), layer));
    }
    return ids;
  }

  @Override
  public void wipe() {
    run("wipe the store", this::wipeNow);
  }

  private void wipeNow() {
    disk.nested(store).forEach(disk::deleteSubvolume);
    SimulatedFiles.deleteTree(disk, store);
  }

  @Override
  public void removeLeftovers() {
    run(
        "remove what pulls left",
        () -> {
          open();
          for (String name : names(store + "/tmp")) {
            SimulatedFiles.deleteTree(disk, store + "/tmp/" + name);
          }
          Set<String> recorded = new HashSet<>();
          layers().forEach(it -> recorded.add(it.id()));
          for (String name : names(store + "/btrfs/subvolumes")) {
            if (!recorded.contains(name)) {
              disk.deleteSubvolume(subvolume(name));
            }
          }
        });
  }

  private List<String> names(String directory) {
    return disk.find(directory).orElse(null) instanceof Directory found
        ? List.copyOf(found.children().keySet())
        : List.of();
  }

  @Override
  public List<Stored> list() {
    return call(
        "list images",
        () ->
            images().stream()
                .map(it -> new Stored(new ImageId(it.id()), Optional.empty(), it.names()))
                .toList());
  }

  private String subvolume(String layer) {
    return store + "/btrfs/subvolumes/" + layer;
  }

  private List<LayerRecord> layers() {
    return Arrays.asList(read("/btrfs-layers/layers.json", LayerRecord[].class));
  }

  private List<ImageRecord> images() {
    return Arrays.asList(read("/btrfs-images/images.json", ImageRecord[].class));
  }

  private <T> T read(String file, Class<T> type) {
    String text =
        disk.find(store + file).isPresent() ? disk.file(store + file).content().text() : "[]";
    try {
      return JSON.readValue(text.isEmpty() ? "[]" : text, type);
    } catch (JsonProcessingException e) {
      throw SimulatedDisk.failure(store + file, "invalid JSON");
    }
  }

  private void writeLayers(List<LayerRecord> layers) {
    write("/btrfs-layers/layers.json", layers);
  }

  private void writeImages(List<ImageRecord> images) {
    write("/btrfs-images/images.json", images);
  }

  private void write(String file, Object records) {
    makeDirectory(NodeTree.parent(store + file));
    SimulatedFiles.replaceDurably(disk, store + file, Json.line(records));
  }
}
