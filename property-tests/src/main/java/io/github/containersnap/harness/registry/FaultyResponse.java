package io.github.containersnap.harness.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The answer to one request on its way to the client, with what is done to it. */
final class FaultyResponse {
  static final Charset CHARSET = StandardCharsets.ISO_8859_1;
  private static final int PIECE = 16 * 1024;

  private final Socket client;
  private final HttpHead request;
  private final Optional<PullFault> fault;
  private int status;
  private long sent;

  FaultyResponse(Socket client, HttpHead request, Optional<PullFault> fault) {
    this.client = client;
    this.request = request;
    this.fault = fault;
  }

  AnsweredRequest passed() throws IOException {
    return new AnsweredRequest(request.word(0), request.word(1), status, sent);
  }

  /** Answers, if the fault is one for which the registry need not be asked. */
  boolean withoutRegistry() throws IOException {
    return switch (fault.orElse(null)) {
      case PullFault.Status error -> {
        own(error.code(), "Retry-After: 1", "{\"errors\":[]}".getBytes(CHARSET));
        yield true;
      }
      case PullFault.RedirectLoop _ -> {
        own(307, "Location: " + request.word(1), new byte[0]);
        yield true;
      }
      case PullFault.Substituted other -> {
        own(200, "Content-Type: application/octet-stream", other.body());
        yield true;
      }
      case PullFault.Stall stall when stall.bytes() < 0 -> {
        awaitEnd(client);
        yield true;
      }
      case null, default -> false;
    };
  }

  private void own(int code, String field, byte[] body) throws IOException {
    HttpHead head =
        new HttpHead(
            "HTTP/1.1 %d Injected".formatted(code),
            List.of(field, "Content-Length: " + body.length, "Connection: close"));
    begin(head);
    if (!request.word(0).equals("HEAD")) {
      send(body, body.length);
    }
  }

  private void begin(HttpHead head) throws IOException {
    status = Integer.parseInt(head.word(1));
    client.getOutputStream().write(head.bytes());
  }

  private void send(byte[] bytes, int length) throws IOException {
    client.getOutputStream().write(bytes, 0, length);
    sent += length;
  }

  /** Passes the registry's answer on. */
  void send(HttpHead head, InputStream body) throws IOException, InterruptedException {
    HttpHead closing = head.with("Connection", "close");
    switch (fault.orElse(null)) {
      case PullFault.WrongLength wrong -> {
        long length = Long.parseLong(head.field("Content-Length").orElse("0"));
        begin(closing.with("Content-Length", Long.toString(length + wrong.difference())));
        copy(body, Long.MAX_VALUE);
      }
      case PullFault.Cut cut -> {
        begin(closing);
        copy(body, Math.max(0, cut.bytes() - begin()));
        if (cut.abruptly()) {
          // close(2) then discards what is unsent and answers with a reset (socket(7), SO_LINGER).
          // The client is given the time to read what it should get, which a reset would discard.
          TimeUnit.MILLISECONDS.sleep(20);
          client.setSoLinger(true, 0);
        }
      }
      case PullFault.Stall stall -> {
        begin(closing);
        copy(body, Math.max(0, stall.bytes() - begin()));
        awaitEnd(client);
      }
      case PullFault.Corrupted corrupted -> {
        begin(closing);
        byte[] bytes = body.readAllBytes();
        if (bytes.length > 0) {
          bytes[(int) Math.min(corrupted.at(), bytes.length - 1)] ^= 1;
        }
        send(bytes, bytes.length);
      }
      case PullFault.Drip drip -> {
        begin(closing);
        byte[] piece = new byte[drip.piece()];
        for (int got = body.read(piece); got >= 0; got = body.read(piece)) {
          TimeUnit.NANOSECONDS.sleep(drip.pause().toNanos());
          send(piece, got);
        }
      }
      case null, default -> {
        begin(closing);
        copy(body, Long.MAX_VALUE);
      }
    }
  }

  /** Where in the blob the answer begins: a client that resumes asks for a range (RFC 9110). */
  private long begin() {
    return request
        .field("Range")
        .filter(range -> range.matches("bytes=\\d{1,18}-.*"))
        .map(range -> Long.parseLong(range.substring("bytes=".length(), range.indexOf('-'))))
        .orElse(0L);
  }

  private void copy(InputStream body, long most) throws IOException {
    byte[] piece = new byte[PIECE];
    long left = most;
    while (left > 0) {
      int got = body.read(piece, 0, (int) Math.min(piece.length, left));
      if (got < 0) {
        return;
      }
      send(piece, got);
      left -= got;
    }
  }

  /** Sends nothing until the client goes away or this end is closed. */
  static void awaitEnd(Socket client) throws IOException {
    try (OutputStream held = client.getOutputStream()) {
      InputStream in = client.getInputStream();
      while (in.read() >= 0) {
        // a client that waits sends nothing
      }
    }
  }
}
