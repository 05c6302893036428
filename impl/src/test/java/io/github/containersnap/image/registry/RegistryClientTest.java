package io.github.containersnap.image.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.github.containersnap.image.RegistryAccess;
import io.github.containersnap.image.registry.ReferrersApi.Referrers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A registry that answers as a test says. */
class RegistryClientTest {
  /** The first byte of a TLS handshake (RFC 8446 section 5.1). */
  private static final int HANDSHAKE = 0x16;

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String DIGEST = "sha256:" + "a".repeat(64);
  private static final String LOGIN =
      Base64.getEncoder().encodeToString("tester:secret".getBytes(StandardCharsets.UTF_8));

  @TempDir private Path directory;
  private HttpServer server;
  private ServerSocket front;
  private String host;
  private final List<String> requests = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // beforeEach makes the server
  RegistryClientTest() {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
    front = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    host = "127.0.0.1:" + front.getLocalPort();
    Thread.ofVirtual().start(this::accept);
  }

  /** The JDK's server would wait for the end of a handshake; a registry without TLS hangs up. */
  private void accept() {
    try {
      while (true) {
        Socket client = front.accept();
        Thread.ofVirtual().start(() -> pass(client));
      }
    } catch (IOException closed) {
      // so is the server
    }
  }

  private void pass(Socket client) {
    try (client;
        Socket behind =
            new Socket(InetAddress.getLoopbackAddress(), server.getAddress().getPort())) {
      int first = client.getInputStream().read();
      if (first == HANDSHAKE || first < 0) {
        return;
      }
      behind.getOutputStream().write(first);
      Thread.ofVirtual().start(() -> copy(client, behind));
      copy(behind, client);
    } catch (IOException ended) {
      // one of both has gone away
    }
  }

