package io.github.containersnap.gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.log.WriteLog;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StableNamesTest {
  private static final List<String> STATES =
      List.of("prefix:6", "prefix:9", "dropped:4", "kept:8", "lost:7:8,10", "lost:7:8");

  @TempDir Path directory;

  private static List<String> names(WriteLog log, List<String> addresses) {
    StableNames names = new StableNames(log);
    return addresses.stream().map(CrashState::parse).map(names::of).toList();
  }

  @Test
  void a_moment_is_counted_within_its_step() {
    assertThat(names(ExampleLog.in(directory), STATES))
        .containsExactly(
            "step 3 (pulling the image), epoch 1, after write 2",
            "step 8 (making it the default), epoch 1, after write 1",
            "step 3 (pulling the image), epoch 1, write 1 lost",
            "step 8 (making it the default), epoch 1, write 1 alone kept",
            "the epoch that begins at step 8 (making it the default), epoch 1, write 1: the last 2"
                + " of its writes lost",
            "the epoch that begins at step 8 (making it the default), epoch 1, write 1: lost are"
                + " [1]");
  }

  @Test
  void writes_more_in_an_earlier_step_change_no_name_of_a_later_one() {
    List<String> moved =
        List.of("prefix:9", "prefix:12", "dropped:7", "kept:11", "lost:10:11,13", "lost:10:11");
    assertThat(names(ExampleLog.withMoreBeforeItBegins(directory), moved))
        .isEqualTo(names(ExampleLog.in(directory), STATES));
  }

  @Test
  void no_two_states_have_the_same_name() {
    WriteLog log = ExampleLog.in(directory);
    CrashStates states = CrashStates.of(log);
    StableNames names = new StableNames(log);
    List<String> all =
        Stream.concat(
                // What ends at a mark has the disk of the state before it, and is never checked.
                states.prefixes().filter(state -> !ExampleLog.endsAtMark(log, state)),
                states.epochs().stream()
                    .flatMap(
                        epoch ->
                            Stream.concat(
                                states.inFlight(epoch, ExampleResult.IN_FLIGHT),
                                states.lostTails(epoch))))
            .map(names::of)
            .toList();
    assertThat(all).hasSizeGreaterThan(20).doesNotHaveDuplicates();
  }
}
