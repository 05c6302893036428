package io.github.containersnap.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.fault.FaultBench.Blob;
import io.github.containersnap.harness.registry.AnsweredRequest;
import io.github.containersnap.harness.registry.FaultProxy;
import io.github.containersnap.harness.registry.HandshakeFault;
import io.github.containersnap.harness.registry.PullFault;
import io.github.containersnap.harness.registry.RequestMatcher;
import io.github.containersnap.harness.updater.Updater;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Updates from a registry behind a line that breaks (property P8). After each failure the machine
 * is the old one and nothing is left behind; then the line heals, and the next update succeeds and
 * fetches what was missing and nothing twice.
 */
@ExtendWith(SharedBench.class)
class BrokenPullTest {
  /** What containers-image says of a blob that is not its digest's. */
  private static final String NOT_ITS_DIGEST = "(?i)digest|does not match|unexpected";

  private final FaultBench bench;

  BrokenPullTest(FaultBench bench) {
    this.bench = bench;
  }

  /**
   * A fault and what it is to come to.
   *
   * @param handshake what TLS is answered
   * @param insecure whether TLS may be left out
   * @param complaint what the failure's sentence contains, as a regular expression
   */
  private record Case(
      RequestMatcher target,
      PullFault fault,
      HandshakeFault handshake,
      boolean insecure,
      String complaint)
      implements Cases.Named {
    @Override
    public String name() {
      return "%s at %s".formatted(fault, target);
    }
  }

  private static Case of(RequestMatcher target, PullFault fault, String complaint) {
    return new Case(target, fault, HandshakeFault.HTTP, true, complaint);
  }

  private static Case of(HandshakeFault fault, boolean insecure, String complaint) {
    PullFault none = new PullFault.Cut(Long.MAX_VALUE, false);
    return new Case(RequestMatcher.everything(), none, fault, insecure, complaint);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private Blob config() {
    return bench.secondBlobs().getFirst();
  }

  /** The layer with the data: the second. */
  private Blob data() {
    return bench.secondBlobs().get(2);
  }

  private Blob top() {
    return bench.secondBlobs().getLast();
  }

  @Test
  void whatever_the_registry_answers_the_update_fails_clearly_and_the_next_one_succeeds() {
    RequestMatcher manifest = RequestMatcher.manifests();
    RequestMatcher data = RequestMatcher.blob(data().digest());
    RequestMatcher top = RequestMatcher.blob(top().digest());
    RequestMatcher config = RequestMatcher.blob(config().digest());
    byte[] otherOfTheSize = new byte[(int) data().bytes()];
    Arrays.fill(otherOfTheSize, (byte) 7);
    List<Case> cases =
        List.of(
            of(data, new PullFault.WrongLength(-1_000), "."),
            of(top, new PullFault.WrongLength(1_000), "."),
            of(manifest, new PullFault.WrongLength(-100), "."),
            of(data, new PullFault.Corrupted(100_000), NOT_ITS_DIGEST + "|flate|gzip"),
            of(top, new PullFault.Corrupted(Long.MAX_VALUE), NOT_ITS_DIGEST + "|flate|gzip"),
            of(config, new PullFault.Corrupted(20), NOT_ITS_DIGEST),
            of(manifest, new PullFault.Corrupted(30), "."),
            of(data, new PullFault.Substituted(otherOfTheSize), NOT_ITS_DIGEST + "|gzip|tar"),
            of(top, new PullFault.Substituted(new byte[0]), "."),
            of(config, new PullFault.Substituted(bytes("{}")), NOT_ITS_DIGEST),
            of(manifest, new PullFault.Substituted(bytes("<html>")), "."),
            of(manifest, new PullFault.Status(401), "401|unauthorized"),
            of(data, new PullFault.Status(401), "401|unauthorized"),
            of(manifest, new PullFault.Status(404), "404|manifest unknown"),
            of(data, new PullFault.Status(404), "404"),
            of(manifest, new PullFault.Status(429), "429|too many requests"),
            of(manifest, new PullFault.Status(500), "500"),
            of(top, new PullFault.Status(500), "500"),
            of(config, new PullFault.Status(503), "503"),
            of(data, new PullFault.RedirectLoop(), "stopped after 10 redirects"),
            of(HandshakeFault.ALERT, false, "handshake failure"),
            of(HandshakeFault.HANG_UP, false, "EOF"));
    new Cases(4).run(cases, this::requireOldThenNew);
  }

  @Test
  void a_registry_that_sends_nothing_more_is_given_up_and_the_next_update_succeeds() {
    RequestMatcher manifest = RequestMatcher.manifests();
    RequestMatcher data = RequestMatcher.blob(data().digest());
    String silence = "hardly a byte has come from there for 2 seconds";
    List<Case> cases =
        List.of(
            of(data, new PullFault.Stall(70_000), silence),
            of(data, new PullFault.Stall(0), silence),
            of(data, new PullFault.Stall(-1), silence),
            of(manifest, new PullFault.Stall(100), silence),
            of(manifest.after(2), new PullFault.Stall(-1), silence),
            of(HandshakeFault.STALL, false, silence));
    new Cases(4).run(cases, it -> requireOldThenNew(it, "--stall-timeout", "2"));
  }

  @Test
  void a_line_that_is_slow_but_sends_is_waited_for() throws IOException {
    bench.onCopy(
        machine -> {
          try (FaultProxy proxy = FaultProxy.before(bench.registry().address())) {
            proxy.strike(
                RequestMatcher.blob(data().digest()),
                new PullFault.Drip(10_000, Duration.ofMillis(200)));
            machine.succeeds(
                "--insecure",
                "update",
                "--stall-timeout",
                "2",
                FaultBench.reference(proxy.address()));
            machine.requireNew();
          }
        });
  }

  @Test
  void a_line_cut_at_any_of_8_bytes_leaves_the_old_system_and_the_next_update_the_new() {
    new Cases(4).run(cuts(8), this::requireOldThenNew);
  }

  @Test
  @Tag("exhaustive")
  void a_line_cut_at_any_of_200_bytes_leaves_the_old_system_and_the_next_update_the_new() {
    new Cases(4).run(cuts(200), this::requireOldThenNew);
  }

  /**
   * Cuts spread evenly over the manifest and all blobs that have to be fetched, one behind the
   * other.
   */
  private List<Case> cuts(int count) {
    List<Blob> all = new ArrayList<>();
    all.add(bench.secondManifest());
    all.add(config());
    all.add(data());
    all.add(top());
    long total = all.stream().mapToLong(Blob::bytes).sum();
    List<Case> cases = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      cases.add(cut(all, total * i / count, i % 2 == 0));
    }
    return cases;
  }

