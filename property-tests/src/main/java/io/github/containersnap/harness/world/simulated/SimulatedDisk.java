package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.harness.world.Node;
import io.github.containersnap.harness.world.Node.Attributes;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import io.github.containersnap.harness.world.Node.Subvolume;
import io.github.containersnap.harness.world.NodeContent;
import io.github.containersnap.harness.world.NodeTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One btrfs. Paths are relative to its top level.
 *
 * <p><b>What survives a power cut</b> (DESIGN §3; Documentation/filesystems/btrfs of the kernel;
 * fs/btrfs/transaction.c, tree-log.c):
 *
 * <ul>
 *   <li>The last commit, whole: all names, subvolumes and attributes as they were then, nothing of
 *       what came after. A commit does not write file contents; of a file that the kernel had not
 *       written back when the commit was made, the old content (for a new file: none) or the new
 *       one is found, file by file (fact 1).
 *   <li>{@link #sync} and the making of a snapshot are commits; before it the first writes every
 *       file's content, the second that of the source subvolume (fact 2). The kernel also commits
 *       by itself, at any time ({@link #commitByItself}).
 *   <li>fsync writes a file's content and notes it in the log tree, which the kernel replays when
 *       it mounts, and the boot loader does not (fact 3). A commit empties the log tree. Where the
 *       log cannot name the file's directory, since that is new itself, fsync commits. If the disk
 *       did not take the file's content, fsync fails, and so does the next syncfs.
 *   <li>Renaming, deleting, making a plain subvolume, the read-only flag and the default subvolume
 *       take one step each, and are durable with the next commit. So does the exchange of two
 *       names.
 * </ul>
 *
 * <p><b>Room</b>: data and metadata apart; what is deleted is free after a commit (facts 14, 7). A
 * change of the tree needs some metadata free, a deletion none: the kernel keeps a reserve for it.
 *
 * <p><b>Left out</b>: torn writes, two superblocks that differ (decision 12), unwritten directories
 * that a log brings along, quotas, compression, several devices.
 */
final class SimulatedDisk {
  /** With less free, the kernel refuses a change of the tree (decision 7). */
  private static final long METADATA_FOR_A_CHANGE = 1L << 20;

  private static final DiskCapacity FREE_ON_AN_EMPTY_DISK = new DiskCapacity(8L << 30, 8L << 30);

  private Directory live;
  private DurableState durable;
  private long defaultSubvolume;
  private Optional<DiskCapacity> capacity = Optional.empty();
  private boolean failed;
  private long nextInode = 1000;
  private long nextSubvolume = 256;
  private Runnable step = () -> {};

  SimulatedDisk(Instant now) {
    live = Directory.empty().as(Optional.of(new Subvolume(5, false, now, 1, 1)));
    defaultSubvolume = 5;
    durable = new DurableState(live, defaultSubvolume);
  }

  /** The same disk again, at rest. */
  SimulatedDisk copy() {
    SimulatedDisk copy = new SimulatedDisk(Instant.EPOCH);
    copy.live = live;
    copy.durable = durable.copy();
    copy.defaultSubvolume = defaultSubvolume;
    copy.capacity = capacity;
    copy.failed = failed;
    copy.nextInode = nextInode;
    copy.nextSubvolume = nextSubvolume;
    return copy;
  }

  /** What is run before each step of each call; it may end the process. */
  void beforeEachStep(Runnable what) {
    step = what;
  }

  /** The tree as those see it who are at work. */
  Directory tree() {
    return live;
  }

  /** The tree as the boot loader saw it if the power were cut and nothing was in flight. */
  Directory committedTree() {
    return durable.tree();
  }

  // ---- looking

  Optional<Node> find(String path) {
    return NodeTree.find(live, path);
  }

  Directory directory(String path) {
    if (find(path).orElse(null) instanceof Directory directory) {
      return directory;
    }
    throw failure(path, find(path).isPresent() ? "Not a directory" : "No such file or directory");
  }

  RegularFile file(String path) {
    if (find(path).orElse(null) instanceof RegularFile file) {
      return file;
    }
    throw failure(path, find(path).isPresent() ? "Not a file" : "No such file or directory");
  }

  Directory subvolumeAt(String path) {
    Directory directory = directory(path);
    if (directory.subvolume().isEmpty()) {
      throw failure(path, "Not a Btrfs subvolume");
    }
    return directory;
  }

  /** The paths of the subvolumes below {@code path}, those within them left out. */
  List<String> nested(String path) {
    List<String> found = new ArrayList<>();
    directory(path)
        .children()
        .forEach((name, child) -> nested(NodeTree.below(path, name), child, found));
    return found;
  }

  private static void nested(String path, Node node, List<String> found) {
    if (node instanceof Directory directory) {
      if (directory.subvolume().isPresent()) {
        found.add(path);
      } else {
        directory
            .children()
            .forEach((name, child) -> nested(NodeTree.below(path, name), child, found));
      }
    }
  }

  // ---- changing

  void makeDirectory(String path, int mode) {
    requireAbsent(path);
    change(path, _ -> Directory.of(Attributes.of(mode), new TreeMap<>(), Optional.empty()));
  }

  /** In two steps: the empty file, then its content. */
  void write(String path, NodeContent content, Attributes attributes) {
    requireAbsent(path);
    create(path, attributes);
    setContent(path, content);
  }

  void create(String path, Attributes attributes) {
    long inode = nextInode++;
    change(
        path, _ -> new RegularFile(attributes, inode, NodeContent.EMPTY, NodeContent.EMPTY, false));
  }

  void setContent(String path, NodeContent content) {
    long more = content.data() - file(path).content().data();
    change(path, more, node -> ((RegularFile) node).holding(content));
  }

  /** A node that shares its content with another, as reflinks and hard links do. */
  void put(String path, Node node) {
    change(path, _ -> node);
  }

  Node copyOf(Node node) {
    return node instanceof RegularFile file
        ? new RegularFile(file.attributes(), nextInode++, file.content(), NodeContent.EMPTY, true)
        : node;
  }

  void setAttributes(String path, Attributes attributes) {
    change(path, node -> node.with(attributes));
  }

  /** Removes a file or an empty directory. */
  void remove(String path) {
    if (find(path).orElse(null) instanceof Directory directory) {
      if (directory.subvolume().isPresent()) {
        throw failure(path, "Operation not permitted");
      }
      if (!directory.children().isEmpty()) {
        throw failure(path, "Directory not empty");
      }
    }
    unlink(path);
  }

  void rename(String source, String target) {
    Node node = find(source).orElseThrow(() -> failure(source, "No such file or directory"));
    if (find(target).orElse(null) instanceof Directory) {
      throw failure(target, "File exists");
    }
    step.run();
    requireRoom(target, 0, METADATA_FOR_A_CHANGE);
    requireWritable(source);
    requireWritable(target);
    live = changed(changed(live, source, _ -> null), target, _ -> node);
  }

  /** Swaps two names in one step. */
  void exchange(String one, String other) {
    Node first = find(one).orElseThrow(() -> failure(one, "No such file or directory"));
    Node second = find(other).orElseThrow(() -> failure(other, "No such file or directory"));
    step.run();
    requireRoom(other, 0, METADATA_FOR_A_CHANGE);
    requireWritable(one);
    requireWritable(other);
    live = changed(changed(live, one, _ -> second), other, _ -> first);
  }

  // ---- subvolumes

  void createSubvolume(String path, Instant now) {
    requireAbsent(path);
    Subvolume made =
        new Subvolume(nextSubvolume++, false, now, durable.transaction(), durable.transaction());
    change(path, _ -> Directory.of(Attributes.OF_DIRECTORIES, new TreeMap<>(), Optional.of(made)));
  }

  /** Writes the source's contents, then makes the snapshot and commits, in one step. */
  void snapshot(String source, String target, Instant now) {
    requireAbsent(target);
    subvolumeAt(source);
    step.run();
    requireRoom(target, 0, METADATA_FOR_A_CHANGE);
    requireWritable(target);
    live = changed(live, source, node -> edit().stamped(WriteBack.within((Directory) node)));
    Directory from = subvolumeAt(source);
    Subvolume made =
        new Subvolume(nextSubvolume++, false, now, durable.transaction(), durable.transaction());
    Directory copy = withoutNested(from).as(Optional.of(made));
    step.run();
    live = changed(live, target, _ -> copy);
    commitTransaction();
  }

  /** Nested subvolumes are empty directories in a snapshot. */
  private static Directory withoutNested(Directory directory) {
    TreeMap<String, Node> children = new TreeMap<>(directory.children());
    children.replaceAll(
        (_, child) ->
            child instanceof Directory inner
                ? inner.subvolume().isPresent() ? Directory.empty() : withoutNested(inner)
                : child);
    return Directory.of(directory.attributes(), children, directory.subvolume());
  }

  void deleteSubvolume(String path) {
    Directory subvolume = subvolumeAt(path);
    if (!nested(path).isEmpty()) {
      throw failure(path, "Directory not empty");
    }
    if (subvolume.subvolume().orElseThrow().id() == defaultSubvolume) {
      throw failure(path, "Operation not permitted"); // DESIGN fact 4
    }
    unlink(path);
  }

  void setReadOnly(String path, boolean readOnly) {
    Subvolume old = subvolumeAt(path).subvolume().orElseThrow();
    step.run();
    requireSound();
    Subvolume changed = old.with(readOnly);
    live = changed(live, path, node -> ((Directory) node).as(Optional.of(changed)));
  }

  /** The kernel knows a change of a subvolume's generation once it is committed. */
  Btrfs.Generation generation(String path) {
    Subvolume now = subvolumeAt(path).subvolume().orElseThrow();
    Subvolume known =
        NodeTree.find(durable.tree(), path)
            .filter(Directory.class::isInstance)
            .flatMap(it -> ((Directory) it).subvolume())
            .filter(it -> it.id() == now.id())
            .orElse(now);
    return new Btrfs.Generation(known.madeIn(), known.changedIn());
  }

  long defaultSubvolume() {
    return defaultSubvolume;
  }

  void setDefault(String path) {
    long id = subvolumeAt(path).subvolume().orElseThrow().id();
    step.run();
    requireSound();
    defaultSubvolume = id;
  }

  // ---- what becomes durable

  /** {@code btrfs filesystem sync} and syncfs(2). */
  void sync() {
    step.run();
    requireSound();
    live = WriteBack.everywhere(live);
    step.run(); // the contents are there, the names are not
    commitTransaction();
  }

  /** The kernel has a reason of its own, such as the time. */
  void commitByItself() {
    if (!failed) {
      commitTransaction();
    }
  }

  private void commitTransaction() {
    requireSound();
    durable.commit(live, defaultSubvolume);
  }

  /** fsync(2) of a file by a process that has had it open since it wrote it. */
  void syncFile(String path) {
    step.run();
    requireSound();
    if (file(path).lost()) {
      throw failure(path, "Input/output error");
    }
    if (file(path).unwritten()) {
      live = changed(live, path, node -> ((RegularFile) node).written());
    }
    log(path);
  }

  /** fsync(2) of a directory in which these names came or went. */
  void syncNames(List<String> paths) {
    step.run();
    requireSound();
    paths.forEach(this::log);
  }

  private void log(String path) {
    if (!durable.log(path, find(path))) {
      commitTransaction();
    }
  }

  // ---- what goes wrong

  /** The power goes, and comes back: the kernel mounts what is left. */
  DurableState.AfterPowerCut cutPower(Random chance) {
    DurableState.AfterPowerCut left = durable.cutPower(chance);
    live = durable.tree();
    defaultSubvolume = durable.defaultSubvolume();
    failed = false;
    return left;
  }

  /** The disk takes no more writes, and says so, until the machine is started again. */
  void fail() {
    failed = true;
  }

  /**
   * The disk fails to take some contents that the kernel meant to write. Memory still has them, so
   * whoever reads them does not notice.
   */
  void loseContents(Random chance) {
    live = WriteBack.withLosses(live, chance);
  }

  /** Somebody fills the disk until only this much is free. */
  void fill(long dataLeft, long metadataLeft) {
    capacity = Optional.of(used().plus(new DiskCapacity(dataLeft, metadataLeft)));
  }

  /** What filled the disk is deleted. */
  void unfill() {
    capacity = Optional.empty();
  }

  long freeData() {
    return free().data();
  }

  long freeMetadata() {
    return free().metadata();
  }

  boolean filled() {
    return capacity.isPresent();
  }

  private DiskCapacity free() {
    return capacity.map(it -> it.minus(used())).orElse(FREE_ON_AN_EMPTY_DISK);
  }

  /** What is used counts as used as long as the last commit refers to it. */
  private DiskCapacity used() {
    return DiskCapacity.used(live, durable.tree());
  }

  // ---- how it is done

  private void change(String path, UnaryOperator<@Nullable Node> how) {
    change(path, 0, how);
  }

  /** Room is looked for after the step, since the disk may be filled in it. */
  private void change(String path, long data, UnaryOperator<@Nullable Node> how) {
    step.run();
    requireRoom(path, data, METADATA_FOR_A_CHANGE);
    requireWritable(path);
    live = changed(live, path, how);
  }

  private void unlink(String path) {
    if (find(path).isEmpty()) {
      throw failure(path, "No such file or directory");
    }
    step.run();
    requireWritable(path);
    live = changed(live, path, _ -> null);
  }

  private Directory changed(Directory tree, String path, UnaryOperator<@Nullable Node> how) {
    return edit().changed(tree, path, how);
  }

  private TreeEdit edit() {
    return new TreeEdit(durable.transaction());
  }

  private void requireAbsent(String path) {
    if (find(path).isPresent()) {
      throw failure(path, "File exists");
    }
  }

  private void requireSound() {
    if (failed) {
      throw failure("", "Input/output error");
    }
  }

  private void requireWritable(String path) {
    requireSound();
    boolean readOnly = false;
    Node node = live;
    int from = 0;
    int end = path.lastIndexOf('/');
    while (node instanceof Directory directory) {
      readOnly = directory.subvolume().map(Subvolume::readOnly).orElse(readOnly);
      if (from > end) {
        break;
      }
      int slash = path.indexOf('/', from);
      node = directory.children().get(path.substring(from, slash));
      from = slash + 1;
    }
    if (!(node instanceof Directory)) {
      throw failure(path, node == null ? "No such file or directory" : "Not a directory");
    }
    if (readOnly) {
      throw failure(path, "Read-only file system");
    }
  }

  private void requireRoom(String path, long data, long metadata) {
    if (capacity.isPresent()) {
      DiskCapacity free = free();
      if ((data > 0 && free.data() < data) || free.metadata() < metadata) {
        throw failure(path, "No space left on device");
      }
    }
  }

  static UncheckedIOException failure(String path, String why) {
    return new UncheckedIOException("/" + path + ": " + why, new IOException(why));
  }
}
