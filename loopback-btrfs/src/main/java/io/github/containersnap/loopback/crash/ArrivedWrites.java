package io.github.containersnap.loopback.crash;

import io.github.containersnap.loopback.log.LogEntry;
import java.util.List;

/**
 * What a crash state has of its log.
 *
 * @param durable how many entries from the first on a flush has made durable: all of these are
 *     there. The epoch in flight begins here
 * @param issued how many entries had been issued at the latest moment at which the power can have
 *     been lost to leave this state: of a prefix its length, of any other state the whole epoch in
 *     flight
 * @param changes what of the epoch in flight arrived, in the order of the log; of a torn write a
 *     {@link LogEntry.Write} that covers only the part that arrived
 */
public record ArrivedWrites(int durable, int issued, List<LogEntry.Change> changes) {
  public ArrivedWrites {
    changes = List.copyOf(changes);
  }
}
