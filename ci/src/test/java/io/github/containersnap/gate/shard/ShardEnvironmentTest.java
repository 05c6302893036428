package io.github.containersnap.gate.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.gate.run.UnusableInputException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShardEnvironmentTest {
  private static ShardEnvironment environment(String text) {
    return new ShardEnvironment(
        Arrays.stream(text.split(" ", -1))
            .filter(each -> each.contains("="))
            .collect(
                Collectors.toMap(each -> each.split("=", 2)[0], each -> each.split("=", 2)[1])));
  }

  @ParameterizedTest
  @CsvSource({
    "TEST_SHARD_INDEX=0 TEST_TOTAL_SHARDS=4, 1/4",
    "TEST_SHARD_INDEX=3 TEST_TOTAL_SHARDS=4, 4/4",
    "CI_NODE_INDEX=1 CI_NODE_TOTAL=2, 1/2",
    "CI_NODE_INDEX=2 CI_NODE_TOTAL=2, 2/2",
    "BUILDKITE_PARALLEL_JOB=0 BUILDKITE_PARALLEL_JOB_COUNT=8, 1/8",
    "SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=5 SLURM_ARRAY_TASK_MAX=8,"
        + " 3/4",
  })
  void each_engine_numbers_in_its_own_way(String variables, String shard) {
    assertThat(environment(variables).shard(Optional.empty())).contains(Shard.parse(shard));
  }

  @Test
  void kubernetes_has_to_be_told_how_many_there_are() {
    assertThat(environment("JOB_COMPLETION_INDEX=2").shard(Optional.of(5)))
        .contains(new Shard(3, 5));
    assertThatThrownBy(() -> environment("JOB_COMPLETION_INDEX=2").shard(Optional.empty()))
        .isInstanceOf(UnusableInputException.class)
        .hasMessage(
            "Kubernetes sets JOB_COMPLETION_INDEX, but not how many jobs there are; say it with"
                + " --shards N.");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TEST_SHARD_INDEX=0",
        "TEST_TOTAL_SHARDS=4",
        "CI_NODE_INDEX=1",
        "CI_NODE_TOTAL=2",
        "BUILDKITE_PARALLEL_JOB=0",
        "BUILDKITE_PARALLEL_JOB_COUNT=2",
        "SLURM_ARRAY_TASK_ID=1",
        "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4",
        "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1",
        "SLURM_ARRAY_TASK_ID=1 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=1"
            + " SLURM_ARRAY_TASK_MAX=7",
        "TEST_SHARD_INDEX=4 TEST_TOTAL_SHARDS=4",
        "TEST_SHARD_INDEX=x TEST_TOTAL_SHARDS=4",
        "TEST_SHARD_INDEX= TEST_TOTAL_SHARDS=4",
        "TEST_SHARD_INDEX=-1 TEST_TOTAL_SHARDS=4",
        "CI_NODE_INDEX=0 CI_NODE_TOTAL=4",
        "CI_NODE_INDEX=5 CI_NODE_TOTAL=4",
        "CI_NODE_INDEX=1 CI_NODE_TOTAL=0",
        "CI_NODE_INDEX=1 CI_NODE_TOTAL=999999999",
        "CI_NODE_INDEX=1 CI_NODE_TOTAL=4 TEST_SHARD_INDEX=0 TEST_TOTAL_SHARDS=4",
      })
  void half_of_the_variables_or_nonsense_is_refused(String variables) {
    assertThatThrownBy(() -> environment(variables).shard(Optional.empty()))
        .isInstanceOf(UnusableInputException.class)
        .hasMessageEndingWith(".");
  }

  @Test
  void a_gitlab_job_that_is_not_parallel_is_no_shard() {
    assertThat(environment("CI_NODE_TOTAL=1").shard(Optional.empty())).isEmpty();
    assertThat(environment("").shard(Optional.empty())).isEmpty();
  }

  @Test
  void a_number_of_shards_that_nobody_counts_or_another_counts_otherwise_is_refused() {
    assertThatThrownBy(() -> environment("").shard(Optional.of(4)))
        .hasMessageContaining("no variable of an engine says which this is");
    assertThatThrownBy(() -> environment("CI_NODE_INDEX=1 CI_NODE_TOTAL=4").shard(Optional.of(5)))
        .hasMessage("--shards says 5 shards, CI_NODE_TOTAL says 4.");
  }

  @Test
  void bazel_is_told_that_shards_are_known(@TempDir Path directory) throws Exception {
    Path status = directory.resolve("status");
    new ShardEnvironment(
            Map.of(
                "TEST_SHARD_INDEX",
                "0",
                "TEST_TOTAL_SHARDS",
                "2",
                "TEST_SHARD_STATUS_FILE",
                status.toString()))
        .acknowledge();

    assertThat(status).isEmptyFile();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0/4", "5/4", "1/0", "1", "a/b", "1/4/4", "-1/4", "1/20000"})
  void a_shard_that_there_is_not(String text) {
    assertThatThrownBy(() -> Shard.parse(text))
        .isInstanceOf(UnusableInputException.class)
        .hasMessageStartingWith("--shard needs I/N");
  }
}
