package io.github.containersnap.gate;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * Runs jobs of a GitLab template as GitLab's shell executor would: each in a new directory with the
 * files of the repository and the artifacts of the jobs that it needs, its variables set, its
 * script run by bash. Knows {@code extends}, {@code variables}, {@code before_script}, {@code
 * parallel}, {@code needs}, {@code artifacts: paths}, {@code allow_failure: exit_codes}; the first
 * path of {@code cache} is kept from job to job.
 */
final class GitLabJobs {
  private final Map<String, Object> template;
  private final Path repository;
  private final Path work;
  private final Map<String, String> variables;
  private final Map<String, List<Path>> artifacts = new LinkedHashMap<>();

  /**
   * Jobs.
   *
   * @param template the file
   * @param repository what a job finds in its directory
   * @param work where the jobs run
   * @param variables that the user sets instead of those of the template
   */
  GitLabJobs(Path template, Path repository, Path work, Map<String, String> variables)
      throws IOException {
    this.template =
        map(new Yaml(new SafeConstructor(new LoaderOptions())).load(Files.readString(template)));
    this.repository = repository;
    this.work = work;
    this.variables = Map.copyOf(variables);
  }

  /**
   * How a job ended.
   *
   * @param directory where it ran
   * @param status the exit status of its script
   * @param allowed whether the pipeline goes on
   * @param log what it wrote
   */
  record Job(Path directory, int status, boolean allowed, String log) {}

  /** Runs a job, or all of its parallel ones. */
  List<Job> run(String name) throws Exception {
    Map<String, Object> job = job(name);
    int count = job.get("parallel") instanceof Integer parallel ? parallel : 1;
    List<Job> done = new ArrayList<>();
    List<Path> left = new ArrayList<>();
    for (int index = 1; index <= count; index++) {
      done.add(run(name, job, index, count, left));
    }
    artifacts.put(name, left);
    return done;
  }

  private Job run(String name, Map<String, Object> job, int index, int count, List<Path> left)
      throws Exception {
    Path directory = Files.createDirectories(work.resolve(name + "-" + index));
    copy(repository, directory);
    for (Object needed : list(job.get("needs"))) {
      for (Path artifact : artifacts.getOrDefault(needed, List.of())) {
        copy(artifact, directory.resolve(artifact.getFileName()));
      }
    }
    Path cache = directory.resolve(cache(job));
    Path kept = work.resolve("cache");
    Files.createDirectories(kept);
    Files.createDirectories(cache.getParent());
    Files.move(kept, cache);
    Path log = work.resolve(name + "-" + index + ".log");
    int status = run(script(job), directory, environment(job, directory, index, count), log);
    Files.move(cache, kept);
    for (Object pattern : list(map(job.getOrDefault("artifacts", Map.of())).get("paths"))) {
      PathMatcher matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
      try (Stream<Path> files = Files.list(directory)) {
        files.filter(file -> matcher.matches(file.getFileName())).forEach(left::add);
      }
    }
    boolean allowed =
        status == 0
            || list(map(job.getOrDefault("allow_failure", Map.of())).get("exit_codes"))
                .contains(status);
    return new Job(directory, status, allowed, Files.readString(log));
  }

  private static int run(String script, Path directory, Map<String, String> environment, Path log)
      throws Exception {
    ProcessBuilder bash =
        new ProcessBuilder("bash", "-c", "set -eo pipefail\n" + script)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    bash.environment().clear();
    bash.environment().putAll(environment);
    Process process = bash.start();
    try {
      process.getOutputStream().close();
      return process.waitFor();
    } finally {
      process.destroy();
    }
  }

  private Map<String, String> environment(
      Map<String, Object> job, Path directory, int index, int count) {
    Map<String, String> all = new LinkedHashMap<>();
    Stream.of(template.getOrDefault("variables", Map.of()), variables, job.get("variables"))
        .forEach(
            some ->
                map(some == null ? Map.of() : some)
                    .forEach((name, value) -> all.put(name, value.toString())));
    all.replaceAll((_, value) -> value.replace("$CI_PROJECT_DIR", directory.toString()));
    all.put("CI_PROJECT_DIR", directory.toString());
    all.put("GITLAB_CI", "true");
    all.put("CI_NODE_TOTAL", String.valueOf(count));
    if (count > 1) {
      all.put("CI_NODE_INDEX", String.valueOf(index));
    }
    all.put("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    all.put("HOME", work.toString());
    return all;
  }

  private static String script(Map<String, Object> job) {
    return String.join(
        "\n",
        Stream.of("before_script", "script")
            .flatMap(part -> list(job.get(part)).stream())
            .map(Object::toString)
            .toList());
  }

  private static String cache(Map<String, Object> job) {
    return list(map(job.getOrDefault("cache", Map.of())).get("paths")).getFirst().toString();
  }

  private Map<String, Object> job(String name) {
    Map<String, Object> own = map(template.get(name));
    if (own.get("extends") instanceof String other) {
      Map<String, Object> merged = new LinkedHashMap<>(job(other));
      own.forEach(
          (key, value) ->
              merged.merge(
                  key,
                  value,
                  (before, after) ->
                      before instanceof Map<?, ?> && after instanceof Map<?, ?>
                          ? union(map(before), map(after))
                          : after));
      return merged;
    }
    return own;
  }

  private static Map<String, Object> union(Map<String, Object> before, Map<String, Object> after) {
    Map<String, Object> union = new LinkedHashMap<>(before);
    union.putAll(after);
    return union;
  }

  @SuppressWarnings("unchecked") // keys of YAML's that are not texts end in an error later
  private static Map<String, Object> map(@Nullable Object node) {
    return node instanceof Map<?, ?> map ? (Map<String, Object>) map : Map.of();
  }

  private static List<?> list(@Nullable Object node) {
    return node instanceof List<?> list ? list : List.of();
  }

  private static void copy(Path from, Path to) throws Exception {
    Process process = new ProcessBuilder("cp", "-rT", from.toString(), to.toString()).start();
    if (process.waitFor() != 0) {
      throw new IOException("cannot copy " + from + " to " + to);
    }
  }
}
