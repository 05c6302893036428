package io.github.containersnap.vm.images.build;

import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Configuration of buildah and skopeo that does not depend on what this machine's administrator
 * chose for theirs.
 *
 * @param directory where the files lie: {@code containers.conf}, {@code storage.conf}, {@code
 *     policy.json}
 */
public record ContainersConfiguration(Path directory) {

  /** Writes the files of a configuration into a directory. */
  public static ContainersConfiguration writeTo(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(
        directory.resolve("containers.conf"),
        """
        [engine]
        cgroup_manager = "cgroupfs"
        events_logger = "file"
        runtime = "runc"
        [network]
        network_backend = "netavark"
        """);
    Files.writeString(directory.resolve("storage.conf"), "[storage]\ndriver = \"vfs\"\n");
    // Signatures are the business of whoever fetched an image; digests are always verified.
    Files.writeString(
        directory.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
    return new ContainersConfiguration(directory);
  }

  /** The policy that says which signatures an image needs: none. */
  public Path policy() {
    return directory.resolve("policy.json");
  }

  /** {@code command} with this configuration for its engine and, if it opens one, its store. */
  public ExternalCommand applyTo(ExternalCommand command) {
    return command
        .withEnvironment("CONTAINERS_CONF", directory.resolve("containers.conf").toString())
        .withEnvironment("CONTAINERS_STORAGE_CONF", directory.resolve("storage.conf").toString());
  }
}
