package io.github.containersnap.oci.tar;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.fuzz.KeptInputs;
import io.github.containersnap.linux.EscapedBytes;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as a pax extended header, and as the map of a sparse file. Only an {@link
 * IllegalArgumentException} may refuse them. What is read is read again from records that are
 * written of it. A map's fragments lie in order, inside the file, and the file they make has them
 * where the map says, zeros elsewhere, and the length that the map says.
 *
 * <p>An input is the length of the header in two bytes, the header, then the content of the entry,
 * which in format 1.0 begins with the map.
 */
final class PaxRecordsFuzzTest {
  private static final String ATTRIBUTE = "SCHILY.xattr.";
  private static final List<String> PLAIN_KEYS =
      List.of("path", "linkpath", "size", "uid", "gid", "mtime", "GNU.sparse.name");
  private static final int LARGEST_FILE = 1 << 16;

  public static void fuzzerTestOneInput(byte[] input) throws IOException {
    int length = input.length < 2 ? 0 : (input[0] & 0xff) << 8 | (input[1] & 0xff);
    int end = Math.clamp(2L + length, 0, input.length);
    byte[] header = Arrays.copyOfRange(input, Math.min(2, input.length), end);
    byte[] content = Arrays.copyOfRange(input, end, input.length);
    try {
      PaxRecords records = PaxRecords.parse(header);
      assertReadAgain(records);
      assertMap(records, content);
    } catch (IllegalArgumentException refused) {
      assertThat(refused).hasMessageMatching("[ -~]+").isNotInstanceOf(NumberFormatException.class);
    }
  }

  private static void assertReadAgain(PaxRecords records) {
    ByteArrayOutputStream written = new ByteArrayOutputStream();
    for (String key : PLAIN_KEYS) {
      byte[] value = records.get(key);
      if (value != null) {
        writeRecord(written, key.getBytes(StandardCharsets.US_ASCII), value);
      }
    }
    records
        .extendedAttributes()
        .forEach(
            (name, value) ->
                writeRecord(
                    written,
                    EscapedBytes.toBytes(ATTRIBUTE + name),
                    HexFormat.of().parseHex(value)));
    PaxRecords again = PaxRecords.parse(written.toByteArray());
    assertThat(again.extendedAttributes()).isEqualTo(records.extendedAttributes());
    for (String key : PLAIN_KEYS) {
      assertThat(again.get(key)).as(key).isEqualTo(records.get(key));
    }
  }

  private static void writeRecord(ByteArrayOutputStream out, byte[] key, byte[] value) {
    int rest = key.length + value.length + " =\n".length();
    int length = rest + String.valueOf(rest).length();
    length = rest + String.valueOf(length).length();
    out.writeBytes((length + " ").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(key);
    out.write('=');
    out.writeBytes(value);
    out.write('\n');
  }

  private static void assertMap(PaxRecords records, byte[] content) throws IOException {
    long size = records.sparseSize().orElse(content.length);
    ByteArrayInputStream in = new ByteArrayInputStream(content);
    switch (records.sparseFormat()) {
      case NONE -> {}
      case MAP_IN_RECORDS -> assertMap(SparseMap.of(records.sparseMap(), size), in);
      case MAP_IN_CONTENT -> assertMap(SparseMap.read(in, size), in);
    }
  }

  private static void assertMap(SparseMap map, ByteArrayInputStream data) throws IOException {
    long end = 0;
    for (SparseMap.Fragment fragment : map.fragments()) {
      assertThat(fragment.length()).isNotNegative();
      assertThat(fragment.offset()).isGreaterThanOrEqualTo(end);
      end = fragment.offset() + fragment.length();
      assertThat(end).isBetween(0L, map.size());
    }
    if (map.size() > LARGEST_FILE || map.stored() > data.available()) {
      return;
    }
    byte[] bytes = data.readAllBytes();
    byte[] expected = new byte[(int) map.size()];
    int from = 0;
    for (SparseMap.Fragment fragment : map.fragments()) {
      System.arraycopy(bytes, from, expected, (int) fragment.offset(), (int) fragment.length());
      from += (int) fragment.length();
    }
    assertThat(map.content(new ByteArrayInputStream(bytes)).readAllBytes()).isEqualTo(expected);
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("PaxRecords", PaxRecordsFuzzTest::fuzzerTestOneInput);
  }
}
