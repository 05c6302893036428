package io.github.containersnap.linux;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.fuzz.KeptInputs;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as a table of mounts, and as a name in a table as the kernel writes it. Nothing is
 * refused. The table of one mount is read as that mount, whatever its place, its subvolume and its
 * source are called.
 */
final class MountInfoFuzzTest {
  public static void fuzzerTestOneInput(byte[] input) {
    assertThat(MountTable.parse(new String(input, StandardCharsets.ISO_8859_1)).mounts())
        .doesNotContainNull();
    String bytes = "/" + new String(input, StandardCharsets.ISO_8859_1).replace("\0", "");
    String name = new String(bytes.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    assertThat(MountTable.parse(line(bytes)).mounts())
        .containsExactly(new MountInfo("0:35", name, name, "btrfs", name));
  }

  /** As the kernel's show_mountinfo writes it: four characters are in octal digits. */
  private static String line(String name) {
    ByteArrayOutputStream escaped = new ByteArrayOutputStream();
    for (byte each : name.getBytes(StandardCharsets.ISO_8859_1)) {
      if (" \t\n\\".indexOf(each) >= 0) {
        escaped.writeBytes(
            String.format(Locale.ROOT, "\\%03o", each).getBytes(StandardCharsets.US_ASCII));
      } else {
        escaped.write(each);
      }
    }
    return "36 25 0:35 %1$s %1$s rw,noatime shared:1 - btrfs %1$s rw,subvol=%1$s\n"
        .formatted(escaped.toString(StandardCharsets.ISO_8859_1));
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("MountInfo", MountInfoFuzzTest::fuzzerTestOneInput);
  }
}
