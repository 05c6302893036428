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
  void what_the_terminal_itself_is_told_is_left_out() {
    assertThat(SerialConsole.withoutEscapes("\u001b]104\u0007up\u001b]0;a title\u001b\\!"))
        .isEqualTo("up!");
  }

  @Test
  void half_a_command_for_the_terminal_waits_and_one_without_end_is_shown() {
    assertThat(SerialConsole.withoutEscapes("ok\u001b]0;a title of some length")).isEqualTo("ok");
    assertThat(SerialConsole.withoutEscapes("ok\u001b]0;" + "x".repeat(300))).contains("xxx");
    assertThat(SerialConsole.withoutEscapes("ok\u001b]0;\nlogin: ")).contains("login: ");
  }

  @Test
  void half_a_sequence_waits_for_its_other_half() {
    assertThat(SerialConsole.withoutEscapes("ok\u001b[01;0")).isEqualTo("ok");
  }
}
