package io.github.containersnap.adapter.bootloader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.fuzz.KeptInputs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as a boot menu. Only a {@link DamagedStateException} may refuse them. A menu that is
 * read has kernels and initrds inside the deployments of its entries, and is read again from the
 * text it is written as.
 */
final class GrubMenuFuzzTest {
  private static final GrubMenuReader READER = new GrubMenuReader(Path.of("boot.cfg"));
  private static final GrubMenuWriter WRITER =
      new GrubMenuWriter(
          "01234567-89ab-cdef-0123-456789abcdef", id -> "systemd.mount-extra=a:/var:btrfs:b");

  public static void fuzzerTestOneInput(byte[] input) {
    BootMenu menu;
    try {
      menu = READER.read(new String(input, StandardCharsets.UTF_8));
    } catch (DamagedStateException refused) {
      return;
    }
    menu.entries().forEach(GrubMenuFuzzTest::assertInside);
    assertThat(READER.read(WRITER.text(menu))).isEqualTo(menu);
  }

  private static void assertInside(BootEntry entry) {
    for (String path : List.of(entry.files().kernel(), entry.files().initrd())) {
      assertThat(path.split("/", -1)).doesNotContain("", ".", "..");
    }
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("GrubMenu", GrubMenuFuzzTest::fuzzerTestOneInput);
  }
}
