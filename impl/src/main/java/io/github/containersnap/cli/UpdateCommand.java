package io.github.containersnap.cli;

import io.github.containersnap.engine.ImageReference;
import io.github.containersnap.engine.Update;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "update",
    description = {
      "Deploys an image and makes it the default. Prints the new deployment's id.",
      "",
      "Success means durable: the next boot is the new system. The running system becomes the"
          + " fallback. After any failure the machine boots what it booted before."
    },
    mixinStandardHelpOptions = true)
final class UpdateCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Parameters(
      paramLabel = "REF",
      description =
          "The image: docker://HOST/NAME:TAG, oci:DIR:TAG, oci-archive:FILE, docker-archive:FILE; a"
              + " name without a transport is looked for in a registry.")
  private String reference;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  UpdateCommand() {}

  @Override
  public void run() {
    Update.Outcome outcome = new Update(parent.machine()).run(new ImageReference(reference));
    parent
        .error()
        .println(
            switch (outcome) {
              case Update.Outcome.Updated updated ->
                  "Updated. %s boots next.".formatted(updated.deployment().shortForm());
              case Update.Outcome.AlreadyDefault already ->
                  "Nothing to do: %s is that image and boots next."
                      .formatted(already.deployment().shortForm());
            });
    parent.out().println(outcome.deployment());
  }
}
