package io.github.containersnap.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.ImageReference;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolMessageTest {
  private static final ImageReference REGISTRY = new ImageReference("docker://host/os:1");
  private static final ImageReference ARCHIVE = new ImageReference("oci-archive:/srv/os.tar");

  private static ToolMessage of(String standardError) {
    return of(standardError, REGISTRY);
  }

  private static ToolMessage of(String standardError, ImageReference reference) {
    try {
      ExternalCommand.of("sh", "-c", "printf '%s' \"$0\" >&2; exit 125", standardError).run();
    } catch (CommandFailedException e) {
      return ToolMessage.of(e, reference);
    }
    throw new AssertionError("it did not fail");
  }

  @Test
  void skopeo_s_log_line_becomes_its_sentence() {
    assertThat(
            of("""
            time="2026-01-01T00:00:00Z" level=warning msg="first"
            time="2026-01-01T00:00:00Z" level=fatal msg="Error parsing image name \\"oci:x\\": \
            open x/index.json: no such file or directory"
            """)
                .sentence())
        .isEqualTo("open x/index.json: no such file or directory");
  }

  @Test
  void podman_s_error_becomes_its_sentence() {
    assertThat(
            of("""
            Trying to pull host/os:1...
            Error: initializing source docker://host/os:1: reading manifest 1: manifest unknown
            """)
                .sentence())
        .isEqualTo("reading manifest 1: manifest unknown");
  }

  @Test
  void a_cut_connection_is_named_and_what_is_gone_by_now_is_not() {
    assertThat(
            of("""
            Error: writing blob: storing blob to file "/store/tmp/storage1/2": happened during \
            read: read tcp 10.0.0.1:5->10.0.0.2:443: read: connection reset by peer
            """)
                .sentence())
        .isEqualTo("reading a blob: connection reset by peer (the connection was cut)");
    assertThat(
            of("Error: writing blob: storing blob to file \"/x\": happened during read: unexpected"
                    + " EOF")
                .sentence())
        .isEqualTo("reading a blob: unexpected EOF (the connection was cut)");
    assertThat(of("Error: reading a blob: Digest did not match").sentence())
        .isEqualTo("reading a blob: Digest did not match");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          lookup host on 10.0.0.1:53: no such host           | no address is known for host          | name servers
          lookup host: Temporary failure in name resolution  | no name server could be asked for host | name servers
          dial tcp 127.0.0.1:1: connect: connection refused  | nothing listens at 127.0.0.1:1        | address and port
          dial tcp 10.0.0.9:443: i/o timeout                 | 10.0.0.9:443 does not answer          | firewalls
          dial tcp 10.0.0.9:443: connect: no route to host   | no way leads to 10.0.0.9:443          | network
          """)
  void of_a_registry_that_is_not_reached_the_cause_comes_first(
      String said, String cause, String advice) {
    String sentence = "pinging container registry host: Get \"https://host/v2/\": " + said;

    ToolMessage message = of("Error: " + sentence);

    assertThat(message.sentence()).isEqualTo("%s (%s)".formatted(cause, sentence));
    assertThat(message.advice()).hasValueSatisfying(text -> assertThat(text).contains(advice));
  }

  @ParameterizedTest
  @CsvSource({
    "docker://os:1, os:1",
    "docker://os, os",
    "docker://localhost/os:1, localhost/os:1",
    "docker://localhost:5000/os:1,",
    "docker://registry.example/os:1,",
    "oci:/srv/os:1,"
  })
  void what_may_have_been_built_here_can_be_named(String text, @Nullable String name) {
    ImageReference reference = new ImageReference(text);
    String advice = new UnreadableImageException(reference, "why", new IOException()).advice();
    if (name == null) {
      assertThat(advice).doesNotContain("storage");
    } else {
      assertThat(advice).endsWith("is named containers-storage:" + name + ".");
    }
  }

  @Test
  void a_file_has_no_connection_that_could_be_cut() {
    assertThat(of("Error: reading a blob: unexpected EOF", ARCHIVE).sentence())
        .isEqualTo("reading a blob: unexpected EOF (it is truncated)");
  }

  @Test
  void what_has_another_form_is_kept_whole() {
    assertThat(of("panic: something\nin two lines\n").sentence())
        .startsWith("`sh -c ")
        .contains("ended with status 125: panic: something in two lines");
    assertThat(of("").sentence()).contains("(it printed no error)");
  }

  @Test
  void nothing_in_it_steers_a_terminal_and_the_end_of_what_is_long_is_kept() {
    assertThat(of("Error: a\u001b[31mb").sentence()).isEqualTo("a\\u001b[31mb");
    assertThat(of("Error: " + "x".repeat(2_000) + " the reason").sentence())
        .hasSize(801)
        .endsWith(" the reason");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Source image rejected: A signature was required, but no signature exists | signature policy
          reading manifest 1 in host/os: unauthorized: authentication required     | podman login
          reading manifest 1 in host/os: StatusCode: 429, {}                       | asked too often
          Error fetching blob: invalid status code from registry 503 (Unavailable) | problem of its own
          received unexpected HTTP status: 500 Internal Server Error               | problem of its own
          pinging host: x509: certificate signed by unknown authority              | --insecure
          """)
  void advice_follows_the_cause(String sentence, String advice) {
    assertThat(of("Error: " + sentence).advice())
        .hasValueSatisfying(text -> assertThat(text).contains(advice));
  }

  @Test
  void without_a_known_cause_there_is_no_advice_of_its_own() {
    assertThat(of("Error: manifest unknown").advice()).isEmpty();
  }
}
