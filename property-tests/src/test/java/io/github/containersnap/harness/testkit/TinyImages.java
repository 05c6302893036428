package io.github.containersnap.harness.testkit;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes tiny images. The versions share a base layer and differ in a small one above it. Their ids
 * rise in the order in which they are made, so that lists in the order of ids can be compared with
 * fixtures.
 */
public final class TinyImages {
  private static final int SMALL_FILES = 40;
  private static final LocalDate FIRST_BUILT = LocalDate.of(2026, 1, 1);

  private final Path directory;
  private int layers;
  private String lastId = "";

  /**
   * Makes images below a directory.
   *
   * @param directory is made if it is missing
   */
  public TinyImages(Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
  }

  /** Where the layouts are. */
  public Path directory() {
    return directory;
  }

  /** What lies in a layer: files put below a root. */
  @FunctionalInterface
  public interface LayerContent {
    /** Puts them there. */
    void into(TestTree tree) throws IOException;

    /** These files, then those of {@code other}, in one layer. */
    default LayerContent and(LayerContent other) {
      return tree -> {
        into(tree);
        other.into(tree);
      };
    }
  }

  /** The layer at the bottom of every version. */
  public static void base(TestTree tree) throws IOException {
    withoutKernel(tree);
    tree.kernel("6.1.0");
  }

  /** The same but for the kernel. */
  public static void withoutKernel(TestTree tree) throws IOException {
    tree.skeleton();
    tree.write("etc/hostname", "tiny\n");
    tree.write("etc/motd", "welcome\n");
    for (int i = 0; i < SMALL_FILES; i++) {
      tree.write("usr/share/tiny/" + i, ("file " + i + "\n").repeat(500));
    }
  }

  /** Version {@code number} of the system. */
  public TinyImage version(int number) throws IOException {
    return version(number, tree -> {});
  }

  /** Version {@code number} of the system, with what {@code more} adds to its upper layer. */
  public TinyImage version(int number, LayerContent more) throws IOException {
    LayerContent top =
        tree -> {
          tree.write("etc/os-release", "PRETTY_NAME=\"Tiny %d\"\n".formatted(number));
          tree.write("etc/app.conf", "version = %d\n".formatted(number));
          tree.write("usr/share/version", number + "\n");
        };
    return ofLayers(
        "tiny-" + number,
        FIRST_BUILT.plusDays(number - 1),
        List.of(TinyImages::base, top.and(more)));
  }

  /** An image of these layers, bottom first, and no others. */
  public TinyImage ofLayers(String name, List<LayerContent> contents) throws IOException {
    return ofLayers(name, FIRST_BUILT, contents);
  }

  private TinyImage ofLayers(String name, LocalDate built, List<LayerContent> contents)
      throws IOException {
    TestImage layout = TestImage.in(directory.resolve(name));
    List<String> digests = new ArrayList<>();
    for (LayerContent content : contents) {
      digests.add(layout.add(layer(content)));
    }
    lastId = layout.complete(configuration(built, digests), digests);
    return new TinyImage(layout.directory(), lastId);
  }

  private byte[] layer(LayerContent content) throws IOException {
    Path root = Files.createDirectory(directory.resolve("layer-" + ++layers));
    content.into(new TestTree(root));
    Path archive = root.resolveSibling(root.getFileName() + ".tar");
    ExternalCommand.of("tar", "--format=pax", "--sort=name", "--mtime=@0", "--numeric-owner")
        .with("--pax-option=delete=atime,delete=ctime", "-C", root, "-cf", archive, ".")
        .run();
    return Files.readAllBytes(archive);
  }

  /** A configuration whose digest, the image id, is larger than that of the image before. */
  private String configuration(LocalDate built, List<String> digests) {
    List<String> diffIds = digests.stream().map("\"sha256:%s\""::formatted).toList();
    for (int attempt = 0; ; attempt++) {
      String configuration =
          """
          {"architecture": "amd64", "os": "linux", "created": "%sT00:00:00Z",
           "author": "%d", "config": {},
           "rootfs": {"type": "layers", "diff_ids": [%s]}}
          """
              .formatted(built, attempt, String.join(", ", diffIds));
      byte[] bytes = configuration.getBytes(StandardCharsets.UTF_8);
      if (Sha256.hex(bytes).compareTo(lastId) > 0) {
        return configuration;
      }
    }
  }
}
