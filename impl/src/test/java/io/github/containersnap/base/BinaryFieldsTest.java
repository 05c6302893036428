package io.github.containersnap.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class BinaryFieldsTest {
  private static final List<Long> NUMBERS =
      List.of(0L, 1L, 127L, 128L, 16_383L, 16_384L, 1L << 32, Long.MAX_VALUE, Long.MIN_VALUE, -1L);

  @Test
  void what_is_written_is_read() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryOutput out = new BinaryOutput(bytes);
    for (long number : NUMBERS) {
      out.writeNumber(number);
      out.writeLong(number);
    }
    String text = "ä\n".repeat(100_000);
    out.writeText(text);
    out.writeText("");
    out.writeHex("00ff10");
    out.writeByte(0x1fe);
    assertThat(out.position()).isGreaterThan(300_000);
    String seal = out.seal();

    BinaryInput in = BinaryInput.sealed(bytes.toByteArray()).orElseThrow();
    for (long number : NUMBERS) {
      assertThat(in.readNumber()).isEqualTo(number);
      assertThat(in.readLong()).isEqualTo(number);
    }
    assertThat(in.readText()).isEqualTo(text);
    assertThat(in.readText()).isEmpty();
    assertThat(in.readHex(3)).isEqualTo("00ff10");
    assertThat(in.readByte()).isEqualTo(0xfe);
    assertThat(in.remaining()).isZero();
    assertThat(BinaryInput.seal(bytes.toByteArray())).isEqualTo(seal);
    assertThat(in.from(0).readNumber()).isZero();
  }

  @Test
  void whatever_was_changed_or_cut_is_no_record() throws IOException {
    byte[] whole = record(1, 2, 3);
    assertThat(BinaryInput.sealed(whole)).isPresent();
    for (int at = 0; at < whole.length; at++) {
      byte[] changed = whole.clone();
      changed[at] ^= 1;
      assertThat(BinaryInput.sealed(changed)).isEmpty();
      assertThat(BinaryInput.sealed(Arrays.copyOf(whole, at))).isEmpty();
    }
    assertThat(BinaryInput.sealed(Arrays.copyOf(whole, whole.length + 1))).isEmpty();
  }

  @Test
  void nothing_is_read_behind_the_end() throws IOException {
    BinaryInput in = BinaryInput.sealed(record(5, 200)).orElseThrow();
    assertThatThrownBy(() -> in.from(1).readNumber()).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> in.from(0).readText()).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> in.from(0).readLong()).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> in.from(0).readHex(3)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> in.from(0).readHex(-1)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> in.from(0).readCount(4)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> in.from(3)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> in.from(-1)).isInstanceOf(IOException.class);
    byte[] endless = new byte[11];
    Arrays.fill(endless, (byte) 0x80);
    BinaryInput number = BinaryInput.sealed(sealed(endless)).orElseThrow();
    assertThatThrownBy(number::readNumber).isInstanceOf(IOException.class);
  }

  private static byte[] record(int... bytes) throws IOException {
    byte[] fields = new byte[bytes.length];
    for (int i = 0; i < bytes.length; i++) {
      fields[i] = (byte) bytes[i];
    }
    return sealed(fields);
  }

  private static byte[] sealed(byte[] fields) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BinaryOutput out = new BinaryOutput(bytes);
    out.writeBytes(fields);
    out.seal();
    return bytes.toByteArray();
  }
}
