package io.github.containersnap.gate.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ConsoleReaderTest {
  @Test
  void bytes_of_a_serial_port_are_text_in_utf_8() {
    String asBytes =
        new String(
            "container-snap.se…ice".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertThat(ConsoleReader.decoded(asBytes)).isEqualTo("container-snap.se…ice");
  }

  @Test
  void what_moves_a_cursor_is_no_text() {
    assertThat(ConsoleReader.decoded("[2/9] resolving the image\u001b[K"))
        .isEqualTo("[2/9] resolving the image");
  }

  @Test
  void of_a_line_that_is_drawn_again_the_last_is_left() {
    assertThat(ConsoleReader.decoded("[3/9] pulling\u001b[K[3/9] pulling: 2 MiB\u001b[K"))
        .isEqualTo("[3/9] pulling: 2 MiB");
  }
}
