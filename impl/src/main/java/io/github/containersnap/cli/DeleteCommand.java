package io.github.containersnap.cli;

import io.github.containersnap.engine.Deletion;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "delete",
    description = {
      "Deletes a deployment, or an image from the store.",
      "",
      "What is current, default, fallback or pinned is refused; so are their images. A deployment"
          + " that is read-only is deleted only with --force: its work is finished."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap delete 3f1c0b7e2a5d",
      "  container-snap delete --url registry.example/os:1",
      "",
      "Exit status: 0 done; 1 failed; 2 usage, no such deployment or image, or it must"
          + " stay; 75 another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class DeleteCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @ArgGroup(multiplicity = "1")
  private Named named;

  @Option(
      names = "--force",
      description = "Also delete a deployment that is read-only. It never deletes what may boot.")
  private boolean force;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  DeleteCommand() {}

  @Override
  public void run() {
    Deletion deletion = new Deletion(parent.machine());
    Deletion wanted = force ? deletion.forced() : deletion;
    named.deployment().ifPresent(id -> wanted.deployment(parent.deployment(id)));
    named.image().ifPresent(deletion::image);
  }

  /** A deployment or an image is named. */
  static final class Named {
    @Parameters(index = "0", paramLabel = "ID", description = "The same as --id ID.")
    private @Nullable String idAlone;

    @Option(
        names = "--id",
        required = true,
        paramLabel = "ID",
        description = ContainerSnap.A_DEPLOYMENT)
    private @Nullable String id;

    @Option(
        names = "--url",
        required = true,
        paramLabel = "NAME",
        description = "An image's name or id, as list-images prints them. Deployments of it stay.")
    private @Nullable String url;

    private Optional<String> deployment() {
      return Optional.ofNullable(id).or(() -> Optional.ofNullable(idAlone));
    }

    private Optional<String> image() {
      return Optional.ofNullable(url);
    }
  }
}