  private static void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // one of both has gone away
    }
  }

  @AfterEach
  void stop() throws IOException {
    front.close();
    server.stop(0);
  }

  private void answers(String path, HttpHandler handler) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            synchronized (requests) {
              requests.add(
                  exchange.getRequestURI()
                      + " "
                      + exchange.getRequestHeaders().getOrDefault("Authorization", List.of()));
            }
            handler.handle(exchange);
          }
        });
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private static boolean isAuthorized(HttpExchange exchange, String wanted) {
    return wanted.equals(exchange.getRequestHeaders().getFirst("Authorization"));
  }

  private HttpResponse<byte[]> get(Duration patience) throws IOException {
    Path logins =
        Files.writeString(
            directory.resolve("auth.json"),
            "{\"auths\": {\"%s\": {\"auth\": \"%s\"}}}".formatted(host, LOGIN));
    try (RegistryClient client =
        RegistryClient.of(new RegistryEndpoint(host, "os", true), Optional.of(logins), patience)) {
      return client.get("/v2/os/referrers/" + DIGEST, "application/json");
    }
  }

  @Test
  void a_password_is_sent_only_when_it_is_asked_for() throws IOException {
    answers(
        "/v2/",
        exchange -> {
          exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
          boolean known = isAuthorized(exchange, "Basic " + LOGIN);
          send(exchange, known ? 200 : 401, "{}");
        });

    assertThat(get(PATIENCE).statusCode()).isEqualTo(200);
    assertThat(requests).hasSize(2);
    assertThat(requests.getFirst()).endsWith(" []");
  }

  @Test
  void a_token_is_fetched_with_the_password_for_this_repository() throws IOException {
    answers(
        "/token",
        exchange ->
            send(
                exchange,
                isAuthorized(exchange, "Basic " + LOGIN) ? 200 : 401,
                "{\"token\":\"t\"}"));
    answers(
        "/v2/",
        exchange -> {
          exchange
              .getResponseHeaders()
              .set(
                  "WWW-Authenticate",
                  "Bearer realm=\"http://%s/token\",service=\"s\",scope=\"everything\""
                      .formatted(host));
          send(exchange, isAuthorized(exchange, "Bearer t") ? 200 : 401, "{}");
        });

    assertThat(get(PATIENCE).statusCode()).isEqualTo(200);
    assertThat(requests.get(1)).startsWith("/token?service=s&scope=repository%3Aos%3Apull ");
  }

  @Test
  void a_wrong_password_is_sent_once() throws IOException {
    answers(
        "/v2/",
        exchange -> {
          exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
          send(exchange, 401, "");
        });
    assertThat(get(PATIENCE).statusCode()).isEqualTo(401);
    assertThat(requests).hasSize(2);
  }

  @Test
  void an_answer_that_is_too_large_or_does_not_end_is_given_up() {
    answers("/v2/", exchange -> send(exchange, 200, "x".repeat(5 << 20)));
    assertThatThrownBy(() -> get(PATIENCE)).isInstanceOf(IOException.class);

    server.removeContext("/v2/");
    answers(
        "/v2/",
        exchange -> {
          exchange.sendResponseHeaders(200, 10);
          exchange.getResponseBody().write('{');
          exchange.getResponseBody().flush();
          try {
            Thread.sleep(20_000);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    assertThatThrownBy(() -> get(Duration.ofMillis(500))).isInstanceOf(IOException.class);
  }

  @Test
  void a_redirect_is_not_followed() throws IOException {
    answers(
        "/v2/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", "http://%s/elsewhere".formatted(host));
          send(exchange, 307, "");
        });
    assertThat(get(PATIENCE).statusCode()).isEqualTo(307);
    assertThat(requests).hasSize(1);
  }

  private Referrers referrers() {
    RegistryAccess access =
        new RegistryAccess(
            false, Optional.of(directory.resolve("none")), Optional.empty(), PATIENCE);
    return new ReferrersApi(new RepositoryName(host, "os"), access).of(DIGEST, PATIENCE);
  }

  @Test
  void a_registry_without_a_list_and_one_with_a_problem_are_told_apart() {
    answers("/v2/", exchange -> send(exchange, 404, "no such page"));
    assertThat(referrers()).isEqualTo(new Referrers.Unsupported());

    server.removeContext("/v2/");
    answers("/v2/", exchange -> send(exchange, 500, "oops"));
    assertThat(referrers()).isEqualTo(new Referrers.Unavailable("HTTP status 500"));

    server.stop(0);
    assertThat(referrers()).isInstanceOf(Referrers.Unavailable.class);
  }

  @Test
  void a_list_of_several_pages_is_read_and_one_without_end_is_not() {
    String path = "/v2/os/referrers/" + DIGEST;
    answers(
        path,
        exchange -> {
          String query = String.valueOf(exchange.getRequestURI().getQuery());
          if (query.equals("null")) {
            exchange.getResponseHeaders().set("Link", "<%s?last=1>; rel=\"next\"".formatted(path));
          }
          send(exchange, 200, "{\"manifests\":[{\"digest\":\"%s\"}]}".formatted(DIGEST));
        });
    assertThat(referrers())
        .isInstanceOfSatisfying(
            Referrers.Listed.class,
            list -> {
              assertThat(list.pages()).hasSize(2);
              assertThat(list.complete()).isTrue();
            });

    server.removeContext(path);
    answers(
        path,
        exchange -> {
          exchange.getResponseHeaders().set("Link", "<%s?again>; rel=next".formatted(path));
          send(exchange, 200, "{\"manifests\":[{\"digest\":\"%s\"}]}".formatted(DIGEST));
        });
    assertThat(referrers())
        .isInstanceOfSatisfying(
            Referrers.Listed.class,
            list -> {
              assertThat(list.pages()).hasSize(8);
              assertThat(list.complete()).isFalse();
            });
  }

  @Test
  void the_next_page_is_never_at_another_place() {
    answers(
        "/v2/os/referrers/",
        exchange -> {
          exchange.getResponseHeaders().set("Link", "</v2/other/secrets>; rel=\"next\"");
          send(exchange, 200, "{\"manifests\":[{\"digest\":\"%s\"}]}".formatted(DIGEST));
        });
    assertThat(referrers()).isInstanceOf(Referrers.Listed.class);
    assertThat(requests).hasSize(1);
  }
}
