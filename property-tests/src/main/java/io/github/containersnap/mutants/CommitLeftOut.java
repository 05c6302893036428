package io.github.containersnap.mutants;

import io.github.containersnap.engine.port.Btrfs;
import java.nio.file.Path;

/** One of the commits of the filesystem is left out. */
final class CommitLeftOut extends BtrfsDecorator {
  private final Path where;

  /** The commit that is asked for at {@code where}. */
  CommitLeftOut(Btrfs real, Path where) {
    super(real);
    this.where = where;
  }

  @Override
  public void commit(Path anywhere) {
    if (!anywhere.equals(where)) {
      super.commit(anywhere);
    }
  }
}
