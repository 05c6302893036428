package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.harness.mutant.decorator.BtrfsDecorator;
import java.nio.file.Path;

/**
 * A btrfs that commits only once in a change of menu: the first commit, which makes the new text
 * whole, is done; the second, which makes the rename durable, is not.
 */
public final class NoCommitAfterSwitch extends BtrfsDecorator {
  private boolean committed;

  /** The port {@code real} with this fault. */
  public NoCommitAfterSwitch(Btrfs real) {
    super(real);
  }

  @Override
  public void commit(Path anywhere) {
    if (!committed) {
      super.commit(anywhere);
      committed = true;
    }
  }
}
