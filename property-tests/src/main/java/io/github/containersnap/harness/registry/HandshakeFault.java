package io.github.containersnap.harness.registry;

/** What a registry answers to a TLS handshake (RFC 8446). */
public enum HandshakeFault {
  /** What a server without TLS answers: HTTP. Clients that may do so then go on without TLS. */
  HTTP,
  /** The alert {@code handshake_failure}. */
  ALERT,
  /** Nothing; the connection ends. */
  HANG_UP,
  /** Nothing; the connection stays open. */
  STALL
}
