package io.github.containersnap.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.property.FaultKind;
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

  @ParameterizedTest
  @EnumSource(value = FaultKind.class, mode = EnumSource.Mode.EXCLUDE, names = "POWER_CUT")
  void the_engine_without_a_fault_of_its_own_withstands(FaultKind fault) throws Exception {
    FaultRuns.FaultRunResult outcome =
        new FaultRuns(bench, MutantCandidate.SOUND, where -> {}).run(fault);

    assertThat(outcome.shown()).isEmpty();
    assertThat(outcome.tries()).isPositive();
  }
}
