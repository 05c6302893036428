package io.github.containersnap.loopback.log;

import java.util.List;

/**
 * The changes between two flushes. A power cut within an epoch may leave any subset of them on the
 * disk.
 *
 * @param number the epoch's place among the epochs of its log, from 0; flushes with nothing between
 *     them make no epoch
 * @param firstEntry the index of the first entry after the flush before it
 * @param endEntry the index of the flush that ends it, or the number of entries of the log
 * @param flushed whether a flush ends it (only the last epoch of a log may lack one)
 * @param changes its writes and discards, in order; at least one
 */
public record Epoch(
    int number, int firstEntry, int endEntry, boolean flushed, List<LogEntry.Change> changes) {

  public Epoch {
    changes = List.copyOf(changes);
  }
}
