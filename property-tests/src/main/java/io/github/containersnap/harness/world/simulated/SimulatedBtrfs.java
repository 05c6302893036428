package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.harness.world.Node;
import io.github.containersnap.harness.world.NodeTree;
import io.github.containersnap.harness.world.RunningCommand;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;

/** The port to the simulated disk's subvolumes and commits. */
final class SimulatedBtrfs implements Btrfs {
  /** The UUID of every simulated filesystem. */
  static final String UUID = "5a5a5a5a-0000-4000-8000-000000000000";

  private final SimulatedMachine machine;
  private final RunningCommand command;
  private final SimulatedDisk disk;

  /** How many losses of contents a watch has told of. */
  private OptionalInt known = OptionalInt.empty();

  SimulatedBtrfs(SimulatedMachine machine, RunningCommand command) {
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

  @Override
  public void snapshot(Path source, Path target) {
    run(
        "snapshot " + machine.relative(source) + " to",
        target,
        () -> disk.snapshot(machine.relative(source), machine.relative(target), machine.now()));
  }

  @Override
  public void createSubvolume(Path target) {
    run(
        "create subvolume",
        target,
        () -> disk.createSubvolume(machine.relative(target), machine.now()));
  }

  @Override
  public void deleteSubvolume(Path subvolume) {
    run("delete subvolume", subvolume, () -> delete(machine.relative(subvolume)));
  }

  private void delete(String subvolume) {
    disk.nested(subvolume).forEach(this::delete);
    disk.deleteSubvolume(subvolume);
  }

  @Override
  public boolean isSubvolume(Path path) {
    return call(
        "is a subvolume",
        path,
        () ->
            disk.find(machine.relative(path)).orElse(null) instanceof Node.Directory directory
                && directory.subvolume().isPresent());
  }

  @Override
  public List<Path> nested(Path subvolume) {
    return call(
        "subvolumes in",
        subvolume,
        () -> disk.nested(machine.relative(subvolume)).stream().map(machine::absolute).toList());
  }

  @Override
  public Instant created(Path subvolume) {
    return call("age of", subvolume, () -> subvolume(subvolume).created());
  }

  private Node.Subvolume subvolume(Path path) {
    return disk.subvolumeAt(machine.relative(path)).subvolume().orElseThrow();
  }

  @Override
  public Generation generation(Path subvolume) {
    return call("generation of", subvolume, () -> disk.generation(machine.relative(subvolume)));
  }

  @Override
  public boolean isReadOnly(Path subvolume) {
    return call("is read-only", subvolume, () -> subvolume(subvolume).readOnly());
  }

  @Override
  public void setReadOnly(Path subvolume, boolean readOnly) {
    run(
        readOnly ? "make read-only" : "make writable",
        subvolume,
        () -> disk.setReadOnly(machine.relative(subvolume), readOnly));
  }

  @Override
  public String defaultSubvolume(Path topLevel) {
    return call("default subvolume of", topLevel, () -> pathOf("", disk.tree()).orElse(""));
  }

  private Optional<String> pathOf(String path, Node.Directory directory) {
    if (directory
        .subvolume()
        .map(Node.Subvolume::id)
        .equals(Optional.of(disk.defaultSubvolume()))) {
      return Optional.of(path);
    }
    return directory.children().entrySet().stream()
        .filter(it -> it.getValue() instanceof Node.Directory)
        .map(it -> pathOf(NodeTree.below(path, it.getKey()), (Node.Directory) it.getValue()))
        .flatMap(Optional::stream)
        .findFirst();
  }

  @Override
  public void setDefault(Path subvolume) {
    run(
        "make the default subvolume",
        subvolume,
        () -> disk.setDefault(machine.relative(subvolume)));
  }

  @Override
  public void commit(Path anywhere) {
    run("commit at", anywhere, this::sync);
  }

  /** Without a watch, what another command was told of is not told again. */
  private void sync() {
    int before = known.orElseGet(machine::lossesTold);
    int now = machine.sync();
    if (known.isPresent()) {
      known = OptionalInt.of(now);
    }
    if (now > before) {
      throw SimulatedDisk.failure("", "Input/output error");
    }
  }

  @Override
  public Watch watchLosses(Path anywhere) {
    known = OptionalInt.of(machine.lossesTold());
    return () -> known = OptionalInt.empty();
  }

  @Override
  public void awaitFreed(Path anywhere) {
    run("wait for freed room at", anywhere, () -> {});
  }

  @Override
  public String filesystemId(Path anywhere) {
    return call("UUID at", anywhere, () -> UUID);
  }

  @Override
  public Space space(Path anywhere) {
    return call(
        "room at",
        anywhere,
        () ->
            new Space(
                new Bytes(Math.max(0, disk.freeData())),
                new Bytes(Math.max(0, disk.freeMetadata()))));
  }
}
