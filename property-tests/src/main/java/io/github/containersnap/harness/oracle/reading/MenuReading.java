package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.nio.file.Path;
import java.util.Optional;

/** How the boot loader of a machine knows what to start, as text that two readers can compare. */
public interface MenuReading {
  /** What the boot loader reads, at the last commit. */
  Optional<String> atLastCommit(LoopDevice loop);

  /** The same as the kernel reads it. */
  Optional<String> mounted(Path top);

  /** What it starts, from what was read. */
  BootPlan plan(Optional<String> read);

  /**
   * The id of the deployment that boots if the default does not come up, by itself or by a person's
   * command.
   */
  Optional<String> fallback(Path top, BootPlan plan);

  /** What a record of the menu says of a deployment's standing; empty if it says nothing. */
  Optional<String> standing(Path top, String deployment);
}
