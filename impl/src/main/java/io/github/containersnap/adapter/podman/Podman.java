package io.github.containersnap.adapter.podman;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.adapter.linux.RootOnlyDirectory;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.image.ReadableImage;
import io.github.containersnap.image.RegistryAccess;
import io.github.containersnap.image.SignaturePolicy;
import io.github.containersnap.image.signature.ImageVerification;
import io.github.containersnap.image.signature.VerifiedImage;
import io.github.containersnap.oci.OciLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The podman and skopeo programs, run so that they keep nothing outside the graphroot.
 *
 * <p>podman's database of containers notes the graphroot's path and refuses to work on it under
 * another, and container-snap has no containers; so each run gets a database, a runroot and a
 * configuration of its own, and they are removed after it. Temporary blobs stay on the filesystem
 * they belong to, in the graphroot.
 *
 * @param runtimeDirectory where the files of a run go; it should be on a tmpfs
 * @param registries how images are asked for and which are believed
 */
public record Podman(Path runtimeDirectory, RegistryAccess registries) {

  private static final LinuxFiles FILES = new LinuxFiles();
  private static final String RUN = "podman-";

  /** podman's own name for it, with {@code image_copy_tmp_dir = "storage"}. */
  static final String TEMPORARY = "tmp";

  /** The directory of a run, with the number of its process. */
  private static final Pattern OWNED_RUN = Pattern.compile(RUN + "(\\d{1,18})-\\d+");

  /** As the system is set up, but perhaps without {@code verifyTls}. */
  public Podman(Path runtimeDirectory, boolean verifyTls) {
    this(
        runtimeDirectory,
        new RegistryAccess(
            verifyTls, Optional.empty(), Optional.empty(), RegistryAccess.USUAL_PATIENCE));
  }

  /**
   * Does something with an image that podman and skopeo can be shown.
   *
   * @throws io.github.containersnap.image.UnreadableImageException if they may not be shown it
   */
  <T> T reading(Path graphRoot, ImageReference reference, Function<ReadableImage, T> use) {
    return inRun(
        run -> {
          try (ReadableImage image =
              ReadableImage.outsideStorage(reference, registries, run, room(graphRoot))) {
            return use.apply(image);
          }
        });
  }

  /**
   * Verifies the signatures that this machine requires of an image.
   *
   * @return what they vouch for; empty if none is required
   */
  Optional<VerifiedImage> verified(ImageReference reference) {
    return inRun(
        run -> ImageVerification.of(reference, registries, run, OciLayout.hostArchitecture()));
  }

  CommandOutput pull(Path graphRoot, ReadableImage image) {
    return onStore(
        graphRoot,
        run ->
            image
                .appendTo(
                    podman(run, graphRoot, "pull", "--quiet")
                        .with(access())
                        .with("--signature-policy", SignaturePolicy.file(registries, run)))
                .runUnlessStalled(registries.patience()));
  }

  void removeImage(Path graphRoot, ImageId image) {
    onStore(graphRoot, run -> removal(run, graphRoot, image.hex()).run());
  }

  /**
   * Lets podman open the store, which removes the layers that it finds incomplete. Its exit status
   * tells something else: whether it can list the images, also those that have lost such a layer.
   */
  void open(Path graphRoot) {
    var _ =
        onStore(graphRoot, run -> podman(run, graphRoot, "image", "ls", "--quiet").runAnyStatus());
  }

  /**
   * Lets podman remove an image that has lost its layers. Its exit status is not looked at: where
   * the image stays, the store is proven to be damaged.
   */
  void forget(Path graphRoot, String image) {
    var _ = onStore(graphRoot, run -> removal(run, graphRoot, image).runAnyStatus());
  }

  private static ExternalCommand removal(Path run, Path graphRoot, String image) {
    return podman(run, graphRoot, "image", "rm", "--force", "--ignore", image);
  }

  private CommandOutput onStore(Path graphRoot, Run<CommandOutput> command) {
    try {
      return inRun(command);
    } finally {
      new DriverBindMount(graphRoot).release();
    }
  }

