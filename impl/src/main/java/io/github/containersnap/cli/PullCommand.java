package io.github.containersnap.cli;

import io.github.containersnap.engine.ImageReference;
import io.github.containersnap.engine.Pull;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "pull",
    description = "Pulls an image into the store and proves it; deploys nothing. Prints its id.",
    mixinStandardHelpOptions = true)
final class PullCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Parameters(paramLabel = "REF", description = "The image, as for update.")
  private String reference;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  PullCommand() {}

  @Override
  public void run() {
    parent.out().println(new Pull(parent.machine()).run(new ImageReference(reference)));
  }
}
