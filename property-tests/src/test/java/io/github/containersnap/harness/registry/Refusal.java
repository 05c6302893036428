package io.github.containersnap.harness.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import java.util.List;

/** What a command says that did not get its image: one sentence, and what to do. */
final class Refusal {
  private Refusal() {}

  /** That {@code output} ends so, without an id on standard output. */
  static void of(CommandOutput output, int status, String sentence, String advice) {
    assertThat(output.exitCode()).as(output.standardError()).isEqualTo(status);
    assertThat(output.text()).isEmpty();
    List<String> lines = output.standardError().lines().toList();
    assertThat(lines).hasSizeGreaterThanOrEqualTo(2);
    assertThat(lines.get(lines.size() - 2)).startsWith("container-snap: ").contains(sentence);
    assertThat(lines.getLast()).startsWith("  ").contains(advice);
    assertThat(lines.subList(0, lines.size() - 2)) // steps and notes
        .allMatch(line -> line.startsWith("[") || line.startsWith("      "));
  }
}
