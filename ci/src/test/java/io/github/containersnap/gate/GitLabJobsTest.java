package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.ImagePair;
import io.github.containersnap.vm.images.SmallPair;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The GitLab template in shards, from two image archives in a repository to a merged report, with
 * the gate out of its tarball.
 */
@Timeout(3600)
final class GitLabJobsTest extends RunsOfTheSmallPair {
  private static final Path TEMPLATE = Path.of("templates/gitlab-ci-shards.yml").toAbsolutePath();

  @Test
  @Tag("exhaustive")
  void the_jobs_of_the_template_in_shards_end_in_a_merged_report() throws Exception {
    Path tarball = directory.resolve("container-snap-gate.tar.zst");
    ExternalCommand.of(Path.of("image/tarball").toAbsolutePath(), tarball)
        .passing("HOME")
        .passing("JAVA_HOME")
        .run();
    Path repository = directory.resolve("repository");
    ImagePair pair = new SmallPair(ImageCache.ofThisUser(), _ -> {}).make();
    archive(pair.oldImage(), repository.resolve("released/system.tar"));
    archive(pair.newImage(), repository.resolve("build/system.tar"));
    GitLabJobs jobs =
        new GitLabJobs(
            TEMPLATE,
            repository,
            Files.createDirectory(directory.resolve("runner")),
            Map.of("CONTAINER_SNAP", "file://" + tarball));

    assertThat(jobs.run("record")).allSatisfy(GitLabJobsTest::requireDone);
    List<GitLabJobs.Job> shards = jobs.run("shard");
    assertThat(shards).hasSizeGreaterThan(1).allSatisfy(GitLabJobsTest::requireDone);
    GitLabJobs.Job merge = jobs.run("merge").getFirst();
    requireDone(merge);

    assertThat(merge.log()).contains("HOLDS: ");
    Path report = merge.directory().resolve("gate-report");
    JsonNode result = json(Files.readString(report.resolve("result.json")));
    assertThat(result.path("verdict").asText()).isEqualTo("holds");
    assertThat(report.resolve("junit.xml")).isNotEmptyFile();
    assertThat(report.resolve("index.html")).isNotEmptyFile();
  }

  private static void requireDone(GitLabJobs.Job job) {
    assertThat(job.status()).as(job.log()).isZero();
  }

  private static void archive(ImageInLayout image, Path file) throws Exception {
    Files.createDirectories(file.getParent());
    ExternalCommand.of("skopeo", "copy", "--quiet", image.reference(), "oci-archive:" + file).run();
  }
}
