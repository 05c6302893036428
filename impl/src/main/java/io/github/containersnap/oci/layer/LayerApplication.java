package io.github.containersnap.oci.layer;

import io.github.containersnap.oci.tar.TarEntry;
import io.github.containersnap.tree.FileKind;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** One layer on its way into the tree. */
final class LayerApplication {
  private static final String WHITEOUT = ".wh.";
  private static final String RESERVED = ".wh..wh.";
  private static final String OPAQUE = ".wh..wh..opq";

  private static final int LONGEST_TARGET = 4095;

  /**
   * How much of names, in characters, opaque whiteouts may make us look at: each of a thousand
   * nested directories could be made opaque, above all that the layer itself has brought.
   */
  private static final long MOST_LOOKED_AT = 1L << 28;

  private final String layerDigest;
  private final LayerEntries entries;
  private final ImageRoot root;
  private final MetadataBudget budget;
  private final Consumer<LayerTree.BroughtFile> brought;

  /** What this layer has brought so far, by name as written: opaque whiteouts spare it. */
  private final Set<String> ownNames = new HashSet<>();

  /** The names of all its entries so far; as texts, whose length the budget counts. */
  private final Set<String> seen = new HashSet<>();

  private long lookedAt;

  LayerApplication(
      String layerDigest,
      LayerEntries entries,
      ImageRoot root,
      MetadataBudget budget,
      Consumer<LayerTree.BroughtFile> brought) {
    this.layerDigest = layerDigest;
    this.entries = entries;
    this.root = root;
    this.budget = budget;
    this.brought = brought;
  }

  void run() throws IOException {
    for (Optional<LayerEntry> next = entries.next(); next.isPresent(); next = entries.next()) {
      TarEntry entry = next.get().header();
      try {
        budget.spend(entry);
        apply(entry, next.get().contentDigest());
      } catch (RefusedEntryException e) {
        throw new HostileLayerException(layerDigest, entry.name(), e.why());
      }
    }
  }

  private void apply(TarEntry entry, String contentDigest) throws RefusedEntryException {
    List<String> components = ImageRoot.components(entry.name());
    String name = String.join("/", components);
    if (!seen.add(asRecorded(entry.name(), name))) {
      throw new RefusedEntryException("comes twice in the layer, which podman refuses");
    }
    for (String component : components.subList(0, Math.max(0, components.size() - 1))) {
      if (component.startsWith(WHITEOUT)) {
        throw new RefusedEntryException("lies below a whiteout");
      }
    }
    ImageRoot.Place place = place(components);
    if (place.name().startsWith(WHITEOUT)) {
      applyWhiteout(entry, components, place);
    } else if (place.name().isEmpty()) {
      applyRoot(entry);
    } else if (entry.type() == TarEntry.Type.GLOBAL_HEADER) {
      place.directory().children().remove(place.name());
      ownNames.add(name);
    } else {
      applyFile(entry, contentDigest, place);
      ownNames.add(name);
    }
  }

  /**
   * Podman passes by an opaque mark below something that is no directory; no honest layer has it.
   */
  private ImageRoot.Place place(List<String> components) throws RefusedEntryException {
    try {
      return root.place(components, true);
    } catch (RefusedEntryException e) {
      if (components.getLast().equals(OPAQUE)) {
        throw new RefusedEntryException(
            "makes something opaque that is no directory: it " + e.why());
      }
      throw e;
    }
  }

  /** tar-split, which podman records layers with, tells "/a" from "a", and nothing else. */
  private static String asRecorded(String written, String name) {
    return written.startsWith("/") ? "/" + name : name;
  }

  private void applyRoot(TarEntry entry) throws RefusedEntryException {
    if (entry.type() != TarEntry.Type.DIRECTORY) {
      throw new RefusedEntryException("replaces the root directory by something else");
    }
    setMetadata(root.root(), entry);
  }

  private void applyFile(TarEntry entry, String contentDigest, ImageRoot.Place place)
      throws RefusedEntryException {
    Map<String, Inode> siblings = place.directory().children();
    Inode existing = siblings.get(place.name());
    boolean merged =
        existing != null && existing.isDirectory() && entry.type() == TarEntry.Type.DIRECTORY;
    if (existing == null || !merged) {
      siblings.remove(place.name());
      budget.spend(place.path());
      existing = newFile(entry, contentDigest, place.directory());
      siblings.put(place.name(), existing);
    }
    setMetadata(existing, entry);
    if (entry.type() == TarEntry.Type.FILE) {
      brought.accept(
          new LayerTree.BroughtFile(
              entry.name(),
              place.path(),
              entry.contentOffset(),
              entry.size(),
              existing.contentDigest()));
    }
  }

