package io.github.containersnap.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SerialConsoleTest {
  @Test
  void what_firmware_draws_with_is_left_out() {
    assertThat(SerialConsole.withoutEscapes("\u001b[2J\u001b[01;01H\u001b[=3hBoot\r\nok"))
        .isEqualTo("Boot\nok");
  }

  @Test
  void half_a_sequence_waits_for_its_other_half() {
    assertThat(SerialConsole.withoutEscapes("ok\u001b[01;0")).isEqualTo("ok");
  }
}
