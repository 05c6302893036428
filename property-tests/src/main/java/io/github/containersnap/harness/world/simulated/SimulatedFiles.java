package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.world.Node;
import io.github.containersnap.harness.world.Node.Attributes;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import io.github.containersnap.harness.world.Node.SymbolicLink;
import io.github.containersnap.harness.world.NodeContent;
import io.github.containersnap.harness.world.NodeManifests;
import io.github.containersnap.harness.world.NodeTree;
import io.github.containersnap.harness.world.RunningCommand;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The port to the simulated disk's files. Each method takes the steps that {@code LinuxFiles}
 * takes, in its order, so a fault can come between two of them.
 */
final class SimulatedFiles implements SystemFiles {
  private final SimulatedMachine machine;
  private final RunningCommand command;
  private final SimulatedDisk disk;

  SimulatedFiles(SimulatedMachine machine, RunningCommand command) {
    this.machine = machine;
    this.command = command;
    this.disk = machine.disk();
  }

  private <T> T call(String name, Path path, Supplier<T> body) {
    return command.call(name + " " + machine.relative(path), body);
  }

  private void run(String name, Path path, Runnable body) {
    command.run(name + " " + machine.relative(path), body);
  }

  private Optional<Node> at(Path path) {
    return disk.find(machine.relative(path));
  }

  @Override
  public Optional<String> read(Path file, int limit) {
    return call(
        "read",
        file,
        () -> {
          Optional<Node> node = at(file);
          if (node.isEmpty()) {
            return Optional.empty();
          }
          NodeContent content = disk.file(machine.relative(file)).content();
          if (content.length() > limit) {
            throw new DamagedStateException(file, "it is larger than " + limit + " bytes");
          }
          return Optional.of(content.text());
        });
  }

  @Override
  public Optional<byte[]> readBytes(Path file, int limit) {
    return call(
        "read",
        file,
        () ->
            at(file)
                .filter(RegularFile.class::isInstance)
                .map(it -> ((RegularFile) it).content())
                .filter(it -> it.length() <= limit)
                .map(NodeContent::bytes));
  }

  @Override
  public List<String> names(Path directory) {
    return call(
        "list",
        directory,
        () ->
            at(directory).orElse(null) instanceof Directory found
                ? List.copyOf(found.children().keySet())
                : List.of());
  }

  @Override
  public boolean exists(Path path) {
    return call("look for", path, () -> at(path).isPresent());
  }

  @Override
  public Optional<Seen> look(Path path) {
    return call("look at", path, () -> at(path).map(SimulatedFiles::seen));
  }

  private static Seen seen(Node node) {
    int mode = node.attributes().mode();
    return switch (node) {
      case Directory _ -> new Seen(FileKind.DIRECTORY, mode, 0, "");
      case RegularFile file -> new Seen(FileKind.FILE, mode, file.content().length(), "");
      case SymbolicLink link -> new Seen(FileKind.SYMLINK, mode, 0, link.target());
    };
  }

  @Override
  public boolean isDirectory(Path path) {
    return call("look at", path, () -> at(path).orElse(null) instanceof Directory);
  }

  @Override
  public void createDirectories(Path directory) {
    run("make directory", directory, () -> createDirectories(machine.relative(directory), 0700));
  }

  @Override
  public void createReadableDirectories(Path directory) {
    run("make directory", directory, () -> createDirectories(machine.relative(directory), 0755));
  }

  private void createDirectories(String path, int mode) {
    Optional<Node> there = disk.find(path);
    if (there.isEmpty()) {
      createDirectories(NodeTree.parent(path), 0755);
      disk.makeDirectory(path, mode);
    } else if (!(there.get() instanceof Directory)) {
      throw SimulatedDisk.failure(path, "it is in the way: it is not a directory");
    }
  }

  @Override
  public void replaceDurably(Path file, String text) {
    run("replace", file, () -> replaceDurably(disk, machine.relative(file), text));
  }

  static void replaceDurably(SimulatedDisk disk, String file, String text) {
    String beside = file + UNFINISHED;
    try {
      if (disk.find(beside).isEmpty()) {
        disk.create(beside, Attributes.OF_FILES);
      }
      disk.setContent(beside, NodeContent.of(text));
      disk.syncFile(beside);
      disk.rename(beside, file);
      disk.syncNames(List.of(beside, file));
    } catch (UncheckedIOException failure) {
      withdraw(disk, beside, failure);
      throw failure;
    }
  }

  @Override
  public void deleteDurably(Path file) {
    run(
        "delete",
        file,
        () -> {
          String path = machine.relative(file);
          List<String> names = List.of(path + UNFINISHED, path);
          names.stream().filter(it -> disk.find(it).isPresent()).forEach(disk::remove);
          disk.syncNames(names);
        });
  }

  @Override
  public void write(Path file, String text) {
    run(
        "write",
        file,
        () -> {
          String path = machine.relative(file);
          if (disk.find(path).isPresent()) {
            throw SimulatedDisk.failure(path, "File exists");
          }
          disk.create(path, Attributes.OF_FILES);
          try {
            disk.setContent(path, NodeContent.of(text));
          } catch (UncheckedIOException failure) {
            withdraw(disk, path, failure);
            throw failure;
          }
        });
  }

