package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code ci/engines/slurm/run} on real Slurm: a controller and two nodes on this machine. Needs the
 * packages slurm-wlm, munge and iproute2.
 */
@Tag("exhaustive")
@Timeout(1800)
final class SlurmRunTest {
  private static final Path SLURM = Path.of("engines/slurm").toAbsolutePath();

  /** Begins a check, kills a node while it is at work on a shard, and waits for the check. */
  private static final String KILLING_A_NODE =
      """
      "$@" &
      check=$!
      until squeue --noheader --states running --name shard --nodelist node1 | grep -q .; do
        sleep 1
      done
      sleep 2
      "$CLUSTER/kill-node" node1
      wait $check
      """;

  @TempDir private Path directory;

  @Test
  void shards_that_all_hold_are_merged_into_a_pass() throws IOException {
    CommandOutput run = onCluster(check(4));

    assertThat(run.exitCode()).as(run.standardError()).isZero();
    assertThat(run.text()).contains("HOLDS at flushes: ");
    requireAllJudged("holds");
  }

  @Test
  void a_node_that_dies_loses_nothing_and_passes_nothing() throws IOException {
    CommandOutput run =
        onCluster(ExternalCommand.of("bash", "-c", KILLING_A_NODE, "bash"), check(4));

    assertThat(run.exitCode()).as(run.standardError()).isZero();
    assertThat(run.text()).contains("HOLDS at flushes: ");
    requireAllJudged("holds");
  }

  @Test
  void a_violated_shard_is_a_violated_check() throws IOException {
    CommandOutput run = onCluster(check(3, "--mutant=default-before-complete"));

    assertThat(run.exitCode()).as(run.standardError()).isOne();
    assertThat(run.text()).contains("VIOLATED: ");
    requireAllJudged("violated");
  }

  private ExternalCommand check(int shards, Object... recordOptions) {
    return ExternalCommand.of(
            SLURM.resolve("run"), "--shards", shards, "--to", directory.resolve("check"))
        .with(recordOptions)
        .with("--small", "--", "--states", "flush");
  }

  private static CommandOutput onCluster(ExternalCommand... parts) {
    ExternalCommand command =
        ExternalCommand.of(SLURM.resolve("one-machine"))
            .passing("HOME")
            .passing("JAVA_HOME")
            .passing("CONTAINER_SNAP_CACHE");
    for (ExternalCommand part : parts) {
      command = command.with(part.arguments().toArray());
    }
    return command.runAnyStatus();
  }

  private void requireAllJudged(String verdict) throws IOException {
    JsonNode result = Json.tree(directory.resolve("check").resolve("report/result.json"));
    assertThat(result.path("verdict").asText()).isEqualTo(verdict);
    assertThat(result.path("outcomes").path("unknown").asInt()).isZero();
    assertThat(result.path("states").path("checked").asInt()).isPositive();
  }
}
