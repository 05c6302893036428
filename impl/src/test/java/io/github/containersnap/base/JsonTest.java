package io.github.containersnap.base;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class JsonTest {
  /** Four bytes that begin so are a character of UTF-32 to Jackson, and this one does not exist. */
  @Test
  void bytes_that_are_no_text_are_no_json_and_no_fault_of_ours() {
    assertThatThrownBy(() -> Json.tree(new byte[] {0, 0, 0, '{', 0, 0x7f, 0, 0}))
        .isInstanceOf(UnreadableJsonException.class)
        .hasMessage("it is not JSON: its bytes are not a text in UTF-8, UTF-16 or UTF-32");
  }

  @Test
  void text_that_is_no_json_is_told_by_its_place() {
    assertThatThrownBy(() -> Json.tree("{\n x}"))
        .isInstanceOf(UnreadableJsonException.class)
        .hasMessage("it is not JSON from line 2, column 2 on");
  }
}