  private Inode newFile(TarEntry entry, String contentDigest, Inode directory)
      throws RefusedEntryException {
    return switch (entry.type()) {
      case HARD_LINK -> linkedFile(entry);
      case FILE -> {
        Inode file = Inode.madeIn(directory, FileKind.FILE, entry.mode());
        file.setContent(entry.size(), contentDigest);
        yield file;
      }
      case SYMLINK -> {
        if (entry.linkName().length() > LONGEST_TARGET) {
          throw new RefusedEntryException("is a link with a target longer than 4,095 bytes");
        }
        Inode link = Inode.madeIn(directory, FileKind.SYMLINK, entry.mode());
        link.setLinkTarget(entry.linkName());
        yield link;
      }
      case CHARACTER_DEVICE -> device(FileKind.CHARACTER_DEVICE, entry, directory);
      case BLOCK_DEVICE -> device(FileKind.BLOCK_DEVICE, entry, directory);
      case DIRECTORY -> Inode.madeIn(directory, FileKind.DIRECTORY, entry.mode());
      case FIFO -> Inode.madeIn(directory, FileKind.FIFO, entry.mode());
      case GLOBAL_HEADER -> throw new IllegalStateException("A global header is not a file");
    };
  }

  private static Inode device(FileKind kind, TarEntry entry, Inode directory) {
    Inode device = Inode.madeIn(directory, kind, entry.mode());
    device.setDeviceNumber(entry.deviceNumber());
    return device;
  }

  private Inode linkedFile(TarEntry entry) throws RefusedEntryException {
    List<String> components;
    try {
      components = ImageRoot.components(entry.linkName());
    } catch (RefusedEntryException e) {
      throw new RefusedEntryException(
          "is a hard link to \"%s\", which %s".formatted(entry.linkName(), e.why()));
    }
    ImageRoot.Place place = root.place(components, false);
    Inode target = place.directory().children().get(place.name());
    if (target == null) {
      throw new RefusedEntryException(
          "is a hard link to \"%s\", which does not exist".formatted(entry.linkName()));
    }
    if (target.isDirectory()) {
      throw new RefusedEntryException(
          "is a hard link to \"%s\", which is a directory".formatted(entry.linkName()));
    }
    return target;
  }

  /** Owner, then mode, then attributes: each step undoes part of the one before. */
  private static void setMetadata(Inode inode, TarEntry entry) throws RefusedEntryException {
    inode.changeOwner(entry.uid(), entry.gid());
    inode.changeMode(entry.mode());
    inode.addAttributes(entry.extendedAttributes());
  }

  private void applyWhiteout(TarEntry entry, List<String> components, ImageRoot.Place place)
      throws RefusedEntryException {
    if (entry.type() != TarEntry.Type.FILE) {
      throw new RefusedEntryException("has a whiteout's name and is no regular file");
    }
    if (place.name().equals(OPAQUE)) {
      List<String> directory = components.subList(0, components.size() - 1);
      if (root.isLink(directory)) {
        throw new RefusedEntryException("makes a link opaque, on which tools disagree");
      }
      hideBelow(place.directory(), String.join("/", directory));
      return;
    }
    String hidden = place.name().substring(WHITEOUT.length());
    if (place.name().startsWith(RESERVED)
        || hidden.isEmpty()
        || hidden.equals(".")
        || hidden.equals("..")) {
      throw new RefusedEntryException("is a whiteout of no name that a file can have");
    }
    place.directory().children().remove(hidden);
  }

  /** Removes what is in {@code directory} and was not brought by this layer under that name. */
  private void hideBelow(Inode directory, String name) throws RefusedEntryException {
    Iterator<Map.Entry<String, Inode>> children = directory.children().entrySet().iterator();
    while (children.hasNext()) {
      Map.Entry<String, Inode> child = children.next();
      String childName = name.isEmpty() ? child.getKey() : name + "/" + child.getKey();
      lookedAt += childName.length();
      if (lookedAt > MOST_LOOKED_AT) {
        throw new RefusedEntryException(
            "makes a directory opaque again and again, above too much of its own");
      }
      if (!ownNames.contains(childName)) {
        children.remove();
      } else {
        hideBelow(child.getValue(), childName);
      }
    }
  }
}
