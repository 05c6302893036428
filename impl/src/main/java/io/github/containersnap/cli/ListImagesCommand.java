package io.github.containersnap.cli;

import io.github.containersnap.engine.port.ImageStore;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "list-images",
    description = "Prints the images in the store, a line IMAGEID,CREATED,NAME each. Only reads.",
    footer = {
      "",
      "Examples:",
      "  container-snap list-images",
      "",
      "Exit status: 0 done; 1 failed; 2 usage."
    },
    mixinStandardHelpOptions = true)
final class ListImagesCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  ListImagesCommand() {}

  @Override
  public void run() {
    for (ImageStore.Stored image : parent.lookedAt().ports().store().list()) {
      parent
          .out()
          .printf(
              "%s,%s,%s%n",
              image.id(),
              image.created().map(Instant::toString).orElse(""),
              image.names().isEmpty() ? "" : image.names().getFirst());
    }
  }
}
