package io.github.containersnap.gate;

import io.github.containersnap.oracle.StateVerdict;
import io.github.containersnap.properties.Verdict;
import java.util.List;
import java.util.stream.Stream;

/** How the gate ends (DESIGN §6). After an interruption it ends by the signal: 130, 143. */
enum ExitStatus {
  HOLDS(0),
  VIOLATED(1),
  UNUSABLE(2),
  CANNOT_TELL(3);

  private final int code;

  ExitStatus(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }

  /** Of two results the worse: violated, unusable, unknown, holds. */
  ExitStatus worse(ExitStatus other) {
    return Stream.of(VIOLATED, UNUSABLE, CANNOT_TELL)
        .filter(each -> each == this || each == other)
        .findFirst()
        .orElse(HOLDS);
  }

  /** Violated beats unknown beats holds; nothing checked is unknown. */
  static ExitStatus of(List<StateVerdict> verdicts) {
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
