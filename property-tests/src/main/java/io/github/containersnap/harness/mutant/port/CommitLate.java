package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.harness.mutant.decorator.BtrfsDecorator;
import io.github.containersnap.linux.BtrfsHandle;
import io.github.containersnap.linux.KernelCallException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * A btrfs whose second commit in a change of menu, the one that makes the new menu durable, comes
 * only when its caller has long gone on, and has told of its success.
 */
public final class CommitLate extends BtrfsDecorator {
  private static final long DELAY_MILLISECONDS = 700;

  private boolean committed;

  /** The port {@code real} with this fault. */
  public CommitLate(Btrfs real) {
    super(real);
  }

  @Override
  public void commit(Path anywhere) {
    if (!committed) {
      super.commit(anywhere);
      committed = true;
      return;
    }
    try {
      BtrfsHandle handle = BtrfsHandle.open(anywhere); // so that it is not unmounted meanwhile
      Thread.ofVirtual().name("late-commit").start(() -> commit(handle));
    } catch (KernelCallException e) {
      throw new IllegalStateException("cannot open " + anywhere, e);
    }
  }

  private static void commit(BtrfsHandle opened) {
    try (BtrfsHandle handle = opened) {
      TimeUnit.MILLISECONDS.sleep(DELAY_MILLISECONDS);
      handle.commit();
    } catch (KernelCallException e) {
      throw new IllegalStateException("the late commit failed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
