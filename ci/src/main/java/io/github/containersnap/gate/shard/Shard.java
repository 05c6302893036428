package io.github.containersnap.gate.shard;

import io.github.containersnap.gate.run.UnusableInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One of the parts that a check is divided into.
 *
 * @param index which, from 1
 * @param count how many parts there are
 */
public record Shard(int index, int count) {
  /** More than any engine starts; each pays for reading the recording. */
  public static final int MOST = 10_000;

  private static final Pattern TEXT = Pattern.compile("([0-9]{1,5})/([0-9]{1,5})");

  /** Refuses a part that there is not. */
  public Shard {
    if (count < 1 || count > MOST || index < 1 || index > count) {
      throw new IllegalArgumentException("There is no shard %d of %d".formatted(index, count));
    }
  }

  /**
   * Reads the value of {@code --shard}.
   *
   * @throws UnusableInputException if it is none
   */
  public static Shard parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (matcher.matches()) {
      int index = Integer.parseInt(matcher.group(1));
      int count = Integer.parseInt(matcher.group(2));
      if (count >= 1 && count <= MOST && index >= 1 && index <= count) {
        return new Shard(index, count);
      }
    }
    throw new UnusableInputException(
        "--shard needs I/N, the number of this shard and how many there are (1/4 to 4/4; at most %d), not '%s'."
            .formatted(MOST, text));
  }

  /** E.g. "shard 2 of 4". */
  public String inWords() {
    return "shard %d of %d".formatted(index, count);
  }
}
