package io.github.containersnap.engine.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.bootable.Fstab;
import io.github.containersnap.fuzz.KeptInputs;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as an fstab. Nothing is refused. Adopted, it mounts /var and /tmp, and names a
 * subvolume for neither / nor, other than {@code @var}, for /var; each other line is as it was. A
 * second adoption changes nothing.
 */
final class AdoptedFstabFuzzTest {
  private static final String FILESYSTEM = "01234567-89ab-cdef-0123-456789abcdef";

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.ISO_8859_1);
    AdoptedFstab fstab = new AdoptedFstab(text);
    assertThat(fstab.var(FILESYSTEM)).isNotNull();
    AdoptedFstab adopted = new AdoptedFstab(fstab.adopted(FILESYSTEM, List.of()));
    assertThat(adopted.mountPoints()).containsAll(fstab.mountPoints()).contains("/var", "/tmp");
    assertThat(Fstab.of(adopted.text()).mountPoints()).containsAll(fstab.mountPoints());
    assertThat(adopted.adopted(FILESYSTEM, List.of())).isEqualTo(adopted.text());
    assertLinesKept(text, adopted.text());
    Stream.of(adopted.text().split("\n", -1)).forEach(AdoptedFstabFuzzTest::assertSubvolume);
  }

  /** As libmount takes a line apart: fields between spaces and tabs. */
  private static void assertSubvolume(String line) {
    String[] fields = line.replaceAll("^[ \t]+|[ \t]+\\z", "").split("[ \t]+", -1);
    if (fields[0].startsWith("#") || fields.length < 3) {
      return;
    }
    List<String> subvolumes =
        Stream.of((fields.length < 4 ? "" : fields[3]).split(",", -1))
            .filter(it -> it.startsWith("subvol=") || it.startsWith("subvolid="))
            .toList();
    switch (fields[1]) {
      case "/" -> assertThat(subvolumes).isEmpty();
      case "/var" -> assertThat(subvolumes).containsExactly("subvol=@var");
      default -> {}
    }
  }

  private static void assertLinesKept(String before, String after) {
    List<String> lines = List.of(before.split("\n", -1));
    List<String> linesAfter = List.of(after.split("\n", -1));
    for (int i = 0; i < lines.size(); i++) {
      List<String> mountPoints = new AdoptedFstab(lines.get(i)).mountPoints();
      boolean changes = mountPoints.contains("/") || mountPoints.contains("/var");
      boolean isEnd = i == lines.size() - 1 && lines.get(i).isEmpty();
      if (!changes && !isEnd) {
        assertThat(linesAfter.get(i)).isEqualTo(lines.get(i));
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("AdoptedFstab", AdoptedFstabFuzzTest::fuzzerTestOneInput);
  }
}
