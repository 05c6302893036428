package io.github.containersnap.harness.world;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.UnreadableJsonException;
import io.github.containersnap.engine.Inventory;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.Tree;
import io.github.containersnap.harness.view.UnreadableTree;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is on a simulated disk, for whoever judges: read without the engine. */
public final class DiskView {
  private static final String DEPLOYMENTS = "@var/lib/container-snap/deployments";
  private static final String STATE = "@var/lib/container-snap";
  private static final Pattern IMAGE_ID = Pattern.compile("\"imageId\"\\s*:\\s*\"([0-9a-f]+)\"");

  /** What {@link #data} calls the setting of where updates come from. */
  public static final String SOURCE = "../lib/container-snap/source";

  /** What of a deployment's root is not its image's. */
  private static final Set<String> NOT_SEALED =
      Set.of(
          "etc",
          SealedRoot.OWN_DIRECTORY + "/deployment.json",
          SealedRoot.OWN_DIRECTORY + "/snapshot.json");

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
    return access(path(id)) == Access.READ_ONLY;
  }

  private static String path(DeploymentId id) {
    return DEPLOYMENTS + "/" + id;
  }

  /** What may be done to the subvolume at a path. */
  public Access access(String path) {
    return directory(path)
        .flatMap(Directory::subvolume)
        .map(it -> it.readOnly() ? Access.READ_ONLY : Access.WRITABLE)
        .orElse(Access.NOT_A_SUBVOLUME);
  }

  /** A deployment's root without its /etc and its records. */
  public Tree sealed(DeploymentId id) {
    return directory(path(id))
        .<Tree>map(root -> new SimulatedTree(root, NOT_SEALED))
        .orElseGet(() -> new UnreadableTree("the root is not a directory"));
  }

  /** What a deployment's root has that its image has not, or the other way round. */
  public Optional<String> differenceFromImage(DeploymentId id) {
    return sealed(id).differenceFrom(HistoryImage.of(id.image()).sealed());
  }

  /** The image that a deployment's records name; nothing if they name none, or two. */
  public Optional<String> recordedImage(DeploymentId id) {
    String records = path(id) + "/" + SealedRoot.OWN_DIRECTORY;
    Optional<String> image =
        Optional.of(IMAGE_ID.matcher(text(records + "/deployment.json")))
            .filter(Matcher::find)
            .map(found -> found.group(1));
    Optional<Node> snapshot = NodeTree.find(root, records + "/snapshot.json");
    return image.filter(it -> snapshot.isEmpty() || text(records + "/snapshot.json").contains(it));
  }

  /** The files of a deployment's /etc, by path; nothing if it is no subvolume. */
  public Optional<Map<String, EtcFile>> etc(DeploymentId id) {
    return directory(path(id) + "/etc")
        .filter(it -> it.subvolume().isPresent())
        .map(HistoryImage::files);
  }

  /** The text of each file that people keep in /var, and of what they set updates to come from. */
  public Map<String, String> data() {
    Map<String, String> data =
        new TreeMap<>(directory("@var/data").map(DiskView::texts).orElse(Map.of()));
    NodeTree.find(root, STATE + "/source")
        .ifPresent(_ -> data.put(SOURCE, text(STATE + "/source")));
    return data;
  }

  private static Map<String, String> texts(Directory directory) {
    Map<String, String> texts = new TreeMap<>();
    HistoryImage.files(directory).forEach((path, file) -> texts.put(path, file.text()));
    return texts;
  }

  /** The pinned deployments. */
  public Set<DeploymentId> pins() {
    Set<DeploymentId> ids = new TreeSet<>();
    names(STATE + "/pins").forEach(name -> DeploymentId.read(name).ifPresent(ids::add));
    return ids;
  }

  /** What lies where nothing may lie, and the subvolumes that belong to nothing. */
  public SortedSet<String> strays() {
    Inventory.Layers layers = storedLayers();
    SortedSet<String> strays = Inventory.strays(this::names, layers);
    List<String> subvolumes = new ArrayList<>();
    addSubvolumes("", root, subvolumes);
    strays.addAll(Inventory.straySubvolumes(subvolumes, layers, Set.of()));
    return strays;
  }

  private static void addSubvolumes(String path, Directory directory, List<String> found) {
    directory
        .children()
        .forEach(
            (name, node) -> {
              if (node instanceof Directory inner) {
                String at = NodeTree.below(path, name);
                if (inner.subvolume().isPresent()) {
                  found.add(at);
                }
                addSubvolumes(at, inner, found);
              }
            });
  }

  /** From podman's records, or those of {@code ImageDepot}. */
  private Inventory.Layers storedLayers() {
    String text = text(STATE + "/snapshots/btrfs-layers/layers.json");
    Set<String> complete = new TreeSet<>();
    Set<String> incomplete = new TreeSet<>();
    try {
      for (JsonNode layer : Json.tree(text.isEmpty() ? "[]" : text)) {
        boolean cutOff =
            layer.path("incomplete").asBoolean() || layer.at("/flags/incomplete").asBoolean();
        (cutOff ? incomplete : complete).add(layer.path("id").asText());
      }
    } catch (UnreadableJsonException damaged) {
      // Torn records name no layer, so every layer that is there belongs to nothing.
      return new Inventory.Layers(Set.of(), Set.of());
    }
    return new Inventory.Layers(complete, incomplete);
  }

  /** Whether room is put aside for what must work on a full disk. */
  public boolean hasSpareRoom() {
    return NodeTree.find(root, STATE + "/spare-room").isPresent();
  }

  /** Whether the store's records name an image. */
  public boolean storeLists(HistoryImage image) {
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
    return NodeTree.find(root, path).orElse(null) instanceof RegularFile file
        ? file.content().text()
        : "";
  }

  private Set<String> names(String path) {
    return directory(path).map(it -> it.children().keySet()).orElse(Set.of());
  }

  private Optional<Directory> directory(String path) {
    return NodeTree.find(root, path).filter(Directory.class::isInstance).map(Directory.class::cast);
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
