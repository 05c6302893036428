package io.github.containersnap.loopback.disk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class KernelTablesTest {

  @Test
  void a_process_may_have_any_name() {
    String rest = " S 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 4711 20";

    assertThat(ProcessIdentity.ofStat("42 (a) b (c) 7)" + rest))
        .contains(new ProcessIdentity(42, 4711));
    assertThat(ProcessIdentity.ofStat("42 (a)" + rest.replace("S", "Z"))).isEmpty();
    assertThat(ProcessIdentity.ofStat("42 (a) S 1 2")).isEmpty();
    assertThat(ProcessIdentity.ofStat("")).isEmpty();
    assertThat(ProcessIdentity.own().alive()).isTrue();
  }
}
