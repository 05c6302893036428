package io.github.containersnap.gate;

import io.github.containersnap.gate.check.CheckOptions;
import io.github.containersnap.gate.check.CheckRun;
import io.github.containersnap.gate.check.ScenarioOptions;
import io.github.containersnap.gate.run.Scenario;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code ci/gate check OLD NEW}, or {@code ci/gate check --small}. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Checks the update from OLD to NEW.",
      "",
      "An image is named as for container-snap update: docker://HOST/NAME:TAG, an OCI layout"
          + " directory (DIR or oci:DIR:TAG), an archive (FILE, oci-archive:FILE or"
          + " docker-archive:FILE), or containers-storage:NAME. A name without a transport is"
          + " looked for in this machine's container storage, then in a registry. It must hold a"
          + " kernel, an initrd, modules, an init and an os-release. The gate accepts unsigned"
          + " images unless --signature-policy or --required-signatures is given.",
      "",
      "With --from DIR: checks what ci/gate record has left in DIR, whole or in shards."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate check oci:/srv/os:stable oci:/srv/os:next --report report",
      "  ci/gate check --from recording --shard 2/4 --report report-2",
      "",
      "Shards are also known by the variables of Bazel, Buildkite, GitLab, Slurm and, with --shards"
          + " N, Kubernetes."
    })
final class CheckCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Mixin private CheckOptions options;

  @Mixin private ScenarioOptions scenarios;

  @Mixin private PairArguments images = new PairArguments();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  CheckCommand() {}

  @Mixin private ShardOptions shards = new ShardOptions();

  @Override
  public Integer call() throws Exception {
    List<Scenario> chosen = scenarios.scenarios();
    if (shards.from().isPresent()) {
      return shards.check(spec, options, gate.surroundings()).code();
    }
    shards.requireNone();
    return CheckRun.of(
            options.plan(), chosen, images.source(spec, options.small()), gate.surroundings())
        .code();
  }
}
