package io.github.containersnap.engine.etc;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.SystemFiles.Seen;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The two versions of a file in a deployment's /etc. Only reads.
 *
 * @param image the image's
 * @param here the machine's
 */
public record EtcVersions(Version image, Version here) {
  private static final String ETC = "/etc/";

  /**
   * One version.
   *
   * @param place where it lies, or would lie
   * @param seen what lies there; nothing if nothing does
   */
  public record Version(Path place, Optional<Seen> seen) {}

  /**
   * Looks at both.
   *
   * @param wanted the deployment; empty for the current one
   * @param path as {@code etc-diff} prints it, such as {@code /etc/hosts}
   * @throws NotADeploymentException if there is no such deployment
   * @throws RefusedException if there is no such file in either, or {@code path} leads elsewhere
   */
  public static EtcVersions of(Machine machine, Optional<DeploymentId> wanted, String path) {
    DeploymentId deployment =
        wanted.or(machine::current).orElseThrow(() -> NotADeploymentException.none("current"));
    SealedRoot root = machine.deployments().root(deployment);
    String below = belowEtc(path);
    EtcVersions versions =
        new EtcVersions(
            version(machine, root.imageEtc(), below), version(machine, root.etc(), below));
    if (versions.image().seen().isEmpty() && versions.here().seen().isEmpty()) {
      throw RefusedException.noSuchFile(path, deployment);
    }
    return versions;
  }

  /**
   * The path below /etc, as manifests have it.
   *
   * @throws RefusedException if {@code path} is not below /etc, or has {@code ..} or the like in it
   */
  public static String belowEtc(String path) {
    Path parsed = Path.of(path);
    String text = parsed.toString(); // without a slash at its end, which shells add
    if (!text.startsWith(ETC) || !parsed.normalize().equals(parsed)) {
      throw RefusedException.notBelowEtc(path);
    }
    return text.substring(ETC.length());
  }

  /** No link on the way is followed: it could lead out of the deployment. */
  private static Version version(Machine machine, Path etc, String path) {
    Path place = TreeManifest.locate(etc, path);
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      if (!machine
          .ports()
          .files()
          .isDirectory(TreeManifest.locate(etc, path.substring(0, slash)))) {
        return new Version(place, Optional.empty());
      }
    }
    return new Version(place, machine.ports().files().look(place));
  }
}
