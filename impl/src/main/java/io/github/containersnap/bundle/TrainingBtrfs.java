package io.github.containersnap.bundle;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.port.Btrfs;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/**
 * Directories in the place of subvolumes, for the {@link TrainingRun}: a build machine has no
 * btrfs, and the classes that an update needs do not depend on it. Nothing here is durable.
 */
final class TrainingBtrfs implements Btrfs {
  /** Enough for a small image, and not so much that room is put aside. */
  private static final Bytes FREE = Bytes.ofMebibytes(20);

  private final LinuxFiles files = new LinuxFiles();

  @Override
  public void snapshot(Path source, Path target) {
    createSubvolume(target);
    files.copyTree(source, target);
  }

  @Override
  public void createSubvolume(Path target) {
    files.createReadableDirectories(target);
  }

  @Override
  public void deleteSubvolume(Path subvolume) {
    files.deleteTree(subvolume);
  }

  @Override
  public boolean isSubvolume(Path path) {
    return files.isDirectory(path);
  }

  @Override
  public List<Path> nested(Path subvolume) {
    return subvolume.endsWith("etc")
        ? List.of()
        : Stream.of(subvolume.resolve("etc")).filter(files::exists).toList();
  }

  @Override
  public Instant created(Path subvolume) {
    return Instant.EPOCH;
  }

  @Override
  public Generation generation(Path subvolume) {
    return new Generation(1, 2);
  }

  @Override
  public boolean isReadOnly(Path subvolume) {
    return true;
  }

  @Override
  public void setReadOnly(Path subvolume, boolean readOnly) {
    // a directory cannot be
  }

  @Override
  public String defaultSubvolume(Path topLevel) {
    return "";
  }

  @Override
  public void setDefault(Path subvolume) {
    // there is one boot loader only
  }

  @Override
  public void commit(Path anywhere) {
    // nothing has to last
  }

  @Override
  public void awaitFreed(Path anywhere) {
    // it is free already
  }

  @Override
  public String filesystemId(Path anywhere) {
    return "00000000-0000-0000-0000-000000000000";
  }

  @Override
  public Space space(Path anywhere) {
    return new Space(FREE, FREE);
  }
}
