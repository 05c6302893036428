package io.github.containersnap.gate;

import io.github.containersnap.gate.cases.CaseOptions;
import io.github.containersnap.gate.cases.Minimization;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code ci/gate minimize CASE}. */
@Command(
    name = "minimize",
    mixinStandardHelpOptions = true,
    description = {
      "Finds a smaller set of lost writes with which the same still goes wrong.",
      "",
      "CASE is a case file of a report. Beside the disk and the log (see ci/gate reproduce --help)"
          + " both images are needed, where they were. The result is a case file beside CASE,"
          + " named CASE-minimal.json: one from which no write can be taken without the violation"
          + " going away."
    },
    footer = {"", "Example:", "  ci/gate minimize report/cases/subset-402-1872356.json"})
final class MinimizeCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Mixin private CaseOptions options = new CaseOptions();

  @SuppressWarnings("NullAway.Init") // picocli injects them
  MinimizeCommand() {}

  @Override
  public Integer call() throws Exception {
    return new Minimization(options, gate.surroundings()).run().code();
  }
}
