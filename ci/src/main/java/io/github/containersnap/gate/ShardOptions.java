package io.github.containersnap.gate;

import io.github.containersnap.gate.check.CheckOptions;
import io.github.containersnap.gate.check.RecordedCheck;
import io.github.containersnap.gate.check.RecordedTransitions;
import io.github.containersnap.gate.check.RecordingOptions;
import io.github.containersnap.gate.recording.RecordingDirectory;
import io.github.containersnap.gate.recording.RecordingSet;
import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.shard.Shard;
import io.github.containersnap.gate.shard.ShardEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.xml.stream.XMLStreamException;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The options of a check of a recording. */
final class ShardOptions {
  private static final List<String> RECORDED =
      Stream.concat(
              RecordingOptions.NAMES.stream(),
              Stream.of("--transition", "--boot-loader", "--insecure"))
          .toList();

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "Check the recording in DIR, which ci/gate record has made.")
  private Optional<Path> from = Optional.empty();

  @Option(
      names = "--shard",
      paramLabel = "I/N",
      description =
          "With --from: check only part I of N, from 1/N to N/N. ci/gate merge says what all come"
              + " to.")
  private Optional<String> shard = Optional.empty();

  @Option(
      names = "--shards",
      paramLabel = "N",
      description =
          "With --from: how many shards there are, where a variable says which this is and none"
              + " says how many (Kubernetes).")
  private Optional<Integer> shards = Optional.empty();

  Optional<Path> from() {
    return from;
  }

  /** Refuses what only a check of a recording takes. */
  void requireNone() {
    if (shard.isPresent() || shards.isPresent()) {
      throw new UnusableInputException(
          "Shards of a check must have one recording: ci/gate record OLD NEW --to DIR, then ci/gate"
              + " check --from DIR --shard I/N.");
    }
  }

  ExitStatus check(CommandSpec spec, CheckOptions options, GateContext surroundings)
      throws IOException, InterruptedException, XMLStreamException {
    var given = spec.commandLine().getParseResult();
    RECORDED.stream()
        .filter(given::hasMatchedOption)
        .findFirst()
        .ifPresent(
            option -> {
              throw new UnusableInputException(
                  "%s belongs to ci/gate record; with --from, the recording says it."
                      .formatted(option));
            });
    if (given.hasMatchedPositional(0)) {
      throw new UnusableInputException("--from DIR has its own two images; leave OLD and NEW out.");
    }
    ShardEnvironment environment = new ShardEnvironment(System.getenv());
    Optional<Shard> part = part(environment);
    environment.acknowledge();
    RecordingSet several = new RecordingSet(from.orElseThrow());
    return several.exists()
        ? new RecordedTransitions(several, surroundings)
            .run(options.plan(), options.namedUpdater(), part)
        : new RecordedCheck(new RecordingDirectory(from.get()), surroundings)
            .run(options.plan(), options.namedUpdater(), part);
  }

  private Optional<Shard> part(ShardEnvironment environment) {
    if (shard.isEmpty()) {
      return environment.shard(shards);
    }
    if (shards.isPresent()) {
      throw new UnusableInputException("--shard I/N says how many there are; leave --shards out.");
    }
    return shard.map(Shard::parse);
  }
}
