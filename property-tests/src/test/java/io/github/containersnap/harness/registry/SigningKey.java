package io.github.containersnap.harness.registry;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * A GPG key in a key ring of its own. Closing ends the agent that gpg started for it.
 *
 * @param home the key ring's directory
 * @param fingerprint the key's
 * @param publicKey its public half, in a file
 */
record SigningKey(Path home, String fingerprint, Path publicKey) implements AutoCloseable {
  /** Makes a key without a passphrase. */
  static SigningKey make(Workspace workspace, String name) throws IOException {
    // Not below the workspace: the agent's sockets are there, and their paths must be short.
    Path home =
        Files.createTempDirectory(
            "gpg",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    gpg(home, "--batch", "--passphrase", "", "--quick-generate-key")
        .with(name + "@test.example", "ed25519", "sign", "never")
        .run();
    String fingerprint =
        gpg(home, "--batch", "--with-colons", "--list-keys").run().lines().stream()
            .filter(line -> line.startsWith("fpr:"))
            .map(line -> line.split(":", -1)[9])
            .findFirst()
            .orElseThrow();
    Path publicKey = workspace.file(name + ".gpg");
    gpg(home, "--batch", "--output", publicKey, "--export", fingerprint).run();
    return new SigningKey(home, fingerprint, publicKey);
  }

  private static ExternalCommand gpg(Path home, Object... arguments) {
    return ExternalCommand.of("gpg").with(arguments).withEnvironment("GNUPGHOME", home.toString());
  }

  /** Copies {@code source} into {@code registry}, with a signature beside it. */
  void sign(String source, LocalRegistry registry, String nameAndTag, Path registriesDirectory) {
    ExternalCommand.of("skopeo", "--insecure-policy", "--registries.d", registriesDirectory)
        .with("copy", "--quiet", "--dest-tls-verify=false", "--sign-by", fingerprint)
        .with(source, registry.reference(nameAndTag))
        .withEnvironment("GNUPGHOME", home.toString())
        .run();
  }

  @Override
  public void close() {
    ExternalCommand.of("gpgconf", "--kill", "all")
        .withEnvironment("GNUPGHOME", home.toString())
        .run();
    ExternalCommand.of("rm", "-rf", home).run();
  }
}
