package io.github.containersnap.adapter.bootloader;

import io.github.containersnap.engine.model.Standing;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A {@link Standing} as the files of boot loaders say it. */
final class StandingInWords {
  private static final Pattern ON_TRIAL = Pattern.compile("on trial since (\\d{1,12})");

  private StandingInWords() {}

  static String of(Standing standing) {
    return switch (standing) {
      case Standing.Untried _ -> "untried";
      case Standing.Blessed _ -> "blessed";
      case Standing.Failed _ -> "failed";
      case Standing.OnTrial trial -> "on trial since " + trial.since().getEpochSecond();
    };
  }

  static Optional<Standing> read(String words) {
    return switch (words) {
      case "untried" -> Optional.of(new Standing.Untried());
      case "blessed" -> Optional.of(new Standing.Blessed());
      case "failed" -> Optional.of(new Standing.Failed());
      default ->
          Optional.of(ON_TRIAL.matcher(words))
              .filter(Matcher::matches)
              .map(trial -> Long.parseLong(trial.group(1)))
              .map(Instant::ofEpochSecond)
              .map(Standing.OnTrial::new);
    };
  }
}
