package io.github.containersnap.vm.images;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.linux.TreeDeletion;
import io.github.containersnap.vm.images.build.ContainersConfiguration;
import io.github.containersnap.vm.images.build.DebianTree;
import io.github.containersnap.vm.images.build.ImageBuildException;
import io.github.containersnap.vm.images.build.ImageWorkshop;
import io.github.containersnap.vm.images.build.NamespacedCommand;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The container image that virtual machines run in: QEMU, its firmware and qemu-img, of Debian's
 * packages. It is kept in a container store of its own in the cache, which engines use beside their
 * own, read-only: so it is never loaded again.
 */
public final class QemuImage {
  /** How an engine that uses {@link #store()} names the image. */
  public static final String NAME = "localhost/container-snap-qemu:1";

  /** The storage driver that the store is of. An engine that uses the store must have the same. */
  public static final String DRIVER = "overlay";

  /** Raised when this class makes another image from the same packages. */
  private static final String REVISION = "1";

  private static final DebianTree TREE =
      new DebianTree(List.of("qemu-system-x86", "qemu-utils", "ovmf", "seabios"), List.of());

  private final ImageCache cache;
  private final Consumer<String> progress;

  /**
   * @param cache where the image is kept
   * @param progress told in words what takes long
   */
  public QemuImage(ImageCache cache, Consumer<String> progress) {
    this.cache = cache;
    this.progress = progress;
  }

  /**
   * The store with the image, made if the cache does not have it.
   *
   * @throws ImageBuildException if this machine cannot make it; the message says why
   */
  public Path store() {
    List<String> inputs = new ArrayList<>(List.of(REVISION, DRIVER, NAME));
    inputs.addAll(TREE.inputs());
    return cache.entry("qemu", inputs, this::build).resolve("store");
  }

  private void build(Path entry) throws IOException {
    progress.accept("making the image with QEMU from Debian packages (once, about 45 s) …");
    Path workshop = Files.createDirectory(entry.resolve("workshop"));
    TREE.makeIn(workshop, "qemu.tar");
    ContainersConfiguration configuration =
        ContainersConfiguration.writeTo(workshop.resolve("configuration"));
    Files.writeString(
        configuration.directory().resolve("storage.conf"),
        """
        [storage]
        driver = "%s"
        graphroot = "%s"
        runroot = "%s"
        """
            .formatted(DRIVER, entry.resolve("store"), workshop.resolve("run")));
    try {
      configuration
          .applyTo(
              NamespacedCommand.command(
                  "podman", "import", "--quiet", workshop.resolve("qemu.tar"), NAME))
          .withEnvironment("TMPDIR", workshop.toString())
          .run();
    } catch (CommandFailedException e) {
      throw new ImageBuildException(
          "podman could not make an image of QEMU's tree: " + ImageWorkshop.tail(e.standardError()),
          e);
    } finally {
      TreeDeletion.removeUnlessMounted(workshop);
    }
  }
}
