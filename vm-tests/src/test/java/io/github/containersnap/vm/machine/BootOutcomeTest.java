package io.github.containersnap.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BootOutcomeTest {
  private static final Duration TOOK = Duration.ofSeconds(30);

  private static BootOutcome of(String text) {
    return BootOutcome.outcome(text, false, TOOK);
  }

  @ParameterizedTest
  @CsvSource(
      textBlock =
          """
          crash-test login: , a login prompt
          [ 51.9] systemd[1]: Reached target multi-user.target - Multi-User System., systemd's target
          Please press Enter to activate this console., init's offer of a console
          'Small system, version 2, is up', the system's own word that it is up
          """,
      ignoreLeadingAndTrailingWhitespace = false)
  void anybodys_userland_is_known_by_what_it_says(String line, String proof) {
    assertThat(of("Linux version 6\n" + line.stripLeading() + "\n"))
        .isInstanceOfSatisfying(
            BootOutcome.Up.class, up -> assertThat(up.proof()).isEqualTo(proof.strip()));
  }

  @Test
  void a_panic_is_a_failure_also_if_the_fallback_came_up_after_it() {
    assertThat(of("[ 3.1] Kernel panic - not syncing: Attempted to kill init!\nold login: "))
        .isInstanceOfSatisfying(
            BootOutcome.Failed.class,
            failed ->
                assertThat(failed.why())
                    .isEqualTo(
                        "the kernel panicked (\"Kernel panic - not syncing: Attempted to kill"
                            + " init!\")"));
  }

  @Test
  void a_wait_that_ran_out_may_be_the_fault_of_a_busy_machine() {
    assertThat(
            of(
                """
                [ TIME ] Timed out waiting for device dev-disk.device - SYSTEM.
                [DEPEND] Dependency failed for var.mount - /var.
                You are in emergency mode. After logging in, type "journalctl -xb"
                """))
        .isInstanceOfSatisfying(
            BootOutcome.TimedOut.class,
            late ->
                assertThat(late.why())
                    .startsWith("systemd went into emergency mode after a wait had run out"));
  }

  @Test
  void a_console_that_says_nothing_of_it_is_no_proof() {
    assertThat(of("Linux version 6\n[ 1.0] systemd[1]: Starting ...\n"))
        .isInstanceOfSatisfying(
            BootOutcome.Failed.class,
            failed -> assertThat(failed.why()).isEqualTo("nothing of it was seen within 30 s"));
  }

  @Test
  void the_kernels_last_command_line_is_kept() {
    String console =
        """
        [    0.000000] Command line: BOOT_IMAGE=/a one
        [    0.000000] Command line: BOOT_IMAGE=/b two
        [    0.100000] Kernel command line: BOOT_IMAGE=/b two
        x login:\s
        """;
    assertThat(of(console).commandLine()).contains("BOOT_IMAGE=/b two");
  }

  @Test
  void a_machine_whose_processors_were_not_served_says_nothing_of_its_system() {
    String stall =
        "[  107.021718] rcu: rcu_preempt kthread timer wakeup didn't happen for 5253 jiffies!";
    assertThat(of("Linux version 6\n" + stall + "\n"))
        .isInstanceOfSatisfying(
            BootOutcome.TimedOut.class, late -> assertThat(late.why()).contains(stall));
    assertThat(of(stall + "\ncrash-test login: ")).isInstanceOf(BootOutcome.Up.class);
    assertThat(of(stall + "\nKernel panic - not syncing: no init\n"))
        .isInstanceOf(BootOutcome.Failed.class);
  }
}
