package io.github.containersnap.gate.shard;

import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which shard this process is, by the variables of the engine that started it. Half of an engine's
 * variables, or a number that makes no sense, is an error: the whole check instead of a shard, or
 * the same shard in all jobs, would go unnoticed.
 *
 * @param variables the environment
 */
public record ShardEnvironment(Map<String, String> variables) {
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");
  private static final String BAZEL_STATUS = "TEST_SHARD_STATUS_FILE";

  /** GitLab sets the total of 1 in every job, the index only in parallel ones. */
  private static final String NOT_PARALLEL = "1";

  public ShardEnvironment {
    variables = Map.copyOf(variables);
  }

  /**
   * The shard.
   *
   * @param count how many shards there are, where the person said it; empty otherwise
   * @return nothing if no engine divides the work
   * @throws UnusableInputException if the variables contradict themselves, each other or {@code
   *     count}
   */
  public Optional<Shard> shard(Optional<Integer> count) {
    List<ShardEngine> engines =
        Arrays.stream(ShardEngine.values()).filter(this::dividesWork).toList();
    if (engines.size() > 1) {
      throw new UnusableInputException(
          "The variables of %s and of %s are set; say which shard this is with --shard I/N."
              .formatted(engines.get(0).title(), engines.get(1).title()));
    }
    if (engines.isEmpty()) {
      if (count.isPresent()) {
        throw new UnusableInputException(
            "--shards %d says how many shards there are, and no variable of an engine says which this is; say it with --shard I/%d."
                .formatted(count.get(), count.get()));
      }
      return Optional.empty();
    }
    return Optional.of(shard(engines.getFirst(), count));
  }

  private boolean dividesWork(ShardEngine engine) {
    boolean notParallel =
        engine == ShardEngine.GITLAB
            && !variables.containsKey(engine.index())
            && NOT_PARALLEL.equals(variables.get(engine.total()));
    return !notParallel && engine.variables().stream().anyMatch(variables::containsKey);
  }

  private Shard shard(ShardEngine engine, Optional<Integer> count) {
    List<String> missing =
        engine.variables().stream().filter(each -> !variables.containsKey(each)).toList();
    if (!missing.isEmpty()) {
      throw new UnusableInputException(
          "%s sets %s together, and %s is not set; say which shard this is with --shard I/N."
              .formatted(
                  engine.title(),
                  String.join(" and ", engine.variables()),
                  String.join(" and ", missing)));
    }
    if (!engine.saysTotal() && count.isEmpty()) {
      throw new UnusableInputException(
          "%s sets %s, but not how many jobs there are; say it with --shards N."
              .formatted(engine.title(), engine.index()));
    }
    int total = engine.saysTotal() ? number(engine, engine.total()) : count.orElseThrow();
    if (count.isPresent() && count.get() != total) {
      throw new UnusableInputException(
          "--shards says %d shards, %s says %d.".formatted(count.get(), engine.total(), total));
    }
    int index = number(engine, engine.index()) - firstOf(engine, total) + 1;
    if (total < 1 || total > Shard.MOST || index < 1 || index > total) {
      throw new UnusableInputException(
          "%s sets %s, and there is no such shard of %d (at most %d)."
              .formatted(
                  engine.title(),
                  engine.index() + "=" + variables.get(engine.index()),
                  total,
                  Shard.MOST));
    }
    return new Shard(index, total);
  }

  private int firstOf(ShardEngine engine, int total) {
    if (engine != ShardEngine.SLURM) {
      return engine.first();
    }
    int first = number(engine, ShardEngine.SLURM_FIRST);
    int last = number(engine, ShardEngine.SLURM_LAST);
    if (last - first + 1 != total) {
      throw new UnusableInputException(
          "The Slurm array has %d tasks numbered %d to %d; shards need numbers without gaps (--array=1-%d)."
              .formatted(total, first, last, total));
    }
    return first;
  }

  private int number(ShardEngine engine, String name) {
    String text = Objects.requireNonNull(variables.get(name));
    if (!NUMBER.matcher(text).matches()) {
      throw new UnusableInputException(
          "%s sets %s='%.40s', which is not a number.".formatted(engine.title(), name, text));
    }
    return Integer.parseInt(text);
  }

  /**
   * Tells Bazel that this program knows of shards; without it, Bazel fails the test.
   *
   * @throws IOException if the file that Bazel names cannot be made
   */
  public void acknowledge() throws IOException {
    String file = variables.get(BAZEL_STATUS);
    if (file != null && dividesWork(ShardEngine.BAZEL)) {
      Files.write(Path.of(file), new byte[0], StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
  }
}
