package io.github.containersnap.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelVersionOrderTest {
  @ParameterizedTest
  @CsvSource({
    "4.8.0-rc8-amd64, 4.8.0-2-amd64",
    "6.12~rc6-amd64, 6.12-amd64",
    "6.12.0-rc7, 6.12.0",
    "6.12.0-rc7, 6.12-amd64",
    "6.12.0-rc9, 6.12.0-rc10",
    "6.12.0-0.rc7.59.fc42.x86_64, 6.12.0-65.fc42.x86_64",
    "6.11.9, 6.12.0-rc1",
    "6.1.0-9-amd64, 6.1.0-10-amd64",
    "6.12.9+bpo-amd64, 6.12.30-amd64",
    "6.9, 6.12",
    "6.12.0-1~bpo12, 6.12.0-1",
    "0-rescue-0123456789abcdef, 6.12.7-200.fc41.x86_64",
  })
  void the_older_comes_first(String older, String newer) {
    KernelVersionOrder order = new KernelVersionOrder();
    assertThat(order.compare(older, newer)).isNegative();
    assertThat(order.compare(newer, older)).isPositive();
    assertThat(order.compare(older, older)).isZero();
  }
}
