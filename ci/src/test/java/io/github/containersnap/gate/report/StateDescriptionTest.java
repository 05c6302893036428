package io.github.containersnap.gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.loopback.crash.CrashState;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDescriptionTest {

  @TempDir Path directory;

  private String words(int entries) {
    return new StateDescription(ExampleLog.in(directory)).of(new CrashState.Prefix(entries));
  }

  @Test
  void before_anything_was_written_no_write_is_counted() {
    assertThat(words(0))
        .isEqualTo(
            "power lost before the first of 12 entries, in epoch 1 of 3, before the update began");
  }

  @Test
  void the_step_is_that_of_the_last_mark() {
    assertThat(words(3))
        .isEqualTo("power lost after 3 of 12 entries, in epoch 2 of 3, as the update began");
    assertThat(words(6))
        .isEqualTo(
            "power lost after 6 of 12 entries, in epoch 2 of 3, in step 3 (pulling the image)");
    assertThat(words(9))
        .isEqualTo(
            "power lost after 9 of 12 entries, in epoch 3 of 3, in step 8 (making it the default)");
  }

  @Test
  void a_flush_ends_its_epoch() {
    assertThat(words(1)).contains("in epoch 1 of 3");
    assertThat(words(2)).contains("in epoch 2 of 3");
    assertThat(words(7)).contains("7 of 12 entries, in epoch 3 of 3");
  }

  @Test
  void after_success_was_reported_it_says_so() {
    assertThat(words(11))
        .isEqualTo(
            "power lost after 11 of 12 entries, in epoch 3 of 3, after the update had reported"
                + " success");
  }

  @Test
  void the_end_of_the_log_belongs_to_no_epoch() {
    assertThat(words(12)).isEqualTo("power lost after all 12 entries");
  }

  private String words(String address) {
    return new StateDescription(ExampleLog.in(directory)).of(CrashState.parse(address));
  }

  @Test
  void a_part_of_an_epoch_is_told_as_late_as_it_can_be_left() {
    assertThat(words("dropped:4"))
        .isEqualTo(
            "power lost in epoch 2 of 3, in step 3 (pulling the image), with all of its 2 writes"
                + " but entry 4");
    assertThat(words("kept:8"))
        .isEqualTo(
            "power lost in epoch 3 of 3, after the update had reported success, with none of its 2"
                + " writes but entry 8");
    assertThat(words("dropped:0"))
        .isEqualTo("power lost in epoch 1 of 3, before the update began, without its only write");
    assertThat(words("lost:7:8,10"))
        .isEqualTo(
            "power lost in epoch 3 of 3, after the update had reported success, with none of its 2"
                + " writes");
    assertThat(words("lost:7:10")).endsWith("with 1 of its 2 writes");
  }

  @Test
  void of_a_torn_write_the_bytes_that_arrived_are_told() {
    assertThat(words("torn:4:1-7:512"))
        .endsWith("with 3,584 bytes (from byte 512 on) of entry 4 and all others of its 2 writes");
    assertThat(words("torn:0:0-0:512"))
        .endsWith("with 512 bytes (from byte 0 on) of entry 0, its only one");
  }
}
