package io.github.containersnap.harness.view;

import java.util.Optional;
import java.util.function.Function;

/** What a world sees of a machine, or why it cannot see it. What is hidden is never a pass. */
public sealed interface Seen<T> {
  /** The world sees this. */
  record Known<T>(T value) implements Seen<T> {}

  /**
   * The world cannot see this, or sees it at another time.
   *
   * @param why as a sentence part
   */
  record Hidden<T>(String why) implements Seen<T> {}

  /** Something that a world sees. */
  static <T> Seen<T> of(T value) {
    return new Known<>(value);
  }

  /** Something that a world cannot see. */
  static <T> Seen<T> hidden(String why) {
    return new Hidden<>(why);
  }

  /** The same of something that follows from it. */
  default <R> Seen<R> map(Function<T, R> function) {
    return switch (this) {
      case Known<T>(T value) -> new Known<>(function.apply(value));
      case Hidden<T>(String why) -> new Hidden<>(why);
    };
  }

  /** What is seen; nothing if it is hidden. */
  default Optional<T> known() {
    return this instanceof Known<T>(T value) ? Optional.of(value) : Optional.empty();
  }
}
