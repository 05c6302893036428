package io.github.containersnap.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileModeMaskTest {
  @Test
  void whatever_the_caller_had_is_the_usual_one_afterwards() {
    int before = FileModeMask.set(077);
    try {
      assertThat(FileModeMask.current()).isEqualTo(Optional.of(077));

      FileModeMask.setUsual();

      assertThat(FileModeMask.current()).isEqualTo(Optional.of(FileModeMask.USUAL));
    } finally {
      var _ = FileModeMask.set(before);
    }
  }
}
