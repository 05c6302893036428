package io.github.containersnap.mutants;

import io.github.containersnap.engine.port.SystemLock;

/** A lock that everybody gets. */
final class NoLock implements SystemLock {
  @Override
  public Held acquire() {
    return () -> {};
  }
}
