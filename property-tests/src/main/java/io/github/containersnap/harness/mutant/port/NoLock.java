package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.port.SystemLock;

/** A lock that everybody gets. */
public final class NoLock implements SystemLock {
  @Override
  public Held acquire() {
    return () -> {};
  }
}
