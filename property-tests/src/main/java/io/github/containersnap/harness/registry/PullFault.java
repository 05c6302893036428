package io.github.containersnap.harness.registry;

import java.time.Duration;

/** What may go wrong with the answer to one request. Bytes are those of the body, from 0. */
public sealed interface PullFault {
  /**
   * The connection ends after {@code bytes} of the body.
   *
   * @param bytes how many arrive; if the body is no longer, it arrives whole
   * @param abruptly whether by a reset (RST) and not in order (FIN)
   */
  record Cut(long bytes, boolean abruptly) implements PullFault {}

  /**
   * The whole body arrives, but its announced length is wrong.
   *
   * @param difference the announced length less the true one
   */
  record WrongLength(long difference) implements PullFault {}

  /**
   * One bit of the body is another.
   *
   * @param at the byte it is in, or the last byte if the body is shorter
   */
  record Corrupted(long at) implements PullFault {}

  /** Another body, with the length that it has. */
  @SuppressWarnings("ArrayRecordComponent") // sent, never compared
  record Substituted(byte[] body) implements PullFault {}

  /** A status of an error (RFC 9110 section 15); with 429, that one may try again in a second. */
  record Status(int code) implements PullFault {}

  /**
   * Nothing more comes after {@code bytes} of the body, and the connection stays open.
   *
   * @param bytes how many arrive; with a negative number not even the header does
   */
  record Stall(long bytes) implements PullFault {}

  /**
   * The body comes in small pieces.
   *
   * @param piece how many bytes at a time
   * @param pause how long nothing comes before each
   */
  record Drip(int piece, Duration pause) implements PullFault {}

  /** A redirection to the place itself (status 307), however often it is followed. */
  record RedirectLoop() implements PullFault {}
}
