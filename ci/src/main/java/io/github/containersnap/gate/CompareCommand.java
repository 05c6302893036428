package io.github.containersnap.gate;

import io.github.containersnap.gate.compare.CompareOptions;
import io.github.containersnap.gate.compare.CompareRun;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code ci/gate compare [OLD NEW]}, or {@code ci/gate compare --small}. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    description = {
      "Compares updaters: the same update from OLD to NEW, a power cut at every flush, one table."
          + " Without OLD and NEW it makes two Debian systems.",
      "",
      "Each updater is a directory of programs (ci/updaters/README.md has the contract) and"
          + " container-snap itself is one row. The table says how often the machine boots the old"
          + " system or the new one, whole; a mixture; a torn file; or nothing; how often success"
          + " was reported but lost; what repairs it; and what the update costs. Whether the same"
          + " update succeeds after a power cut (P5) is asked of container-snap alone."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate compare --report comparison",
      "  ci/gate compare --small --updaters ostree,dpkg",
      "  ci/gate compare oci:/srv/os:stable oci:/srv/os:next --filesystem all",
      "  ci/gate compare oci:/srv/a:1 oci:/srv/a:2 --updaters dpkg,ostree,/srv/mine",
      "",
      "Exit status: 0 every row could be judged, whatever other updaters lose; 1 container-snap"
          + " violates a property; 2 usage or an image that cannot be used; 3 a row could not be"
          + " judged, or only in part; 4 both images are the same."
    })
final class CompareCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Mixin private CompareOptions options = new CompareOptions();

  @Mixin private PairArguments images = new PairArguments();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  CompareCommand() {}

  @Override
  public Integer call() throws Exception {
    return new CompareRun(
            options, images.sourceOrDebian(spec, options.small()), gate.surroundings())
        .run()
        .code();
  }
}
