package io.github.containersnap.harness.registry;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Debian's docker-registry on a free port of this machine, with an empty store. Closing ends it.
 *
 * @param process the server
 * @param address {@code HOST:PORT}
 * @param directory its files
 */
public record LocalRegistry(Process process, String address, Path directory)
    implements AutoCloseable {
  /** Who may log in where a password is asked for. */
  public static final String USER = "tester";

  /** The password of {@link #USER}. */
  public static final String PASSWORD = "correct";

  /** bcrypt of the password, as htpasswd(1) writes it; docker-registry takes no other kind. */
  private static final String HTPASSWD =
      USER + ":$2a$04$abcdefghijklmnopqrstuu2Vo3TWutZSHUfluiaHt5gekKPzGepHC\n";

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** What it says of the port that it has. */
  private static final Pattern LISTENING =
      Pattern.compile("listening on (127\\.0\\.0\\.1:\\d+)[\",]");

  /** One that speaks HTTP and lets everybody do everything. */
  public static LocalRegistry open(Workspace workspace, String name) throws IOException {
    return start(workspace, name, "");
  }

  /** One that speaks HTTP and asks for a password. */
  public static LocalRegistry withPassword(Workspace workspace, String name) throws IOException {
    Path passwords = Files.writeString(workspace.file(name + ".htpasswd"), HTPASSWD);
    return start(
        workspace,
        name,
        """
        auth:
          htpasswd:
            realm: tests
            path: %s
        """
            .formatted(passwords));
  }

  /** One that speaks HTTPS, with a certificate that no client trusts. */
  static LocalRegistry withUnknownCertificate(Workspace workspace, String name) throws IOException {
    Path key = workspace.file(name + ".key");
    Path certificate = workspace.file(name + ".crt");
    ExternalCommand.of("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2")
        .with("-subj", "/CN=test", "-addext", "subjectAltName=IP:127.0.0.1")
        .with("-keyout", key, "-out", certificate)
        .run();
    return start(
        workspace,
        name,
        """
          tls:
            certificate: %s
            key: %s
        """
            .formatted(certificate, key));
  }

  private static LocalRegistry start(Workspace workspace, String name, String more)
      throws IOException {
    Path directory = Files.createDirectory(workspace.file(name));
    Path configuration =
        Files.writeString(
            directory.resolve("config.yml"),
            """
            version: 0.1
            log:
              level: info
              accesslog:
                disabled: true
            storage:
              filesystem:
                rootdirectory: %s
            http:
              addr: 127.0.0.1:0
            """
                    .formatted(directory)
                + more);
    Process process =
        workspace.startDaemon(
            name + "-server", List.of("docker-registry", "serve", configuration.toString()));
    return new LocalRegistry(
        process, awaitAddress(process, workspace.file(name + "-server.output")), directory);
  }

  /** The port is the kernel's choice at the moment it is taken: nobody else can have it. */
  private static String awaitAddress(Process process, Path output) throws IOException {
    Instant end = Instant.now().plus(PATIENCE);
    while (true) {
      String said = Files.exists(output) ? Files.readString(output) : "";
      Matcher listening = LISTENING.matcher(said);
      if (listening.find()) {
        return listening.group(1);
      }
      if (!process.isAlive() || Instant.now().isAfter(end)) {
        process.destroyForcibly();
        throw new IllegalStateException("docker-registry does not listen; it said: " + said);
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a registry starts", e);
    }
  }

  /** An image of it, as the command line names it. */
  public String reference(String nameAndTag) {
    return "docker://" + address + "/" + nameAndTag;
  }

  /** Copies an image into it, with the password where it wants one. */
  public void push(String source, String nameAndTag, Object... options) {
    ExternalCommand.of("skopeo", "--insecure-policy", "copy", "--quiet", "--dest-tls-verify=false")
        .with("--dest-creds", USER + ":" + PASSWORD)
        .with(options)
        .with(source, reference(nameAndTag))
        .run();
  }

  @Override
  public void close() {
    process.destroy();
    boolean interrupted = false;
    while (true) {
      try {
        process.waitFor();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
        process.destroyForcibly();
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
