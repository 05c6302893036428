package io.github.containersnap.harness.registry;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A registry as seen through a line of which one can say how it fails.
 *
 * <p>Each request is passed on to the real registry, over a connection of its own, and the answer
 * is passed back; what matches the {@link RequestMatcher} of a fault is spoilt on the way, every
 * time, until the line {@linkplain #heal() heals}. All that was sent is counted. Requests have no
 * bodies: it is for pulls, not pushes. It speaks HTTP alone; what it answers to TLS is a fault of
 * its own.
 */
public final class FaultProxy implements AutoCloseable {
  /** The first byte of a TLS handshake (RFC 8446 section 5.1). */
  private static final int HANDSHAKE = 0x16;

  private final InetSocketAddress registry;
  private final ServerSocket server;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final List<AnsweredRequest> passed = new ArrayList<>();
  private Optional<Strike> strike = Optional.empty();
  private int matched;
  private HandshakeFault handshake = HandshakeFault.HTTP;

  private record Strike(RequestMatcher target, PullFault fault) {}

  private FaultProxy(InetSocketAddress registry, ServerSocket server) {
    this.registry = registry;
    this.server = server;
  }

  /**
   * Begins to pass requests on.
   *
   * @param registry {@code HOST:PORT} of a registry that speaks HTTP
   */
  public static FaultProxy before(String registry) throws IOException {
    int colon = registry.lastIndexOf(':');
    InetSocketAddress address =
        new InetSocketAddress(
            registry.substring(0, colon), Integer.parseInt(registry.substring(colon + 1)));
    FaultProxy proxy =
        new FaultProxy(address, new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofVirtual().name("fault-proxy").start(proxy::accept);
    return proxy;
  }

  /** {@code HOST:PORT} of this proxy. */
  public String address() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  /** From now on, does {@code fault} to the answers to {@code target}, and no other. */
  public synchronized void strike(RequestMatcher target, PullFault fault) {
    strike = Optional.of(new Strike(target, fault));
    matched = 0;
  }

  /** From now on, answers handshakes so. */
  public synchronized void strike(HandshakeFault fault) {
    handshake = fault;
  }

  /** From now on, everything is as it should be; connections that stall end. */
  public synchronized void heal() {
    strike = Optional.empty();
    handshake = HandshakeFault.HTTP;
    open.forEach(FaultProxy::closeQuietly);
  }

  /** What was answered since the last call of this, in the order of its end. */
  public synchronized List<AnsweredRequest> takePassed() {
    List<AnsweredRequest> all = List.copyOf(passed);
    passed.clear();
    return all;
  }

  private synchronized void note(AnsweredRequest one) {
    passed.add(one);
  }

  private synchronized Optional<PullFault> faultFor(String path) {
    Optional<PullFault> fault =
        strike
            .filter(it -> path.contains(it.target().path()))
            .filter(it -> matched >= it.target().skipped())
            .map(Strike::fault);
    if (strike.filter(it -> path.contains(it.target().path())).isPresent()) {
      matched++;
    }
    return fault;
  }

  private synchronized HandshakeFault handshake() {
    return handshake;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> answer(client));
      }
    } catch (IOException closed) {
      // so is this proxy
    }
  }

  private void answer(Socket client) {
    try (client) {
      InputStream in = new java.io.BufferedInputStream(client.getInputStream());
      in.mark(1);
      if (in.read() == HANDSHAKE) {
        answerHandshake(client);
        return;
      }
      in.reset();
      HttpHead request = HttpHead.read(in);
      FaultyResponse answer = new FaultyResponse(client, request, faultFor(request.word(1)));
      try {
        pass(request, answer);
      } finally {
        note(answer.passed());
      }
    } catch (IOException | InterruptedException ended) {
      // The client has gone away, which is its right; or the proxy is closed.
    } finally {
      open.remove(client);
    }
  }

  private void pass(HttpHead request, FaultyResponse answer)
      throws IOException, InterruptedException {
    if (answer.withoutRegistry()) {
      return;
    }
    try (Socket upstream = new Socket()) {
      upstream.connect(registry);
      upstream.getOutputStream().write(request.with("Connection", "close").bytes());
      answer.send(HttpHead.read(upstream.getInputStream()), upstream.getInputStream());
    }
  }

  private void answerHandshake(Socket client) throws IOException {
    switch (handshake()) {
      case HTTP -> {
        byte[] refusal = "HTTP/1.0 400 Bad Request\r\n\r\n".getBytes(FaultyResponse.CHARSET);
        client.getOutputStream().write(refusal);
      }
      case ALERT -> client.getOutputStream().write(new byte[] {0x15, 3, 3, 0, 2, 2, 40});
      case HANG_UP -> {}
      case STALL -> FaultyResponse.awaitEnd(client);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyGone) {
      // nothing is left to do for it
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close the proxy at " + address(), e);
    } finally {
      open.forEach(FaultProxy::closeQuietly);
    }
  }
}
