package io.github.containersnap.gate;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code ci/gate check OLD NEW}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Checks the update from OLD to NEW.",
      "",
      "An image is an OCI layout directory (DIR or oci:DIR:TAG), an archive (FILE, oci-archive:FILE"
          + " or docker-archive:FILE), or a name in the local containers-storage"
          + " (containers-storage:NAME). It must hold a kernel, an initrd, modules, an init and an"
          + " os-release."
    })
final class CheckCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Mixin private CheckOptions options;

  @Mixin private ScenarioOptions scenarios;

  @Parameters(index = "0", paramLabel = "OLD", description = "The image to update from.")
  private String oldImage;

  @Parameters(index = "1", paramLabel = "NEW", description = "The image to update to.")
  private String newImage;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  CheckCommand() {}

  @Override
  public Integer call() throws Exception {
    return Check.of(
            options, scenarios.scenarios(), new GivenPair(oldImage, newImage), gate.surroundings())
        .code();
  }
}
