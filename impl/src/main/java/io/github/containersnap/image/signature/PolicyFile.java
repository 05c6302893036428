package io.github.containersnap.image.signature;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the policy: the policy itself, or a key that it names. */
final class PolicyFile {
  private PolicyFile() {}

  /**
   * Reads one.
   *
   * @param largest how many bytes it may have
   * @param remark what follows where a message says that it has more
   * @throws UnusableKeyPolicyException if it is no file, is larger, or cannot be read
   */
  static byte[] read(Path file, int largest, String remark) {
    if (!Files.isRegularFile(file)) {
      throw new UnusableKeyPolicyException(
          file, Files.exists(file) ? "it is not a file" : "there is no such file");
    }
    try {
      if (Files.size(file) > largest) {
        throw new UnusableKeyPolicyException(
            file, "it has more than %,d bytes%s".formatted(largest, remark));
      }
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UnusableKeyPolicyException(file, "it cannot be read: " + e.getMessage());
    }
  }
}
