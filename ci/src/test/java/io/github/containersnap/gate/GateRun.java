package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.run.ExitStatus;
import io.github.containersnap.gate.run.GateContext;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A run of the gate in this process.
 *
 * @param status its exit status
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
public record GateRun(int status, String out, String err) {

  public static GateRun of(Object... arguments) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int status =
        GateMain.execute(
            GateContext.within(
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8)),
            List.of(arguments).stream().map(Object::toString).toArray(String[]::new));
    return new GateRun(
        status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  /** It ended with status 2 and one sentence, whose end is all that the person needs. */
  public String refusal() {
    return sentence(ExitStatus.UNUSABLE);
  }

  /** It ended with {@code expected} and one sentence on standard error. */
  String sentence(ExitStatus expected) {
    assertThat(status).as(err).isEqualTo(expected.code());
    assertThat(out).isEmpty();
    List<String> sentences = err.lines().filter(line -> line.startsWith("ci/gate: ")).toList();
    assertThat(sentences).as(err).hasSize(1);
    assertThat(err).doesNotContain("\tat ", "Exception", "run-", "null");
    assertThat(err.stripTrailing()).endsWith(sentences.getFirst());
    return sentences.getFirst().substring("ci/gate: ".length());
  }
}
