package io.github.containersnap.vm.images;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.TreeDeletion;
import io.github.containersnap.vm.images.build.DebianBase;
import io.github.containersnap.vm.images.build.HostPackage;
import io.github.containersnap.vm.images.build.ImageBuildException;
import io.github.containersnap.vm.images.build.ImageWorkshop;
import io.github.containersnap.vm.images.build.NamespacedCommand;
import io.github.containersnap.vm.images.build.Recipe;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A Debian host as its installer leaves it, on an ordinary subvolume: the system of {@link
 * DebianHostPair} with Debian's GRUB, its kernel arguments in /etc/default/grub, and container-snap
 * installed as a package. No image is behind it.
 */
public final class PlainDebianHost {
  private static final Recipe RECIPE =
      Recipe.ofScripts("debian-plain-host", "settle.sh", "boot-by-grub.sh");

  private final ImageCache cache;
  private final Consumer<String> progress;
  private final HostPackage program;
  private final DebianBase base;

  /**
   * A host.
   *
   * @param cache where its tree is kept, one for each build of the program
   * @param progress told in words what takes long
   * @param program what is installed in it
   */
  public PlainDebianHost(ImageCache cache, Consumer<String> progress, HostPackage program) {
    this.cache = cache;
    this.progress = progress;
    this.program = program;
    this.base = DebianBase.plainHost(cache, progress);
  }

  /**
   * Lays the tree out, made if the cache does not have it.
   *
   * @param root an empty directory, such as a subvolume
   * @throws ImageBuildException if this machine cannot make it; the message says why
   */
  public void layOut(Path root) {
    Path archive = cache.entry("debian-plain-host", inputs(), this::build).resolve("host.tar");
    unpack(archive, root);
  }

  /**
   * Lets a tree that was laid out boot by its own GRUB. The tree must have its fstab, and nobody
   * may have its filesystem mounted.
   *
   * @param device the btrfs
   * @param subvolume the tree's, from the top level
   * @param filesystem the UUID of the btrfs
   * @param work an empty directory
   * @throws ImageBuildException if GRUB's tools fail; the message says why
   */
  public static void bootByGrub(Path device, String subvolume, String filesystem, Path work) {
    try {
      RECIPE.layIn(work);
      run(
          NamespacedCommand.command(
              "sh", work.resolve("boot-by-grub.sh"), device, subvolume, work, filesystem));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make %s boot by GRUB".formatted(subvolume), e);
    }
  }

  private List<String> inputs() {
    List<String> inputs = new ArrayList<>(base.inputs());
    inputs.add(program.digest());
    inputs.addAll(DebianHostPair.SYSTEM.inputs());
    inputs.addAll(RECIPE.inputs());
    return inputs;
  }

  private void build(Path entry) throws IOException {
    Path archive = base.archive();
    progress.accept("making a plain Debian host (once for each build, about 60 s) …");
    Path workshop = Files.createDirectory(entry.resolve("workshop"));
    try {
      Path tree = Files.createDirectory(workshop.resolve("tree"));
      unpack(archive, tree);
      DebianHostPair.SYSTEM.layIn(tree.resolve("recipe"));
      Files.copy(program.file(), tree.resolve("container-snap.deb"));
      RECIPE.layIn(workshop);
      run(NamespacedCommand.command("sh", workshop.resolve("settle.sh"), tree));
      ExternalCommand.of("tar", "--create", "--xattrs", "--xattrs-include=*", "--numeric-owner")
          .with("--file", entry.resolve("host.tar"), "--directory", tree, ".")
          .run();
    } finally {
      TreeDeletion.removeUnlessMounted(workshop);
    }
  }

  private static void unpack(Path archive, Path root) {
    ExternalCommand.of("tar", "--extract", "--xattrs", "--xattrs-include=*", "--numeric-owner")
        .with("--preserve-permissions", "--file", archive, "--directory", root)
        .run();
  }

  private static void run(ExternalCommand command) {
    try {
      command.run();
    } catch (CommandFailedException e) {
      throw new ImageBuildException(
          "a plain Debian host could not be made: " + ImageWorkshop.tail(e.standardError()), e);
    }
  }
}
