package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.harness.mutant.decorator.BtrfsDecorator;
import java.nio.file.Path;

/** One of the commits of the filesystem is left out. */
public final class CommitLeftOut extends BtrfsDecorator {
  private final Path where;

  /** The commit that is asked for at {@code where}. */
  public CommitLeftOut(Btrfs real, Path where) {
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
