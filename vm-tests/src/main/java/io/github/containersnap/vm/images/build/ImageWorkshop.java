package io.github.containersnap.vm.images.build;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.TreeDeletion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Builds images with buildah in a store of its own (vfs driver), which goes away with it. Layers
 * are not compressed: the same tree then has the same digest in every image that shares it.
 *
 * <p>buildah runs in the workshop's directory and all names are relative to it, so that blanks in
 * the path of a cache never reach a Containerfile.
 */
public final class ImageWorkshop implements AutoCloseable {
  /** The tag of everything that is built here. */
  public static final String TAG = "image";

  private static final int TAIL = 1_500;

  private final Path directory;
  private final ContainersConfiguration configuration;

  /** A workshop in a directory, which it makes. */
  public ImageWorkshop(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.configuration = ContainersConfiguration.writeTo(directory.resolve("configuration"));
    Files.createDirectories(directory.resolve("tmp"));
  }

  /** The build context of {@code recipe}, laid out; more files can be put beside its own. */
  public Path context(Recipe recipe) throws IOException {
    Path context = directory.resolve("context-" + recipe.name());
    recipe.layIn(context);
    return context;
  }

  /** Makes the layout {@code layout} available to a build; the result is its reference there. */
  public String use(String name, Path layout) throws IOException {
    Files.createSymbolicLink(directory.resolve(name), layout.toAbsolutePath());
    return reference(name);
  }

  /**
   * Builds {@code recipe} into the layout {@code name} in the workshop's directory.
   *
   * @return the layout's directory
   */
  public Path build(Recipe recipe, String name, Map<String, String> arguments) throws IOException {
    Path context = context(recipe);
    ExternalCommand command =
        NamespacedCommand.command("buildah", "--root", directory.resolve("store"))
            .with("--runroot", directory.resolve("store-run"), "--storage-driver", "vfs")
            .with("bud", "--layers=false", "--isolation", "chroot", "--dns", "none", "--no-hosts")
            .with("--signature-policy", configuration.policy(), "-t", reference(name))
            .with("-f", context.resolve(Recipe.CONTAINERFILE));
    for (Map.Entry<String, String> argument : arguments.entrySet()) {
      command = command.with("--build-arg", argument.getKey() + "=" + argument.getValue());
    }
    try {
      configuration
          .applyTo(command.with(context))
          .withEnvironment("TMPDIR", directory.resolve("tmp").toString())
          .in(directory)
          .run();
    } catch (CommandFailedException e) {
      throw new ImageBuildException(
          "buildah could not build the recipe vm-tests/images/%s: %s"
              .formatted(recipe.name(), tail(e.standardError())),
          e);
    }
    return directory.resolve(name);
  }

  /**
   * Builds {@code recipe}, whose Containerfile adds a tree as base.tar.
   *
   * @param tree the archive, on the filesystem of this workshop: a second name for it costs nothing
   */
  public Path buildOn(Path tree, Recipe recipe, String name) throws IOException {
    Files.createLink(context(recipe).resolve("base.tar"), tree);
    return build(recipe, name, Map.of());
  }

  /** The reference, in later builds, of the layout {@code name} that was built here. */
  public String built(String name) {
    return reference(name);
  }

  private static String reference(String name) {
    return "oci:" + name + ":" + TAG;
  }

  /** The end of what a program printed, for a message. */
  public static String tail(String text) {
    String stripped = text.strip();
    return stripped.length() <= TAIL
        ? stripped
        : "…" + stripped.substring(stripped.length() - TAIL);
  }

  @Override
  public void close() throws IOException {
    TreeDeletion.removeUnlessMounted(directory);
  }
}
