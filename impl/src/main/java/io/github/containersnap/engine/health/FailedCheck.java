package io.github.containersnap.engine.health;

import java.util.List;

/**
 * A health check that failed.
 *
 * @param name its file's name
 * @param required whether the boot counts as failed for it
 * @param what how it ended, in words without a full stop
 * @param lastLines the end of its output, printable, bounded
 */
public record FailedCheck(String name, boolean required, String what, List<String> lastLines) {
  public FailedCheck {
    lastLines = List.copyOf(lastLines);
  }
}
