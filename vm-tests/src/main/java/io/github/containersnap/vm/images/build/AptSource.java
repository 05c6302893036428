package io.github.containersnap.vm.images.build;

import java.util.List;
import java.util.Optional;

/**
 * One archive that this machine's apt knows (sources.list(5)).
 *
 * @param uri where it is
 * @param suites its suites, such as {@code bookworm}
 * @param components its components, such as {@code main}
 * @param signedBy the files of the keys it is signed with, comma-separated, or the key itself in
 *     ASCII armor; empty for the keys that apt trusts for everything
 * @param trusted whether it is used without signature
 */
record AptSource(
    String uri,
    List<String> suites,
    List<String> components,
    Optional<String> signedBy,
    boolean trusted) {

  AptSource {
    suites = List.copyOf(suites);
    components = List.copyOf(components);
  }

  boolean keyIsInline() {
    return signedBy.filter(key -> key.contains("-----BEGIN PGP")).isPresent();
  }

  /** The same source with its key in {@code file}. */
  AptSource withKeyFile(String file) {
    return new AptSource(uri, suites, components, Optional.of(file), trusted);
  }

  /** The one-line form of this source for {@code suite}, component main. */
  String line(String suite) {
    StringBuilder options = new StringBuilder();
    signedBy.ifPresent(key -> options.append(" signed-by=").append(key));
    if (trusted) {
      options.append(" trusted=yes");
    }
    String bracket = options.isEmpty() ? "" : "[%s] ".formatted(options.toString().strip());
    return "deb %s%s %s main".formatted(bracket, uri, suite);
  }
}
