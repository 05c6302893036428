package io.github.containersnap.image.registry;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Whose certificates are believed: those of the system, and those for a registry in {@code
 * /etc/containers/certs.d/HOST:PORT} (containers-certs.d(5)). Client certificates are not sent.
 */
final class RegistryTrust {
  /** Debian's, Fedora's, openSUSE's. */
  private static final List<Path> SYSTEMS =
      List.of(
          Path.of("/etc/ssl/certs/ca-certificates.crt"),
          Path.of("/etc/pki/tls/certs/ca-bundle.crt"),
          Path.of("/etc/ssl/ca-bundle.pem"));

  private RegistryTrust() {}

  /**
   * TLS with the registry {@code host}.
   *
   * @throws IOException if certificates cannot be read
   */
  static SSLContext context(String host, boolean insecure) throws IOException {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, insecure ? new TrustManager[] {new Everybody()} : managers(host), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException("certificates cannot be used: " + e.getMessage(), e);
    }
  }

  private static TrustManager[] managers(String host) throws IOException, GeneralSecurityException {
    List<Certificate> all = new ArrayList<>();
    Optional<Path> system = systems();
    if (system.isPresent()) {
      all.addAll(certificates(system.get()));
    }
    for (Path directory : directories(host)) {
      if (Files.isDirectory(directory)) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.crt")) {
          for (Path file : files) {
            all.addAll(certificates(file));
          }
        }
      }
    }
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    for (int i = 0; i < all.size(); i++) {
      store.setCertificateEntry("ca-" + i, all.get(i));
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(all.isEmpty() ? null : store);
    return factory.getTrustManagers();
  }

  private static Optional<Path> systems() {
    return Optional.ofNullable(System.getenv("SSL_CERT_FILE"))
        .filter(it -> !it.isEmpty())
        .map(Path::of)
        .or(() -> SYSTEMS.stream().filter(Files::isRegularFile).findFirst());
  }

  private static List<Path> directories(String host) {
    List<Path> directories = new ArrayList<>();
    directories.add(Path.of("/etc/containers/certs.d", host));
    directories.add(Path.of("/etc/docker/certs.d", host));
    Optional.ofNullable(System.getenv("HOME"))
        .ifPresent(home -> directories.add(Path.of(home, ".config/containers/certs.d", host)));
    return directories;
  }

  private static List<Certificate> certificates(Path file)
      throws IOException, GeneralSecurityException {
    try (InputStream in = Files.newInputStream(file)) {
      return List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
    }
  }

  /** Believes everybody, whatever the certificate and whoever it is for. */
  private static final class Everybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
