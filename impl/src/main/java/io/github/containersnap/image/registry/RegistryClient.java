package io.github.containersnap.image.registry;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.base.UnreadableJsonException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/**
 * Reads from a registry over HTTP, and logs in as it demands: with a password, or with a token that
 * another server gives for the password (the token authentication of Docker's registry).
 *
 * <p>An answer has at most 4 MiB and comes within a bounded time, or not at all. No redirect is
 * followed: the lists that are read here are the registry's own.
 */
final class RegistryClient implements AutoCloseable {
  private static final int LARGEST_ANSWER = 4 << 20;
  private static final int UNAUTHORIZED = 401;
  private static final int OK = 200;
  private static final Duration LONGEST_CONNECTING = Duration.ofSeconds(20);

  /** How long an insecure registry may take to show that it speaks no TLS; as in Go. */
  private static final Duration LONGEST_HANDSHAKE = Duration.ofSeconds(10);

  private static final Pattern CHALLENGE = Pattern.compile("(\\w+)=\"([^\"\\p{Cntrl}]{0,2000})\"");

  private final RegistryEndpoint endpoint;
  private final Optional<String> login;
  private final Duration patience;
  private final HttpClient client;
  private String scheme = "https";
  private Optional<String> authorization = Optional.empty();

  private RegistryClient(
      RegistryEndpoint endpoint, Optional<String> login, Duration patience, HttpClient client) {
    this.endpoint = endpoint;
    this.login = login;
    this.patience = patience;
    this.client = client;
  }

  /**
   * A client of the registry at {@code endpoint}.
   *
   * @param logins the file with logins; empty for the usual ones
   * @param patience how long each request may take
   * @throws IOException if logins or certificates cannot be read
   */
  static RegistryClient of(RegistryEndpoint endpoint, Optional<Path> logins, Duration patience)
      throws IOException {
    HttpClient client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(
                patience.compareTo(LONGEST_CONNECTING) < 0 ? patience : LONGEST_CONNECTING)
            .proxy(EnvironmentProxies.ofCaller())
            .sslContext(RegistryTrust.context(endpoint.apiHost(), endpoint.insecure()))
            .build();
    return new RegistryClient(endpoint, RegistryLogins.of(logins).find(endpoint), patience, client);
  }

  /**
   * Reads what is at {@code path}, whatever the status.
   *
   * @param accept the type of content that is wanted
   * @throws IOException if there is no answer, or one that is too large
   */
  HttpResponse<byte[]> get(String path, String accept) throws IOException {
    HttpResponse<byte[]> answer = firstAnswer(path, accept);
    if (answer.statusCode() != UNAUTHORIZED || authorization.isPresent()) {
      return answer;
    }
    authorization = authorization(answer.headers().firstValue("WWW-Authenticate").orElse(""));
    return authorization.isPresent() ? send(request(path, accept)) : answer;
  }

  /** An insecure registry may have a certificate that nobody vouches for, or no TLS at all. */
  private HttpResponse<byte[]> firstAnswer(String path, String accept) throws IOException {
    if (!endpoint.insecure() || scheme.equals("http")) {
      return send(request(path, accept));
    }
    try {
      return send(
          request(path, accept),
          patience.compareTo(LONGEST_HANDSHAKE) < 0 ? patience : LONGEST_HANDSHAKE);
    } catch (IOException withoutTls) {
      scheme = "http";
      return send(request(path, accept));
    }
  }

  private HttpRequest request(String path, String accept) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(scheme + "://" + endpoint.apiHost() + path))
            .timeout(patience)
            .header("Accept", accept);
    authorization.ifPresent(it -> request.header("Authorization", it));
    return request.build();
  }

  private static URI uri(String text) throws IOException {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("it is at no valid address", e);
    }
  }

  private HttpResponse<byte[]> send(HttpRequest request) throws IOException {
    return send(request, patience);
  }

  private HttpResponse<byte[]> send(HttpRequest request, Duration longest) throws IOException {
    var sent =
        client.sendAsync(
            request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST_ANSWER));
    try {
      return sent.get(longest.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      sent.cancel(true);
      throw new IOException("no whole answer came within %d s".formatted(longest.toSeconds()), e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause
          ? cause
          : new IOException(String.valueOf(e.getMessage()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** What to send in a second request; empty if that would be the same again. */
  private Optional<String> authorization(String challenge) throws IOException {
    String kind = challenge.split(" ", 2)[0].toLowerCase(Locale.ROOT);
    if (kind.equals("basic")) {
      return login.map(it -> "Basic " + it);
    }
    if (!kind.equals("bearer")) {
      return Optional.empty();
    }
    Map<String, String> parameters = new HashMap<>();
    Matcher matcher = CHALLENGE.matcher(challenge);
    while (matcher.find()) {
      parameters.put(matcher.group(1), matcher.group(2));
    }
    return token(parameters).map(it -> "Bearer " + it);
  }

  /** The password goes to the server that the registry names, over TLS unless it is insecure. */
  private Optional<String> token(Map<String, String> parameters) throws IOException {
    String realm = parameters.getOrDefault("realm", "");
    if (!realm.startsWith("https://") && !(endpoint.insecure() && realm.startsWith("http://"))) {
      throw new IOException("it wants a token from an address without TLS");
    }
    String query =
        "service="
            + encoded(parameters.getOrDefault("service", ""))
            + "&scope="
            + encoded("repository:" + endpoint.path() + ":pull");
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri(realm + (realm.contains("?") ? "&" : "?") + query))
            .timeout(patience)
            .header("Accept", "application/json");
    login.ifPresent(it -> request.header("Authorization", "Basic " + it));
    HttpResponse<byte[]> answer = send(request.build());
    if (answer.statusCode() != OK) {
      return Optional.empty();
    }
    try {
      JsonNode token = Json.tree(answer.body());
      return Optional.of(token.path("token").asText(token.path("access_token").asText()))
          .filter(it -> it.matches("[\\x21-\\x7e]{1,65536}"));
    } catch (UnreadableJsonException e) {
      throw new IOException("its token cannot be read: " + e.getMessage(), e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Why a request failed, as a clause. */
  static String inWords(IOException failure) {
    String message = failure.getMessage();
    if (failure instanceof SSLException) {
      return "its certificate or its TLS cannot be used: " + message;
    }
    return message == null || message.isBlank() ? "no connection to it" : message;
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
