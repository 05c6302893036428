package io.github.containersnap.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class EscapedBytesTest {

  @Property
  void any_bytes_come_back_from_their_text(@ForAll byte[] bytes) {
    assertThat(EscapedBytes.toBytes(EscapedBytes.toText(bytes))).isEqualTo(bytes);
  }

  @Property
  void readable_text_stands_for_itself(@ForAll String text) {
    String readable =
        text.codePoints()
            .filter(Character::isLetter)
            .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
            .toString();
    assertThat(EscapedBytes.toText(EscapedBytes.toBytes(readable))).isEqualTo(readable);
  }

  @Test
  void what_is_not_utf_8_is_escaped() {
    byte[] overlong = {(byte) 0xc0, (byte) 0xaf};
    byte[] surrogate = {(byte) 0xed, (byte) 0xa0, (byte) 0x80};
    byte[] cut = {'a', (byte) 0xc3};

    assertThat(EscapedBytes.toText(overlong)).isEqualTo("%C0%AF");
    assertThat(EscapedBytes.toText(surrogate)).isEqualTo("%ED%A0%80");
    assertThat(EscapedBytes.toText(cut)).isEqualTo("a%C3");
  }

  @Test
  void an_incomplete_escape_is_refused() {
    assertThatThrownBy(() -> EscapedBytes.toBytes("a%2"))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