  /**
   * Lets skopeo inspect an image. It unpacks an archive in {@code graphRoot} if it has to. Before
   * an installation there is no store yet: a directory made for it would lie below a mount point,
   * and stay.
   */
  CommandOutput inspect(Path graphRoot, ReadableImage image, Object... options) {
    return inRun(
        run ->
            image
                .appendTo(
                    ExternalCommand.of("skopeo", "--policy", SignaturePolicy.file(registries, run))
                        .endingWithThisProcess()
                        .with("--tmpdir", Files.isDirectory(graphRoot) ? temporary(graphRoot) : run)
                        .with("inspect")
                        .with(access())
                        .with(options))
                .runUnlessStalled(registries.patience()));
  }

  /** Where an archive may be unpacked for podman and skopeo. */
  Path room(Path graphRoot) {
    if (Files.isDirectory(graphRoot)) {
      return temporary(graphRoot);
    }
    RootOnlyDirectory.make(runtimeDirectory);
    return runtimeDirectory;
  }

  private static ExternalCommand podman(Path run, Path graphRoot, Object... arguments) {
    return ExternalCommand.of("podman")
        .endingWithThisProcess()
        .with(arguments)
        .withEnvironment("CONTAINERS_CONF", configuration(run).toString())
        .withEnvironment("CONTAINERS_STORAGE_CONF", storage(run, graphRoot).toString())
        .withEnvironment("TMPDIR", temporary(graphRoot).toString());
  }

  /**
   * Where podman and skopeo put what may become as large as an image. It lies on the store's own
   * filesystem, whose room has been asked for; {@link PodmanStore#removeLeftovers} empties it.
   */
  private static Path temporary(Path graphRoot) {
    Path directory = graphRoot.resolve(TEMPORARY);
    RootOnlyDirectory.make(directory);
    return directory;
  }

  /**
   * Options that podman and skopeo share. TLS is never asked for: the option would go before what
   * registries.conf says of a registry.
   */
  private Object[] access() {
    List<String> options = new ArrayList<>();
    if (!registries.verifyTls()) {
      options.add("--tls-verify=false");
    }
    registries.authFile().ifPresent(file -> options.add("--authfile=" + file));
    return options.toArray();
  }

  private static Path configuration(Path run) {
    return write(
        run.resolve("containers.conf"),
        """
        [network]
        network_backend = "netavark"
        [engine]
        remote = false
        cgroup_manager = "cgroupfs"
        events_logger = "none"
        image_copy_tmp_dir = "storage"
        static_dir = "%1$s/static"
        tmp_dir = "%1$s/tmp"
        volume_path = "%1$s/volumes"
        """
            .formatted(run));
  }

  private static Path storage(Path run, Path graphRoot) {
    return write(
        run.resolve("storage.conf"),
        """
        [storage]
        driver = "btrfs"
        graphroot = "%s"
        runroot = "%s/run"
        """
            .formatted(graphRoot, run));
  }

  private static Path write(Path file, String text) {
    try {
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  private interface Run<T> {
    T in(Path directory);
  }

  private <T> T inRun(Run<T> command) {
    try {
      RootOnlyDirectory.make(runtimeDirectory);
      Path run =
          Files.createTempDirectory(runtimeDirectory, RUN + ProcessHandle.current().pid() + "-");
      try {
        return command.in(run);
      } finally {
        FILES.deleteTree(run);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot use " + runtimeDirectory, e);
    }
  }

  /** Removes the files of runs whose process was killed before it could. */
  void removeLeftovers() {
    if (!Files.isDirectory(runtimeDirectory)) {
      return;
    }
    try (Stream<Path> runs = Files.list(runtimeDirectory)) {
      for (Path run : runs.filter(Podman::isOfADeadProcess).toList()) {
        FILES.deleteTree(run);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot remove what a killed run left in " + runtimeDirectory, e);
    }
  }

  private static boolean isOfADeadProcess(Path run) {
    Matcher name = OWNED_RUN.matcher(run.getFileName().toString());
    return name.matches() && ProcessHandle.of(Long.parseLong(name.group(1))).isEmpty();
  }
}
