package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.loopback.state.CrashState;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateInWordsTest {

  @TempDir Path directory;

  private String words(int entries) {
    return new StateInWords(ExampleLog.in(directory)).of(new CrashState.Prefix(entries));
  }

  @Test
  void before_anything_was_written_no_write_is_counted() {
    assertThat(words(0))
        .isEqualTo(
            "power lost before the first of 5 writes, in epoch 1 of 3, before the update began");
  }

  @Test
  void the_step_is_that_of_the_last_mark() {
    assertThat(words(3))
        .isEqualTo("power lost after write 1 of 5, in epoch 2 of 3, as the update began");
    assertThat(words(6))
        .isEqualTo("power lost after write 3 of 5, in epoch 2 of 3, in step 3 (pulling the image)");
    assertThat(words(9))
        .isEqualTo(
            "power lost after write 4 of 5, in epoch 3 of 3, in step 8 (making it the default)");
  }

  @Test
  void a_flush_ends_its_epoch() {
    assertThat(words(1)).contains("in epoch 1 of 3");
    assertThat(words(2)).contains("in epoch 2 of 3");
    assertThat(words(7)).contains("write 3 of 5, in epoch 3 of 3");
  }

  @Test
  void after_success_was_reported_it_says_so() {
    assertThat(words(11))
        .isEqualTo(
            "power lost after write 5 of 5, in epoch 3 of 3, after the update had reported"
                + " success");
  }

  @Test
  void the_end_of_the_log_belongs_to_no_epoch() {
    assertThat(words(12)).isEqualTo("power lost after the last of 5 writes");
  }
}
