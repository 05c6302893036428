package io.github.containersnap.gate.shard;

import java.util.List;

/**
 * An engine that starts one job several times, and the variables by which a job knows which it is.
 */
enum ShardEngine {
  BAZEL("Bazel", "TEST_SHARD_INDEX", 0, "TEST_TOTAL_SHARDS"),
  BUILDKITE("Buildkite", "BUILDKITE_PARALLEL_JOB", 0, "BUILDKITE_PARALLEL_JOB_COUNT"),
  GITLAB("GitLab", "CI_NODE_INDEX", 1, "CI_NODE_TOTAL"),
  KUBERNETES("Kubernetes", "JOB_COMPLETION_INDEX", 0, ""),
  SLURM("Slurm", "SLURM_ARRAY_TASK_ID", 0, "SLURM_ARRAY_TASK_COUNT");

  /** Where a Slurm array begins and ends; its indexes may begin anywhere. */
  static final String SLURM_FIRST = "SLURM_ARRAY_TASK_MIN";

  static final String SLURM_LAST = "SLURM_ARRAY_TASK_MAX";

  private final String title;
  private final String index;
  private final int first;
  private final String total;

  /**
   * An engine.
   *
   * @param index the variable with the number of the job
   * @param first the number of the first job
   * @param total the variable with how many jobs there are; empty if the engine does not say
   */
  ShardEngine(String title, String index, int first, String total) {
    this.title = title;
    this.index = index;
    this.first = first;
    this.total = total;
  }

  String title() {
    return title;
  }

  String index() {
    return index;
  }

  int first() {
    return first;
  }

  String total() {
    return total;
  }

  boolean saysTotal() {
    return !total.isEmpty();
  }

  /** All variables that it sets for a job that is one of several. */
  List<String> variables() {
    return switch (this) {
      case SLURM -> List.of(index, total, SLURM_FIRST, SLURM_LAST);
      case KUBERNETES -> List.of(index);
      case BAZEL, BUILDKITE, GITLAB -> List.of(index, total);
    };
  }
}