  private static void withdraw(SimulatedDisk disk, String path, UncheckedIOException failure) {
    try {
      if (disk.find(path).isPresent()) {
        disk.remove(path);
      }
    } catch (UncheckedIOException again) {
      failure.addSuppressed(again);
    }
  }

  @Override
  public void write(Path file, byte[] content) {
    run(
        "write",
        file,
        () -> disk.write(machine.relative(file), NodeContent.of(content), Attributes.of(0600)));
  }

  @Override
  public void reserve(Path file, Bytes data, Bytes metadata) {
    run(
        "reserve room by",
        file,
        () ->
            disk.write(
                machine.relative(file),
                NodeContent.reserving(data.count(), metadata.count()),
                Attributes.OF_FILES));
  }

  @Override
  public void setRoomAside(Path file, Bytes room) {
    run(
        "set room aside by",
        file,
        () -> {
          String path = machine.relative(file);
          try {
            if (disk.find(path).isEmpty()) {
              disk.create(path, Attributes.OF_FILES);
            }
            if (disk.file(path).content().data() == 0) {
              disk.setContent(path, NodeContent.reserving(room.count(), 0));
            }
          } catch (UncheckedIOException full) {
            // As the port says: what is full has no room to set aside.
          }
        });
  }

  @Override
  public void fill(Path file, String text) {
    run(
        "fill",
        file,
        () -> {
          String path = machine.relative(file);
          disk.setContent(path, disk.file(path).content().filledWith(text));
        });
  }

  @Override
  public void rename(Path source, Path target) {
    run(
        "rename " + machine.relative(source) + " to",
        target,
        () -> {
          if (at(target).isPresent()) {
            throw SimulatedDisk.failure(machine.relative(target), "it exists");
          }
          disk.rename(machine.relative(source), machine.relative(target));
        });
  }

  @Override
  public void renameOver(Path source, Path target) {
    run(
        "rename " + machine.relative(source) + " over",
        target,
        () -> disk.rename(machine.relative(source), machine.relative(target)));
  }

  @Override
  public void exchange(Path one, Path other) {
    run(
        "exchange " + machine.relative(one) + " with",
        other,
        () -> disk.exchange(machine.relative(one), machine.relative(other)));
  }

  @Override
  public TreeManifest scan(Path root) {
    return call("scan", root, () -> NodeManifests.of(disk.directory(machine.relative(root))));
  }

  @Override
  public void copyTree(Path source, Path target) {
    run(
        "copy " + machine.relative(source) + " into",
        target,
        () -> {
          Directory from = disk.directory(machine.relative(source));
          String to = machine.relative(target);
          copyChildren(from, to);
          disk.setAttributes(to, from.attributes());
        });
  }

  private void copyChildren(Directory from, String to) {
    for (Map.Entry<String, Node> child : from.children().entrySet()) {
      String path = NodeTree.below(to, child.getKey());
      if (child.getValue() instanceof Directory inner) {
        if (disk.find(path).isEmpty()) {
          disk.makeDirectory(path, inner.attributes().mode());
        }
        copyChildren(inner, path);
        disk.setAttributes(path, inner.attributes());
      } else {
        disk.put(path, disk.copyOf(child.getValue()));
      }
    }
  }

  @Override
  public void copyEntry(Path source, Path target) {
    run(
        "copy " + machine.relative(source) + " to",
        target,
        () -> {
          String to = machine.relative(target);
          Node from =
              at(source)
                  .orElseThrow(
                      () ->
                          SimulatedDisk.failure(
                              machine.relative(source), "No such file or directory"));
          if (from instanceof Directory) {
            createDirectories(to, 0700);
            disk.setAttributes(to, from.attributes());
          } else {
            if (disk.find(to).isPresent()) {
              disk.remove(to);
            }
            disk.put(to, disk.copyOf(from));
          }
        });
  }

  @Override
  public void setAttributes(Path file, TreeEntry wanted) {
    run(
        "set the attributes of",
        file,
        () ->
            disk.setAttributes(
                machine.relative(file),
                new Attributes(
                    wanted.mode(), wanted.uid(), wanted.gid(), wanted.extendedAttributes())));
  }

  @Override
  public void link(Path existing, Path name) {
    run(
        "link " + machine.relative(existing) + " to",
        name,
        () -> disk.put(machine.relative(name), disk.file(machine.relative(existing))));
  }

  @Override
  public void deleteTree(Path path) {
    run("delete", path, () -> deleteTree(disk, machine.relative(path)));
  }

  static void deleteTree(SimulatedDisk disk, String path) {
    Optional<Node> node = disk.find(path);
    if (node.isEmpty()) {
      return;
    }
    if (node.get() instanceof Directory directory) {
      directory.children().keySet().forEach(name -> deleteTree(disk, NodeTree.below(path, name)));
    }
    disk.remove(path);
  }
}
