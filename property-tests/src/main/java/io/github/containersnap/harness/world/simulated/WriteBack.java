package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.harness.world.Node;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Which contents of files have reached the disk: the kernel writes them back when it likes. */
final class WriteBack {
  private WriteBack() {}

  /** All contents written. */
  static Directory everywhere(Directory tree) {
    return mapped(tree, RegularFile::written, true);
  }

  /** All contents of a subvolume written, those of nested ones left out. */
  static Directory within(Directory subvolume) {
    return mapped(subvolume, RegularFile::written, false);
  }

  /** Some contents are lost on their way to the disk: memory still has them, the disk never. */
  static Directory withLosses(Directory tree, Random chance) {
    return mapped(
        tree,
        file ->
            file.unwritten() && chance.nextBoolean()
                ? new RegularFile(
                    file.attributes(), file.inode(), file.content(), file.onDisk(), false)
                : file,
        true);
  }

  /** As a machine finds it that has just been started: of what was not written, some was. */
  static Directory afterPowerCut(Directory tree, Random chance) {
    return mappedWhole(
        tree, file -> file.unwritten() && chance.nextBoolean() ? file.written() : file.fromDisk());
  }

  private static Directory mapped(
      Directory directory, UnaryOperator<RegularFile> how, boolean everywhere) {
    if (!directory.unwritten()) {
      return directory;
    }
    TreeMap<String, Node> children = new TreeMap<>(directory.children());
    for (Map.Entry<String, Node> child : children.entrySet()) {
      switch (child.getValue()) {
        case RegularFile file -> child.setValue(how.apply(file));
        case Directory inner when everywhere || inner.subvolume().isEmpty() ->
            child.setValue(mapped(inner, how, everywhere));
        case Node _ -> {}
      }
    }
    return Directory.of(directory.attributes(), children, directory.subvolume());
  }

  private static Directory mappedWhole(Directory directory, UnaryOperator<RegularFile> how) {
    TreeMap<String, Node> children = new TreeMap<>(directory.children());
    children.replaceAll(
        (_, child) ->
            switch (child) {
              case RegularFile file -> how.apply(file);
              case Directory inner -> mappedWhole(inner, how);
              case Node.SymbolicLink link -> link;
            });
    return Directory.of(directory.attributes(), children, directory.subvolume());
  }
}