  private static Case cut(List<Blob> all, long at, boolean abruptly) {
    long within = at;
    for (Blob blob : all) {
      if (within < blob.bytes()) {
        RequestMatcher target =
            blob.digest().equals("manifest")
                ? RequestMatcher.manifests()
                : RequestMatcher.blob(blob.digest());
        return of(target, new PullFault.Cut(within, abruptly), ".");
      }
      within -= blob.bytes();
    }
    throw new IllegalArgumentException("there is no byte " + at);
  }

  private void requireOldThenNew(Case it) throws IOException {
    requireOldThenNew(it, "--stall-timeout", "60");
  }

  private void requireOldThenNew(Case it, String... options) throws IOException {
    bench.onCopy(
        machine -> {
          try (FaultProxy proxy = FaultProxy.before(bench.registry().address())) {
            proxy.strike(it.target(), it.fault());
            proxy.strike(it.handshake());
            Updater.Result result =
                machine.run(update(proxy, it.insecure(), options).toArray(String[]::new));
            FaultedSystem.requireClearFailure(result);
            assertThat(result.complaint()).containsPattern(it.complaint());
            machine.succeeds("recover");
            machine.requireOld();
            proxy.heal();
            requireUpdateFetchesTheRest(machine, proxy);
          }
        });
  }

  private static List<String> update(FaultProxy proxy, boolean insecure, String... options) {
    List<String> line = new ArrayList<>();
    if (insecure) {
      line.add("--insecure");
    }
    line.add("update");
    line.addAll(List.of(options));
    line.add(FaultBench.reference(proxy.address()));
    return line;
  }

  private void requireUpdateFetchesTheRest(FaultedSystem machine, FaultProxy proxy)
      throws IOException {
    Set<String> held = StoreContent.of(machine.layout().store()).blobs();
    proxy.takePassed();
    machine.succeeds(update(proxy, true).toArray(String[]::new));
    machine.requireNew();
    List<AnsweredRequest> fetched =
        proxy.takePassed().stream().filter(it -> it.method().equals("GET")).toList();
    for (Blob layer : bench.secondBlobs().subList(1, bench.secondBlobs().size())) {
      long bytes =
          fetched.stream()
              .filter(it -> it.path().endsWith(layer.digest()))
              .mapToLong(AnsweredRequest::bytes)
              .sum();
      assertThat(bytes)
          .as("bytes of layer %s, of which the store held %s", layer, held)
          .isEqualTo(held.contains(layer.digest()) ? 0 : layer.bytes());
    }
  }
}
