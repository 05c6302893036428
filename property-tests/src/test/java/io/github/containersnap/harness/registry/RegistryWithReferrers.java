package io.github.containersnap.harness.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;

/**
 * Debian's registry with what it lacks: a list of referrers for each digest (OCI distribution
 * specification 1.1). All other requests to read are passed on.
 */
final class RegistryWithReferrers implements AutoCloseable {
  private static final String REFERRERS = "/referrers/";

  private final HttpServer server;
  private final FaultProxy front;
  private final HttpClient client = HttpClient.newHttpClient();
  private final String registry;
  private final Map<String, String> lists = new ConcurrentHashMap<>();
  private final Map<String, String> moving = new ConcurrentHashMap<>();
  private final Set<String> read = ConcurrentHashMap.newKeySet();

  private RegistryWithReferrers(HttpServer server, FaultProxy front, String registry) {
    this.server = server;
    this.front = front;
    this.registry = registry;
  }

  /** One before {@code registry}. */
  static RegistryWithReferrers before(LocalRegistry registry) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    FaultProxy front = FaultProxy.before("127.0.0.1:" + server.getAddress().getPort());
    RegistryWithReferrers made = new RegistryWithReferrers(server, front, registry.address());
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", made::answer);
    server.start();
    return made;
  }

  /** {@code HOST:PORT}; handshakes of TLS are refused at once, which the JDK's server does not. */
  String address() {
    return front.address();
  }

  /** From now on, answers so when it is asked what refers to {@code digest}. */
  void list(String digest, String body) {
    lists.put(digest, body);
  }

  /** Lets {@code tag} lead elsewhere as soon as it has been read for the next time. */
  void moveAfterNextRead(String tag, String other) {
    moving.put("/manifests/" + tag, "/manifests/" + other);
  }

  /** Where a request goes, as tags lead now. */
  private String target(HttpExchange exchange) {
    String path = exchange.getRequestURI().toString();
    for (Map.Entry<String, String> move : moving.entrySet()) {
      boolean again = path.endsWith(move.getKey()) && !read.add(move.getKey());
      if (again) {
        return path.replace(move.getKey(), move.getValue());
      }
    }
    return path;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String path = exchange.getRequestURI().getPath();
      int referrers = path.indexOf(REFERRERS);
      if (referrers >= 0) {
        String digest = path.substring(referrers + REFERRERS.length());
        String body = lists.getOrDefault(digest, ArtifactRepository.index());
        exchange.getResponseHeaders().set("Content-Type", ArtifactRepository.INDEX);
        send(exchange, 200, body.getBytes(StandardCharsets.UTF_8));
      } else {
        pass(exchange);
      }
    }
  }

  private void pass(HttpExchange exchange) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://" + registry + target(exchange)))
            .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.noBody());
    exchange
        .getRequestHeaders()
        .getOrDefault("Accept", List.of())
        .forEach(it -> request.header("Accept", it));
    try {
      HttpResponse<byte[]> answer = client.send(request.build(), BodyHandlers.ofByteArray());
      for (String header : List.of("Content-Type", "Docker-Content-Digest")) {
        answer
            .headers()
            .firstValue(header)
            .ifPresent(it -> exchange.getResponseHeaders().set(header, it));
      }
      send(exchange, answer.statusCode(), answer.body());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean none = exchange.getRequestMethod().equals("HEAD") || body.length == 0;
    exchange.sendResponseHeaders(status, none ? -1 : body.length);
    if (!none) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    front.close();
    server.stop(0);
    client.close();
  }
}
