package io.github.containersnap.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RestartInhibitorTest {
  @Test
  void only_locks_that_block_a_shutdown_count() {
    assertThat(
            RestartInhibitor.in(
                """
                {"type":"a(ssssuu)","data":[[
                  ["shutdown:sleep","backup","A backup runs","block",0,4711],
                  ["shutdown","dhcp","Leases are given back","delay",0,4712],
                  ["sleep","player","Music","block",1000,4713],
                  ["shutdown","editor","Not saved","block-weak",1000,4714]]]}
                """))
        .containsExactly(new RestartInhibitor("backup", "A backup runs"));
  }

  @Test
  void no_locks_are_an_empty_list() {
    assertThat(RestartInhibitor.in("{\"type\":\"a(ssssuu)\",\"data\":[[]]}")).isEmpty();
    assertThat(RestartInhibitor.in("{}")).isEmpty();
    assertThat(RestartInhibitor.in("{\"data\":[[\"shutdown\",7,[\"shutdown\"]]]}")).isEmpty();
  }

  @Test
  void words_of_others_stay_on_one_line() {
    assertThat(new RestartInhibitor("a\nb", "c\u001b[2J").inWords())
        .startsWith("a?b (c")
        .doesNotContain("\u001b");
  }
}
