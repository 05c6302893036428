package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.harness.world.Node;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import io.github.containersnap.harness.world.NodeTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * What of a disk a power cut leaves: the last commit, and the log tree beside it, which the kernel
 * replays when it mounts and the boot loader does not.
 */
final class DurableState {

  /** What the log tree says of one name; nothing if the name is gone. */
  private record Logged(String path, @Nullable Node node) {}

  private Directory tree;
  private long defaultSubvolume;
  private long transaction = 1;
  private final List<Logged> log = new ArrayList<>();

  /** Of a disk that has just been committed. */
  DurableState(Directory tree, long defaultSubvolume) {
    this.tree = tree;
    this.defaultSubvolume = defaultSubvolume;
  }

  DurableState copy() {
    DurableState copy = new DurableState(tree, defaultSubvolume);
    copy.transaction = transaction;
    copy.log.addAll(log);
    return copy;
  }

  /** The tree of the last commit. */
  Directory tree() {
    return tree;
  }

  /** The default subvolume of the last commit, by its id. */
  long defaultSubvolume() {
    return defaultSubvolume;
  }

  /** The number of the transaction that the next commit ends. */
  long transaction() {
    return transaction;
  }

  /** Makes this durable, and empties the log tree. */
  void commit(Directory live, long liveDefault) {
    tree = live;
    defaultSubvolume = liveDefault;
    transaction++;
    log.clear();
  }

  /**
   * Notes in the log tree what there is under a name.
   *
   * @return whether it could: the log cannot name what is in a directory that is new itself
   */
  boolean log(String path, Optional<Node> node) {
    if (NodeTree.find(tree, NodeTree.parent(path)).isEmpty()) {
      return false;
    }
    log.add(new Logged(path, node.orElse(null)));
    return true;
  }

  /** What a power cut leaves. */
  record AfterPowerCut(Directory seenByBootLoader, Directory seenByKernel) {}

  /** The power goes, and comes back: the kernel mounts what is left, which ends with a commit. */
  AfterPowerCut cutPower(Random chance) {
    Directory atCommit = WriteBack.afterPowerCut(tree, chance);
    Directory replayed = atCommit;
    TreeEdit edit = new TreeEdit(transaction);
    for (Logged logged : log) {
      if (NodeTree.find(replayed, NodeTree.parent(logged.path())).orElse(null)
          instanceof Directory) {
        Node node = logged.node();
        Node kept = node instanceof RegularFile file ? file.written().fromDisk() : node;
        replayed = edit.changed(replayed, logged.path(), _ -> kept);
      }
    }
    commit(replayed, defaultSubvolume);
    return new AfterPowerCut(atCommit, replayed);
  }
}
