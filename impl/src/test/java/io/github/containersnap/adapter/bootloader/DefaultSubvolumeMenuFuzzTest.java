package io.github.containersnap.adapter.bootloader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.fuzz.KeptInputs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as the record of boot menus on a machine whose boot loader keeps none. Only a {@link
 * DamagedStateException} may refuse them. What is read is read again from the text it is written
 * as.
 */
final class DefaultSubvolumeMenuFuzzTest {
  private static final Path FILE = Path.of("boot-menu.json");

  public static void fuzzerTestOneInput(byte[] input) {
    DefaultSubvolumeMenu read;
    try {
      read = DefaultSubvolumeMenu.read(FILE, new String(input, StandardCharsets.UTF_8));
    } catch (DamagedStateException refused) {
      return;
    }
    assertThat(DefaultSubvolumeMenu.read(FILE, read.text())).isEqualTo(read);
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("DefaultSubvolumeMenu", DefaultSubvolumeMenuFuzzTest::fuzzerTestOneInput);
  }
}
