package io.github.containersnap.cli;

import io.github.containersnap.engine.Discard;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "discard",
    description = {
      "Takes back an update that has not been booted yet. Prints the id of what boots next.",
      "",
      "What runs becomes the default again, and the deployment that was made for the next boot is"
          + " deleted. A deployment that is pinned, has come up once or is older than the running"
          + " one stays on disk. The image stays in the store, so a later update fetches nothing"
          + " again."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap discard",
      "",
      "Exit status: 0 done; 1 failed, and nothing has changed; 2 nothing is pending; 75 another"
          + " container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class DiscardCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  DiscardCommand() {}

  @Override
  public void run() {
    Discard.Discarded discarded = new Discard(parent.machine()).run();
    parent
        .error()
        .println(
            (discarded.removed()
                    ? "Discarded %s. %s boots next."
                    : "%s no longer boots next, and stays on disk. %s boots next.")
                .formatted(discarded.pending().shortForm(), discarded.boots().shortForm()));
    parent.out().println(discarded.boots());
  }
}
