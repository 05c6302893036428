package io.github.containersnap.engine.model;

import java.util.Objects;

/**
 * The engine could not do what it was asked to. The running system and the default are unchanged
 * unless the message says otherwise.
 *
 * <p>The message is one sentence with the facts (file, number, id); the advice is the next step for
 * the person who reads it.
 */
public abstract class UpdateException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String advice;

  protected UpdateException(String message, String advice) {
    super(message);
    this.advice = advice;
  }

  protected UpdateException(String message, String advice, Throwable cause) {
    super(message, cause);
    this.advice = advice;
  }

  /** One sentence with the facts. */
  @Override
  public String getMessage() {
    return Objects.requireNonNull(super.getMessage());
  }

  /** The next step, as a sentence. */
  public String advice() {
    return advice;
  }
}
