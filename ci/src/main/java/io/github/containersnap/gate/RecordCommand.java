package io.github.containersnap.gate;

import io.github.containersnap.gate.check.RecordRun;
import io.github.containersnap.gate.check.RecordingOptions;
import io.github.containersnap.gate.check.ScenarioOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code ci/gate record OLD NEW --to DIR}, or {@code ci/gate record --small --to DIR}. */
@Command(
    name = "record",
    mixinStandardHelpOptions = true,
    description = {
      "Records the update from OLD to NEW, to be checked later or elsewhere.",
      "",
      "DIR then holds all that a check needs: the disk before the update, the log of every write,"
          + " both images, and what they are recognised by. Copy it to any machine that can run"
          + " the gate. Two recordings of one update are never the same, so shards must check one"
          + " recording: record once, give every shard the same DIR, and merge their results.",
      "",
      "With several --transition, DIR has a recording of each, and each shard checks some of them"
          + " whole.",
      "",
      "OLD and NEW are named as for ci/gate check."
    },
    footer = {
      "",
      "Examples:",
      "  ci/gate record oci:/srv/os:stable oci:/srv/os:next --to recording",
      "  ci/gate check --from recording --report report",
      "  ci/gate check --from recording --shard 1/4 --report report-1",
      "  ci/gate merge --from recording report-1 report-2 report-3 report-4",
      "",
      "Exit status: 0 recorded, 2 usage or an image that cannot be used, 3 this machine cannot run"
          + " it; 130 after Ctrl-C."
    })
final class RecordCommand implements Callable<Integer> {
  @ParentCommand private GateMain gate;

  @Mixin private RecordingOptions options = new RecordingOptions();

  @Mixin private ScenarioOptions scenarios;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      required = true,
      description = "The directory for the recording; it must be empty, or not exist.")
  private Path to;

  @Mixin private PairArguments images = new PairArguments();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli injects them
  RecordCommand() {}

  @Override
  public Integer call() throws Exception {
    return new RecordRun(
            options,
            scenarios.scenarios(),
            images.source(spec, options.small()),
            to,
            gate.surroundings())
        .run()
        .code();
  }
}
