package io.github.containersnap.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The file that says which images are accepted: containers-policy.json(5). */
public final class SignaturePolicy {
  private static final Path SYSTEM = Path.of("/etc/containers/policy.json");

  private SignaturePolicy() {}

  /**
   * The one that was asked for, else the system's. Where there is none podman and skopeo refuse
   * everything; here everything is accepted then, by a file in {@code run}.
   */
  public static Path file(RegistryAccess access, Path run) {
    return access.signaturePolicy().orElseGet(() -> Files.exists(SYSTEM) ? SYSTEM : any(run));
  }

  private static Path any(Path run) {
    Path file = run.resolve("policy.json");
    try {
      return Files.writeString(
          file,
          """
          {"default": [{"type": "insecureAcceptAnything"}]}
          """);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }
}
