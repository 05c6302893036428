package io.github.containersnap.harness.updater;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedBootTest {
  @Test
  void all_four_lines_are_read() {
    assertThat(
            NamedBoot.read(
                """
                root=/ostree/deploy/os
                kernel=boot/vmlinuz
                initrd=/boot/initrd
                cmdline=a=b c
                """))
        .contains(
            new NamedBoot(
                "ostree/deploy/os",
                Optional.of("boot/vmlinuz"),
                Optional.of("boot/initrd"),
                Optional.of("a=b c")));
  }

  @Test
  void initrd_and_command_line_may_be_left_out() {
    assertThat(NamedBoot.read("kernel=k\nroot=.\n").orElseThrow().root()).isEqualTo(".");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "kernel=boot/vmlinuz\n"})
  void without_a_root_nothing_boots(String printed) {
    assertThat(NamedBoot.read(printed)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "root=../x",
        "root=a//b",
        "root=//a",
        "root=",
        "root=a\nroot=b",
        "kernel=a/../b\nroot=a",
        "@root",
        "default=a",
        "root=a\ncmdline=a\tb"
      })
  void anything_else_is_refused(String printed) {
    assertThatThrownBy(() -> NamedBoot.read(printed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("prints ");
  }

  @Test
  void endless_output_is_refused() {
    assertThatThrownBy(() -> NamedBoot.read("cmdline=" + "x".repeat(70_000)))
        .hasMessageContaining("65536 are the most");
  }
}
