package io.github.containersnap.gate.run;

import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.StateVerdict;
import java.util.List;
import java.util.stream.Stream;

/** How the gate ends (DESIGN §6). After an interruption it ends by the signal: 130, 143. */
public enum ExitStatus {
  HOLDS(0),
  VIOLATED(1),
  UNUSABLE(2),
  CANNOT_TELL(3),
  /** The two images are the same. A merge request that changes no image can accept it. */
  NOTHING_TO_CHECK(4);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  /** The exit status of the process. */
  public int code() {
    return code;
  }

  /** Of two results the worse: violated, unusable, unknown, holds. */
  public ExitStatus worse(ExitStatus other) {
    return Stream.of(VIOLATED, UNUSABLE, CANNOT_TELL)
        .filter(each -> each == this || each == other)
        .findFirst()
        .orElse(HOLDS);
  }

  /** Violated beats unknown beats holds; nothing checked is unknown. */
  public static ExitStatus of(List<StateVerdict> verdicts) {
    ExitStatus worst = verdicts.isEmpty() ? CANNOT_TELL : HOLDS;
    for (StateVerdict verdict : verdicts) {
      switch (verdict.verdict()) {
        case Verdict.Violated violated -> {
          return VIOLATED;
        }
        case Verdict.Unknown unknown -> worst = CANNOT_TELL;
        case Verdict.Holds holds -> {}
      }
    }
    return worst;
  }
}
