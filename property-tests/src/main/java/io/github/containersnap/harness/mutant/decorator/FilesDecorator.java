package io.github.containersnap.harness.mutant.decorator;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Files that behave, for mutants to misbehave in one method of. */
public abstract class FilesDecorator implements SystemFiles {
  private final SystemFiles real;

  /** Files that pass all calls on to {@code real}. */
  public FilesDecorator(SystemFiles real) {
    this.real = real;
  }

  @Override
  public Optional<String> read(Path file, int limit) {
    return real.read(file, limit);
  }

  @Override
  public Optional<byte[]> readBytes(Path file, int limit) {
    return real.readBytes(file, limit);
  }

  @Override
  public List<String> names(Path directory) {
    return real.names(directory);
  }

  @Override
  public boolean exists(Path path) {
    return real.exists(path);
  }

  @Override
  public Optional<Seen> look(Path path) {
    return real.look(path);
  }

  @Override
  public boolean isDirectory(Path path) {
    return real.isDirectory(path);
  }

  @Override
  public void createDirectories(Path directory) {
    real.createDirectories(directory);
  }

  @Override
  public void createReadableDirectories(Path directory) {
    real.createReadableDirectories(directory);
  }

  @Override
  public void replaceDurably(Path file, String text) {
    real.replaceDurably(file, text);
  }

  @Override
  public void deleteDurably(Path file) {
    real.deleteDurably(file);
  }

  @Override
  public void write(Path file, String text) {
    real.write(file, text);
  }

  @Override
  public void reserve(Path file, Bytes data, Bytes metadata) {
    real.reserve(file, data, metadata);
  }

  @Override
  public void setRoomAside(Path file, Bytes room) {
    real.setRoomAside(file, room);
  }

  @Override
  public void fill(Path file, String text) {
    real.fill(file, text);
  }

  @Override
  public void write(Path file, byte[] content) {
    real.write(file, content);
  }

  @Override
  public void rename(Path source, Path target) {
    real.rename(source, target);
  }

  @Override
  public void renameOver(Path source, Path target) {
    real.renameOver(source, target);
  }

  @Override
  public void exchange(Path one, Path other) {
    real.exchange(one, other);
  }

  @Override
  public TreeManifest scan(Path root) {
    return real.scan(root);
  }

  @Override
  public void copyTree(Path source, Path target) {
    real.copyTree(source, target);
  }

  @Override
  public void copyEntry(Path source, Path target) {
    real.copyEntry(source, target);
  }

  @Override
  public void setAttributes(Path file, TreeEntry wanted) {
    real.setAttributes(file, wanted);
  }

  @Override
  public void link(Path existing, Path name) {
    real.link(existing, name);
  }

  @Override
  public void deleteTree(Path path) {
    real.deleteTree(path);
  }
}
