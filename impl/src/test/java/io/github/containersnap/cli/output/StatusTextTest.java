package io.github.containersnap.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.LastUpdate;
import io.github.containersnap.engine.Status;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.ImageStore.ImageFacts;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class StatusTextTest {
  private static final DeploymentId ID = DeploymentId.parse("ab".repeat(32));
  private static final ImageFacts FACTS =
      new ImageFacts(
          Optional.of("sha256:" + "c".repeat(64)),
          Optional.of("2026.11"),
          Optional.of(Instant.parse("2026-11-28T03:04:05Z")),
          Optional.of(Bytes.ofMebibytes(1400)));

  private static Status status(Optional<Status.Running> running, Optional<LastUpdate.Ended> last) {
    return new Status(
        Optional.of(ID),
        Optional.empty(),
        Optional.of(new Status.Source(new ImageReference("docker://registry.example/os"), true)),
        List.of(
            new Status.Line(
                ID,
                true,
                "Debian GNU/Linux 12 (bookworm)",
                "docker://registry.example/team/os:stable",
                false,
                Optional.empty(),
                Optional.of("12 (bookworm)"),
                Optional.of("6.1.0-28-amd64"),
                Optional.of(Instant.parse("2026-11-29T03:04:05Z")),
                FACTS)),
        List.of(new Status.Downloaded(new ImageId("cd".repeat(32)), List.of("r/os:2"), FACTS)),
        running,
        Optional.empty(),
        last,
        Optional.empty(),
        List.of(),
        List.of(),
        List.of(),
        List.of("a warning of many words ".repeat(8).strip()));
  }

  private static String printed(Status status) {
    StringWriter text = new StringWriter();
    new StatusText(new PrintWriter(text, true)).print(status);
    return text.toString();
  }

  @Test
  void it_fits_80_columns_and_has_what_is_known_of_the_images() {
    String text =
        printed(
            status(
                Optional.of(
                    new Status.Running(
                        "process 4711",
                        Optional.of(UpdateStep.PULL),
                        Optional.of("an update to " + ID + " from docker://registry.example/os"))),
                Optional.of(
                    new LastUpdate.Ended(
                        1,
                        LastUpdate.Result.FAILED,
                        "2026-11-29T03:04:05Z",
                        "docker://registry.example/os",
                        "",
                        "The registry did not answer, which is a sentence of some length here.",
                        0,
                        ""))));

    assertThat(text.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
    assertThat(text)
        .contains(
            "    version 12 (bookworm), kernel 6.1.0-28-amd64, deployed 2026-11-29 03:04Z\n",
            "    image version 2026.11, built 2026-11-28 03:04Z, 1.4 GiB unpacked\n",
            "    sha256:cccc",
            "downloaded, not deployed:\n  cdcdcdcdcdcd\n    r/os:2\n",
            "running: an update to abababababab from docker://registry.example/os, by",
            "process 4711\n  step 3 of 9: pulling the image\n",
            "last      2026-11-29 03:04Z: FAILED: The registry")
        .doesNotContain("interrupted");
  }

  @Test
  void the_json_says_the_same() {
    String json =
        StatusJson.of(
            status(
                Optional.of(new Status.Running("process 1", Optional.empty(), Optional.empty())),
                Optional.of(
                    new LastUpdate.Ended(
                        1,
                        LastUpdate.Result.UPDATED,
                        "2026-11-29T03:04:05Z",
                        "r",
                        "x",
                        "",
                        0,
                        ""))));

    assertThat(json)
        .contains(
            "\"imageVersion\" : \"2026.11\"",
            "\"unpackedBytes\" : 1468006400",
            "\"process\" : \"process 1\"",
            "\"stepNumber\" : null",
            "\"result\" : \"updated\"",
            "\"message\" : null");
  }
}
