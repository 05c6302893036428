package io.github.containersnap.image.registry;

import io.github.containersnap.image.RegistryAccess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The list of what refers to an image in its registry (OCI distribution specification 1.1, "Listing
 * Referrers"): {@code GET /v2/NAME/referrers/DIGEST}.
 */
public final class ReferrersApi {
  private static final String INDEX = "application/vnd.oci.image.index.v1+json";
  private static final int MOST_PAGES = 8;
  private static final int OK = 200;
  private static final int NOT_FOUND = 404;
  private static final Pattern NEXT = Pattern.compile("<([^<>]{1,2000})>\\s*;\\s*rel=\"?next\"?");

  private final RepositoryName repository;
  private final RegistryAccess access;

  /** The list that the registry of {@code repository} keeps. */
  public ReferrersApi(RepositoryName repository, RegistryAccess access) {
    this.repository = repository;
    this.access = access;
  }

  /** What a registry answers. */
  public sealed interface Referrers {
    /**
     * Its list.
     *
     * @param pages the bodies of its answers, each an index if it is honest
     * @param complete whether it has no further pages
     */
    record Listed(List<byte[]> pages, boolean complete) implements Referrers {
      /** Keeps the pages in a list that cannot change. */
      public Listed {
        pages = List.copyOf(pages);
      }
    }

    /** It has no such list: it does not know this part of the specification. */
    record Unsupported() implements Referrers {}

    /**
     * It could not be asked.
     *
     * @param why a clause
     */
    record Unavailable(String why) implements Referrers {}
  }

  /**
   * Asks for what refers to the manifest {@code digest}: at each place where the repository may be,
   * until one has a list with something in it.
   *
   * @param patience how long each request may take
   */
  public Referrers of(String digest, Duration patience) {
    Referrers answer = new Referrers.Unsupported();
    try {
      RegistriesConf conf = RegistriesConf.ofThisMachine();
      for (RegistryEndpoint endpoint : conf.endpoints(repository, !access.verifyTls())) {
        Referrers next = at(endpoint, digest, patience);
        if (next instanceof Referrers.Listed(List<byte[]> pages, boolean _)
            && pages.stream().anyMatch(ReferrersApi::namesSomething)) {
          return next;
        }
        answer = answer instanceof Referrers.Unsupported ? next : answer;
      }
    } catch (IOException e) {
      return new Referrers.Unavailable(String.valueOf(e.getMessage()));
    }
    return answer;
  }

  private static boolean namesSomething(byte[] page) {
    return new String(page, StandardCharsets.UTF_8).contains("sha256:");
  }

  private Referrers at(RegistryEndpoint endpoint, String digest, Duration patience) {
    try (RegistryClient client = RegistryClient.of(endpoint, access.authFile(), patience)) {
      List<byte[]> pages = new ArrayList<>();
      String path = "/v2/%s/referrers/%s".formatted(endpoint.path(), digest);
      Optional<String> next = Optional.of(path);
      while (next.isPresent() && pages.size() < MOST_PAGES) {
        HttpResponse<byte[]> answer = client.get(next.get(), INDEX);
        if (answer.statusCode() == NOT_FOUND && pages.isEmpty()) {
          return new Referrers.Unsupported();
        }
        if (answer.statusCode() != OK) {
          return new Referrers.Unavailable("HTTP status " + answer.statusCode());
        }
        pages.add(answer.body());
        next = next(answer, path);
      }
      return new Referrers.Listed(pages, next.isEmpty());
    } catch (IOException e) {
      return new Referrers.Unavailable(RegistryClient.inWords(e));
    }
  }

  /** The next page, which must be one of the same list at the same place. */
  private static Optional<String> next(HttpResponse<byte[]> answer, String path) {
    Matcher link = NEXT.matcher(answer.headers().firstValue("Link").orElse(""));
    if (!link.find()) {
      return Optional.empty();
    }
    try {
      URI target = answer.uri().resolve(link.group(1));
      return Optional.of(target)
          .filter(it -> path.equals(it.getRawPath()))
          .map(it -> path + "?" + it.getRawQuery());
    } catch (IllegalArgumentException notAnAddress) {
      return Optional.empty();
    }
  }
}
