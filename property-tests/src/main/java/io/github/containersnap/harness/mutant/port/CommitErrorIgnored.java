package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.harness.mutant.decorator.BtrfsDecorator;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** A commit that tells that data was lost is taken for one that was done. */
public final class CommitErrorIgnored extends BtrfsDecorator {
  /** The port {@code real} with this fault. */
  public CommitErrorIgnored(Btrfs real) {
    super(real);
  }

  @Override
  public void commit(Path anywhere) {
    try {
      super.commit(anywhere);
    } catch (UncheckedIOException lost) {
      // that is the fault: nobody is told
    }
  }
}
