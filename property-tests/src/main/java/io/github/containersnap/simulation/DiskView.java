package io.github.containersnap.simulation;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.SealedRoot;
import io.github.containersnap.simulation.Node.Directory;
import io.github.containersnap.simulation.Node.RegularFile;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is on a simulated disk, for whoever judges: read without the engine. */
public final class DiskView {
  private static final String DEPLOYMENTS = "@var/lib/container-snap/deployments";
  private static final String STATE = "@var/lib/container-snap";

  private final Directory root;

  /** A view of a disk whose top level is {@code root}. */
  public DiskView(Directory root) {
    this.root = root;
  }

  /** The deployments, by their names. */
  public Set<DeploymentId> deployments() {
    Set<DeploymentId> ids = new TreeSet<>();
    names(DEPLOYMENTS).forEach(name -> DeploymentId.read(name).ifPresent(ids::add));
    return ids;
  }

  /** Whether a deployment's root is read-only; false where there is no subvolume. */
  public boolean isReadOnly(DeploymentId id) {
    return directory(path(id))
        .flatMap(Directory::subvolume)
        .filter(Node.Subvolume::readOnly)
        .isPresent();
  }

  private static String path(DeploymentId id) {
    return DEPLOYMENTS + "/" + id;
  }

  /** What a deployment's root has that its image has not, or the other way round. */
  public Optional<String> differenceFromImage(DeploymentId id) {
    Directory image = SimulatedImage.of(id.image()).tree();
    Optional<Directory> found = directory(path(id));
    if (found.isEmpty() || found.get().subvolume().isEmpty()) {
      return Optional.of("it is no subvolume");
    }
    Optional<String> ofTheRoot =
        Trees.difference(
            "", found.get(), image, at -> at.equals("etc") || at.equals(SealedRoot.OWN_DIRECTORY));
    if (ofTheRoot.isPresent()) {
      return ofTheRoot;
    }
    if (!speaksOf(id, "deployment.json") || !speaksOf(id, "snapshot.json")) {
      return Optional.of("what it says of itself is not whole");
    }
    Optional<Directory> itsEtc = directory(path(id) + "/" + SealedRoot.OWN_DIRECTORY + "/etc");
    if (itsEtc.isEmpty() || !(image.children().get("etc") instanceof Directory etc)) {
      return Optional.of("the image's own /etc is missing");
    }
    return Trees.difference("", itsEtc.get(), etc, _ -> false)
        .map(it -> "in the image's own /etc " + it);
  }

  /** Whether a record that the engine adds, if it is there, names the image. */
  private boolean speaksOf(DeploymentId id, String file) {
    Optional<Node> node = Disk.find(root, path(id) + "/" + SealedRoot.OWN_DIRECTORY + "/" + file);
    return node.isEmpty()
        ? file.equals("snapshot.json") // only snapshots of deployments have it
        : node.get() instanceof RegularFile found
            && found.content().text().contains(id.image().hex());
  }

  /** The files of a deployment's /etc, by path; nothing if it is no subvolume. */
  public Optional<Map<String, EtcFile>> etc(DeploymentId id) {
    return directory(path(id) + "/etc")
        .filter(it -> it.subvolume().isPresent())
        .map(SimulatedImage::files);
  }

  /** The text of each file that people keep in /var. */
  public Map<String, String> data() {
    return directory("@var/data").map(DiskView::texts).orElse(Map.of());
  }

  private static Map<String, String> texts(Directory directory) {
    Map<String, String> texts = new TreeMap<>();
    SimulatedImage.files(directory).forEach((path, file) -> texts.put(path, file.text()));
    return texts;
  }

  /** The pinned deployments. */
  public Set<DeploymentId> pins() {
    Set<DeploymentId> ids = new TreeSet<>();
    names(STATE + "/pins").forEach(name -> DeploymentId.read(name).ifPresent(ids::add));
    return ids;
  }

  /**
   * What nothing should have left lying: drafts, what is being removed, files being replaced, the
   * journal, blobs, layers that no record names, subvolumes that belong to nothing, records of the
   * /etc of deployments that are not there.
   */
  public Set<String> leftovers() {
    Set<String> found = new TreeSet<>();
    for (String name : names(DEPLOYMENTS)) {
      if (DeploymentId.read(name).isEmpty()) {
        found.add(DEPLOYMENTS + "/" + name);
      }
    }
    for (String directory : List.of(STATE, STATE + "/journal", "@boot", STATE + "/pins")) {
      names(directory).stream()
          .filter(name -> name.endsWith(".new"))
          .forEach(name -> found.add(directory + "/" + name));
    }
    names("@boot").stream()
        .filter(name -> name.equals("boot.cfg.old"))
        .forEach(name -> found.add("@boot/" + name));
    names(STATE + "/journal").forEach(name -> found.add(STATE + "/journal/" + name));
    for (String name : names(STATE + "/etc")) {
      String records = STATE + "/etc/" + name;
      if (!names(DEPLOYMENTS).contains(name)) {
        found.add(records);
      }
      names(records).stream()
          .filter(file -> !Set.of("base", "origin.json", "conflicts.json").contains(file))
          .forEach(file -> found.add(records + "/" + file));
    }
    String store = STATE + "/snapshots";
    names(store + "/tmp").forEach(name -> found.add(store + "/tmp/" + name));
    String layers = text(store + "/btrfs-layers/layers.json");
    names(store + "/btrfs/subvolumes").stream()
        .filter(name -> !layers.contains(name))
        .forEach(name -> found.add(store + "/btrfs/subvolumes/" + name));
    for (String name : root.children().keySet()) {
      if (!Set.of("@boot", "@var", "@home", "@root", "@srv").contains(name)) {
        found.add(name);
      }
    }
    return found;
  }

  /** Whether room is put aside for what must work on a full disk. */
  public boolean hasSpareRoom() {
    return Disk.find(root, STATE + "/spare-room").isPresent();
  }

  /** Whether the store's records name an image. */
  public boolean storeLists(SimulatedImage image) {
    return text(STATE + "/snapshots/btrfs-images/images.json").contains(image.id().hex());
  }

  /** How many images the store's records name. */
  public int imagesInStore() {
    return text(STATE + "/snapshots/btrfs-images/images.json").split("\"id\"", -1).length - 1;
  }

  /** The boot menu's text. */
  public String menuText() {
    return text("@boot/boot.cfg");
  }

  private String text(String path) {
    return Disk.find(root, path).orElse(null) instanceof RegularFile file
        ? file.content().text()
        : "";
  }

  private Set<String> names(String path) {
    return directory(path).map(it -> it.children().keySet()).orElse(Set.of());
  }

  private Optional<Directory> directory(String path) {
    return Disk.find(root, path).filter(Directory.class::isInstance).map(Directory.class::cast);
  }

  /** A file that a deployment's /etc has, as whoever edits it names it. */
  public static String inEtc(DeploymentId id, String name) {
    return path(id) + "/etc/" + name;
  }

  /** A file that people keep in /var. */
  public static String inVar(String name) {
    return "@var/data/" + name;
  }
}
