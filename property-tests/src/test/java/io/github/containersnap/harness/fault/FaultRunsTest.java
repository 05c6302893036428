package io.github.containersnap.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.property.FaultKind;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The control of the hunt for mutants: what catches them does not catch the engine without a fault.
 */
@ExtendWith(SharedBench.class)
class FaultRunsTest {
  private final FaultBench bench;

  FaultRunsTest(FaultBench bench) {
    this.bench = bench;
  }

  /** The other kinds have classes of their own, with more places. */
  @ParameterizedTest
  @EnumSource(
      value = FaultKind.class,
      names = {"TWO_AT_ONCE", "DELETED_SNAPSHOT"})
  void the_engine_without_a_fault_of_its_own_withstands(FaultKind fault) throws Exception {
    requireWithstands(fault);
  }

  @Tag("exhaustive")
  @ParameterizedTest
  @EnumSource(
      value = FaultKind.class,
      mode = EnumSource.Mode.EXCLUDE,
      names = {"POWER_CUT", "TWO_AT_ONCE", "DELETED_SNAPSHOT"})
  void the_engine_without_a_fault_of_its_own_withstands_what_the_hunt_does(FaultKind fault)
      throws Exception {
    requireWithstands(fault);
  }

  private void requireWithstands(FaultKind fault) throws Exception {
    FaultRuns.FaultRunResult outcome =
        new FaultRuns(bench, MutantCandidate.SOUND, where -> {}).run(fault);

    assertThat(outcome.shown()).isEmpty();
    assertThat(outcome.tries()).isPositive();
  }
}
