package io.github.containersnap.gate.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ProgressDisplayTest {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private Instant now = Instant.ofEpochSecond(1_000_000);

  private ProgressDisplay console(boolean interactive, int columns) {
    return new ProgressDisplay(
        new PrintStream(bytes, true, StandardCharsets.UTF_8),
        new Terminal(interactive, columns),
        () -> now);
  }

  private String written() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  @Test
  void long_lines_are_broken_and_the_rest_stands_further_in() {
    console(false, 40).part("one two three four five six seven eight nine");
    assertThat(written()).isEqualTo("  one two three four five six seven\n    eight nine\n");
  }

  @Test
  void the_bar_and_its_figures_fit_every_terminal() {
    for (int columns : new int[] {60, 80, 81, 132}) {
      bytes.reset();
      ProgressDisplay console = console(true, columns);
      console.sweepBegins();
      console.progress(4_321, 5_462, 1_234, Duration.ofMinutes(119));
      String line = written().substring("\r\033[K".length());
      assertThat(line.length()).as(line).isLessThanOrEqualTo(columns - 3);
      assertThat(line)
          .contains(
              columns == 60
                  ? "4,321/5,462, 1,234 violated"
                  : "4,321 of 5,462 states, 0.6/s, 31 min 25 s left, 1,234 violated");
    }
  }

  @Test
  void the_bar_grows_with_the_work() {
    ProgressDisplay console = console(true, 80);
    console.sweepBegins();
    console.progress(50, 100, 0, Duration.ofSeconds(10));
    assertThat(written())
        .isEqualTo(
            "\r"
                + "\033[K  [#############-------------] 50 of 100 states, 5.0/s, 10 s left, 0"
                + " violated");
  }

  @Test
  void what_follows_a_bar_begins_a_line() {
    ProgressDisplay console = console(true, 80);
    console.sweepBegins();
    console.progress(50, 100, 0, Duration.ofSeconds(10));
    console.explain("next");
    assertThat(written()).endsWith(" violated\nnext\n");
  }

  @Test
  void the_end_is_always_drawn_and_names_no_time_left() {
    ProgressDisplay console = console(true, 80);
    console.sweepBegins();
    console.progress(99, 100, 0, Duration.ofSeconds(10));
    console.progress(100, 100, 1, Duration.ofSeconds(10));
    assertThat(written()).endsWith("] 100 of 100 states, 10.0/s, 1 violated\n");
  }

  @Test
  void a_log_gets_a_plain_line_now_and_then() {
    ProgressDisplay console = console(false, 80);
    console.sweepBegins();
    console.progress(1, 100, 0, Duration.ofSeconds(1));
    now = now.plusSeconds(14);
    console.progress(2, 100, 0, Duration.ofSeconds(14));
    assertThat(written()).isEmpty();
    now = now.plusSeconds(1);
    console.progress(3, 100, 0, Duration.ofSeconds(15));
    console.progress(4, 100, 0, Duration.ofSeconds(15));
    assertThat(written()).isEqualTo("  3 of 100 states, 0.2/s, 8 min 05 s left, 0 violated\n");
  }

  @Test
  void of_what_is_slow_it_says_how_long_one_takes() {
    ProgressDisplay console = console(false, 80);
    console.sweepBegins();
    now = now.plusSeconds(94);
    console.progress("histories", 1, 3, 0, Duration.ofSeconds(94));
    assertThat(written())
        .isEqualTo("  1 of 3 histories, 1 min 34 s each, 3 min 08 s left, 0 violated\n");
  }

  @Test
  void too_early_for_an_estimate_there_is_none() {
    ProgressDisplay console = console(true, 80);
    console.sweepBegins();
    console.progress(1, 100, 0, Duration.ofSeconds(4));
    assertThat(written()).doesNotContain("left").contains("1 of 100 states, 0.3/s, 0 violated");
  }

  @Test
  void an_interruption_wipes_the_bar_out() {
    ProgressDisplay console = console(true, 80);
    console.sweepBegins();
    console.progress(50, 100, 0, Duration.ofSeconds(10));
    bytes.reset();
    console.wipeLine();
    assertThat(written()).isEqualTo("\r\033[K");
  }
}
