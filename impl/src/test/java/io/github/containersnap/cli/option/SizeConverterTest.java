package io.github.containersnap.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class SizeConverterTest {
  @ParameterizedTest
  @CsvSource({
    "16G, 17179869184",
    "16GiB, 17179869184",
    "16gb, 17179869184",
    "900M, 943718400",
    "2T, 2199023255552",
    "4K, 4096",
    "1048576, 1048576",
    "0, 0"
  })
  void units_are_powers_of_1024(String text, long bytes) {
    assertThat(new SizeConverter().convert(text).count()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "G", "-1G", "1.5G", "5X", "1 G", "99999999T", "9999999999999999"})
  void what_is_no_size_is_refused(String text) {
    assertThatThrownBy(() -> new SizeConverter().convert(text))
        .isInstanceOf(TypeConversionException.class);
  }
}
