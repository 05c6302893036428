package io.github.containersnap.harness.mutant.decorator;

import io.github.containersnap.engine.port.Btrfs;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** A btrfs that behaves, for mutants to misbehave in one method of. */
public abstract class BtrfsDecorator implements Btrfs {
  private final Btrfs real;

  /** A btrfs that passes all calls on to {@code real}. */
  public BtrfsDecorator(Btrfs real) {
    this.real = real;
  }

  @Override
  public void snapshot(Path source, Path target) {
    real.snapshot(source, target);
  }

  @Override
  public void createSubvolume(Path target) {
    real.createSubvolume(target);
  }

  @Override
  public void deleteSubvolume(Path subvolume) {
    real.deleteSubvolume(subvolume);
  }

  @Override
  public boolean isSubvolume(Path path) {
    return real.isSubvolume(path);
  }

  @Override
  public List<Path> nested(Path subvolume) {
    return real.nested(subvolume);
  }

  @Override
  public Instant created(Path subvolume) {
    return real.created(subvolume);
  }

  @Override
  public Generation generation(Path subvolume) {
    return real.generation(subvolume);
  }

  @Override
  public boolean isReadOnly(Path subvolume) {
    return real.isReadOnly(subvolume);
  }

  @Override
  public void setReadOnly(Path subvolume, boolean readOnly) {
    real.setReadOnly(subvolume, readOnly);
  }

  @Override
  public String defaultSubvolume(Path topLevel) {
    return real.defaultSubvolume(topLevel);
  }

  @Override
  public void setDefault(Path subvolume) {
    real.setDefault(subvolume);
  }

  @Override
  public void commit(Path anywhere) {
    real.commit(anywhere);
  }

  @Override
  public void awaitFreed(Path anywhere) {
    real.awaitFreed(anywhere);
  }

  @Override
  public String filesystemId(Path anywhere) {
    return real.filesystemId(anywhere);
  }

  @Override
  public Space space(Path anywhere) {
    return real.space(anywhere);
  }
}
