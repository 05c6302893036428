package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.SystemView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * P5: recovery succeeds and is idempotent, and the same command then gives the system that it gives
 * undisturbed. A view is judged after that command; what lies about breaks P6 as ever.
 */
public final class Converges implements Judgement {
  private static final List<Judgement> OF_THE_RESULT =
      List.of(
          new Durable(), new Atomic(), new ComesUp(), new FallsBack(), new Keeps(), new NoLeaks());

  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    List<Violation> violations = new ArrayList<>();
    for (Judgement judgement : OF_THE_RESULT) {
      for (Violation found : judgement.judge(view, expected)) {
        violations.add(
            new Violation(
                found.property() == Property.P6 ? Property.P6 : Property.P5,
                "after the same command again, " + found.text()));
      }
    }
    return List.copyOf(violations);
  }

  /**
   * What a recovery and one more right after it say.
   *
   * @param failure why the first failed, if it did
   * @param again what the second failed at, or still found to do
   */
  public static List<Violation> ofRecovery(Optional<String> failure, Optional<String> again) {
    List<Violation> violations = new ArrayList<>();
    failure.ifPresent(why -> violated(violations, "recovery fails: " + why));
    again.ifPresent(work -> violated(violations, "a second recovery still finds work: " + work));
    return List.copyOf(violations);
  }

  /** What becomes of the same command after recovery, if it fails. */
  public static Violation ofFailure(String complaint) {
    return new Violation(Property.P5, "the same command fails after recovery: " + complaint);
  }

  /** What becomes of the same command if it reports success and has not switched. */
  public static Violation ofNothingDone() {
    return new Violation(
        Property.P5,
        "the same command reports success once more, and the machine still boots the old system");
  }

  private static void violated(List<Violation> violations, String text) {
    violations.add(new Violation(Property.P5, text));
  }
}
