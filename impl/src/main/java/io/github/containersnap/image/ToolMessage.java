package io.github.containersnap.image;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.CommandStalledException;
import io.github.containersnap.command.PrintableText;
import io.github.containersnap.engine.model.ImageReference;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sentence in what podman or skopeo wrote when it failed.
 *
 * @param sentence why it failed, in its words, on one line of bounded length; nothing in it can
 *     steer a terminal
 */
public record ToolMessage(String sentence) {
  private static final Pattern LOG_LINE =
      Pattern.compile(".*level=(?:fatal|error) msg=\"(.*)\"\\s*");
  private static final Pattern ERROR = Pattern.compile("Error: +(.*)");

  /** What they put before a sentence, and what the message around it says already. */
  private static final Pattern REPEATED =
      Pattern.compile(
          "^(?:initializing source|Error parsing image name|parsing image name) [^ ]+: ");

  /** Where they kept a blob, which is gone by now. */
  private static final Pattern TEMPORARY =
      Pattern.compile("writing blob: storing blob to file \"[^\"]*\": happened during read: ");

  /** Both ends of a connection that is gone by now. */
  private static final Pattern ENDS = Pattern.compile("\\bread tcp \\S+->\\S+: read: ");

  private static final Pattern CUT = Pattern.compile("\\b(?:EOF|connection reset by peer)$");

  private static final int LONGEST = 800;

  public ToolMessage {
    sentence = printable(sentence);
  }

  /** The last line, without what is around the sentence; else all there is. */
  public static ToolMessage of(CommandFailedException failure, ImageReference reference) {
    if (failure instanceof CommandStalledException stalled) {
      return new ToolMessage(
          (reference.isLocal()
                  ? "hardly a byte could be read of it for "
                  : "hardly a byte has come from there for ")
              + CommandStalledException.inWords(stalled.patience()));
    }
    List<String> lines = failure.standardError().lines().filter(line -> !line.isBlank()).toList();
    return new ToolMessage(
        lines.isEmpty()
            ? failure.getMessage()
            : sentence(lines.getLast())
                .map(said -> withCause(said, reference))
                .orElseGet(failure::getMessage));
  }

  /** A file that ends too early is truncated; only of a registry it tells of the connection. */
  private static String withCause(String sentence, ImageReference reference) {
    Optional<Unreachable> unreachable = Unreachable.in(sentence);
    if (unreachable.isPresent()) {
      return "%s (%s)".formatted(unreachable.get().cause(), sentence);
    }
    if (!CUT.matcher(sentence).find()) {
      return sentence;
    }
    return sentence + (reference.isLocal() ? " (it is truncated)" : " (the connection was cut)");
  }

  private static Optional<String> sentence(String line) {
    Matcher log = LOG_LINE.matcher(line);
    if (log.matches()) {
      return Optional.of(log.group(1).replace("\\\"", "\"")).map(ToolMessage::unrepeated);
    }
    Matcher error = ERROR.matcher(line);
    return error.matches() ? Optional.of(unrepeated(error.group(1))) : Optional.empty();
  }

  private static String unrepeated(String sentence) {
    String shorter = REPEATED.matcher(sentence).replaceFirst("");
    shorter = TEMPORARY.matcher(shorter).replaceFirst("reading a blob: ");
    shorter = ENDS.matcher(shorter).replaceAll("");
    return shorter;
  }

  private static String printable(String text) {
    String safe = PrintableText.of(text.replaceAll("\\s+", " "));
    return safe.length() <= LONGEST ? safe : "…" + safe.substring(safe.length() - LONGEST);
  }

  /** What to do about it, where its cause can be told. */
  public Optional<String> advice() {
    Optional<Unreachable> unreachable = Unreachable.in(sentence);
    if (unreachable.isPresent()) {
      return unreachable.map(Unreachable::advice);
    }
    if (says("Source image rejected", "is rejected by policy", "signature was required")) {
      return Optional.of(
          "The signature policy (/etc/containers/policy.json or --signature-policy) does not accept"
              + " it: have it signed, or change the policy.");
    }
    if (says("unauthorized", "authentication required", "denied", "invalid username/password")) {
      return Optional.of(
          "Log in with `podman login`, or name a file of valid logins with --authfile.");
    }
    if (says("StatusCode: 429", "toomanyrequests", "too many requests")) {
      return Optional.of("The registry was asked too often: wait a while, then try again.");
    }
    if (says("unexpected HTTP status: 5", "status code from registry 5")) {
      return Optional.of("The registry has a problem of its own: try again later.");
    }
    if (says("x509:", "server gave HTTP response to HTTPS client", "tls: ")) {
      return Optional.of(
          "Put the registry's CA into /etc/containers/certs.d/HOST:PORT/ca.crt, or use --insecure"
              + " if you trust the network.");
    }
    return Optional.empty();
  }

  private boolean says(String... parts) {
    return List.of(parts).stream().anyMatch(sentence::contains);
  }
}
