package io.github.containersnap.adapter.bootloader;

import io.github.containersnap.engine.model.TrialState;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@link TrialState} as the files of boot loaders say it. */
final class TrialStateText {
  private static final Pattern ON_TRIAL = Pattern.compile("on trial since (\\d{1,12})");

  private TrialStateText() {}

  static String of(TrialState standing) {
    return switch (standing) {
      case TrialState.Untried _ -> "untried";
      case TrialState.Blessed _ -> "blessed";
      case TrialState.Failed _ -> "failed";
      case TrialState.OnTrial trial -> "on trial since " + trial.since().getEpochSecond();
    };
  }

  static Optional<TrialState> read(String words) {
    return switch (words) {
      case "untried" -> Optional.of(new TrialState.Untried());
      case "blessed" -> Optional.of(new TrialState.Blessed());
      case "failed" -> Optional.of(new TrialState.Failed());
      default ->
          Optional.of(ON_TRIAL.matcher(words))
              .filter(Matcher::matches)
              .map(trial -> Long.parseLong(trial.group(1)))
              .map(Instant::ofEpochSecond)
              .map(TrialState.OnTrial::new);
    };
  }
}
