package io.github.containersnap.image;

import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A registry that does not answer, in plain words. podman and skopeo say it in those of Go's
 * network library.
 *
 * @param cause what is wrong, the end of a sentence
 * @param advice what to do about it
 */
record Unreachable(String cause, String advice) {
  /** Of a failed look-up or connection: how Go says it, and what that means. */
  private record Kind(Pattern said, String cause, String advice) {
    private Optional<Unreachable> in(String sentence) {
      Matcher matcher = said.matcher(sentence);
      return matcher.find()
          ? Optional.of(new Unreachable(cause.formatted(matcher.group(1)), advice))
          : Optional.empty();
    }
  }

  private static final List<Kind> KINDS =
      List.of(
          new Kind(
              Pattern.compile("\\blookup (\\S+?)(?: on \\S+)?: no such host"),
              "no address is known for %s",
              "Check the registry's name, and the name servers of this machine."),
          new Kind(
              Pattern.compile("\\blookup (\\S+?)(?: on \\S+)?: "),
              "no name server could be asked for %s",
              "Check the network and the name servers of this machine, then try again."),
          new Kind(
              Pattern.compile("\\bdial tcp (\\S+): connect: connection refused"),
              "nothing listens at %s",
              "Check the registry's address and port, and that it runs."),
          new Kind(
              Pattern.compile(
                  "\\bdial tcp (\\S+): connect: (?:network is unreachable|no route to host)"),
              "no way leads to %s",
              "Check the network of this machine, then try again."),
          new Kind(
              Pattern.compile("\\bdial tcp (\\S+): (?:i/o timeout|connect: connection timed out)"),
              "%s does not answer",
              "Check the network and the firewalls between, then try again."));

  /** What {@code sentence} of podman or skopeo says of it, if it does. */
  static Optional<Unreachable> in(String sentence) {
    return KINDS.stream().map(kind -> kind.in(sentence)).flatMap(Optional::stream).findFirst();
  }
}
