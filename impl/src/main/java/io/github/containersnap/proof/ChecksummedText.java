package io.github.containersnap.proof;

import io.github.containersnap.base.Sha256;
import java.util.List;
import java.util.Optional;

/**
 * Lines with a title above them and a digest of it all below, so that what a crash or bad luck left
 * of them is told from the whole. It is no signature: who may write the file can forge it, and
 * could as well write the deployments.
 */
final class ChecksummedText {
  private static final String DIGEST = "sha256 ";

  private ChecksummedText() {}

  static String seal(String title, List<String> lines) {
    StringBuilder text = new StringBuilder(title).append('\n');
    for (String line : lines) {
      text.append(line).append('\n');
    }
    return text + DIGEST + digest(text.toString()) + "\n";
  }

  /** The lines that were sealed under {@code title}; empty if the text is anything else. */
  static Optional<List<String>> open(String text, String title) {
    int last = text.lastIndexOf('\n', text.length() - 2) + 1;
    String sealed = text.substring(0, last);
    if (!sealed.startsWith(title + "\n")
        || !text.substring(last).equals(DIGEST + digest(sealed) + "\n")) {
      return Optional.empty();
    }
    return Optional.of(sealed.substring(title.length() + 1).lines().toList());
  }

  private static String digest(String text) {
    return Sha256.hex(text);
  }
}
