package io.github.containersnap.proof;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.oci.LayoutBuilder;
import io.github.containersnap.oci.OddArchive;
import io.github.containersnap.oci.layer.HostileLayerException;
import io.github.containersnap.oci.layer.LayerTree;
import io.github.containersnap.oci.tar.MalformedArchiveException;
import io.github.containersnap.tree.HostAttributes;
import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.Tag;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import net.jqwik.api.statistics.Statistics;

/**
 * {@link LayerTree} and podman read a layer's archive alike: it has the same tree for both, or
 * neither has any. Only what no honest image has is read by podman and refused here; that is a list
 * of sentences.
 */
class LayerAsPodmanReadsItProperties {
  private static final Pattern REFUSED_ON_PURPOSE =
      Pattern.compile(
          "whiteout"
              + "|a global header changes entries"
              + "|it ends after an extended header"
              + "|makes a link opaque"
              + "|makes something opaque that is no directory");

  private static Path directory = Path.of("");
  private static Optional<StoreOnBtrfs> storeInUse = Optional.empty();
  private static int images;

  @BeforeContainer
  static void make_a_store() throws IOException {
    directory = Files.createTempDirectory("layers-");
    storeInUse = Optional.of(new StoreOnBtrfs(Files.createDirectory(directory.resolve("store"))));
  }

  @AfterContainer
  static void remove_the_store() throws IOException {
    storeInUse.ifPresent(StoreOnBtrfs::close);
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  @Provide
  Arbitrary<List<OddArchive>> archives() {
    return OddArchive.any().list().ofSize(12);
  }

  @Provide
  Arbitrary<List<OddArchive>> manyArchives() {
    return OddArchive.any().list().ofSize(40);
  }

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void a_few_archives_are_read_alike(@ForAll("archives") List<OddArchive> archives)
      throws IOException {
    readsAlike(archives);
  }

  @Property(tries = 100, shrinking = ShrinkingMode.OFF)
  @Tag("exhaustive")
  void many_archives_are_read_alike(@ForAll("manyArchives") List<OddArchive> archives)
      throws IOException {
    readsAlike(archives);
  }

  /** Those accepted are the layers of one image; each that is refused is an image of its own. */
  private static void readsAlike(List<OddArchive> archives) throws IOException {
    // A layer that is there already podman copies out of the store, and not every one can be.
    storeInUse.ifPresent(StoreOnBtrfs::clear);
    List<Layer> accepted = new ArrayList<>();
    List<String> disagreements = new ArrayList<>();
    for (int i = 0; i < archives.size(); i++) {
      Layer layer = new Layer(archives.get(i), archives.get(i).below("n" + i));
      Optional<String> refusal = layer.refusal();
      if (refusal.isEmpty()) {
        accepted.add(layer);
      } else if (pull(List.of(layer)).top().isPresent()
          && !REFUSED_ON_PURPOSE.matcher(refusal.get()).find()) {
        disagreements.add("podman reads, and refused is, %s: %s".formatted(layer, refusal.get()));
      }
      Statistics.label("read here").collect(refusal.isEmpty());
    }
    if (differences(accepted).isPresent()) {
      for (Layer layer : accepted) {
        storeInUse.ifPresent(StoreOnBtrfs::clear);
        differences(List.of(layer)).ifPresent(what -> disagreements.add(what + ": " + layer));
      }
      assertThat(disagreements).as("the layer of which they disagree").isNotEmpty();
    }
    assertThat(disagreements).isEmpty();
  }

  /** What podman makes of these layers otherwise than is expected. */
  private static Optional<String> differences(List<Layer> layers) throws IOException {
    if (layers.isEmpty()) {
      return Optional.empty();
    }
    Pulled pulled = pull(layers);
    if (pulled.top().isEmpty()) {
      return Optional.of("podman refuses: " + pulled.refusal());
    }
    LayerTree expected = new LayerTree();
    for (Layer layer : layers) {
      expected.apply("sha256:0", new ByteArrayInputStream(layer.archive()));
    }
    List<TreeDifference> differences =
        comparable(TreeScan.of(pulled.top().get()))
            .differencesFrom(comparable(expected.manifest()));
    return differences.isEmpty() ? Optional.empty() : Optional.of(differences.toString());
  }

  private static TreeManifest comparable(TreeManifest tree) {
    return tree.withoutAttributes(HostAttributes::contains);
  }

  /**
   * What came of a pull.
   *
   * @param top the top layer's subvolume; empty if podman refuses the image
   * @param refusal what podman said then
   */
  private record Pulled(Optional<Path> top, String refusal) {}

  private static Pulled pull(List<Layer> layers) throws IOException {
    StoreOnBtrfs store = storeInUse.orElseThrow();
    String tag = "t" + images++;
    LayoutBuilder layout = new LayoutBuilder(directory.resolve(tag));
    layers.forEach(layer -> layout.layer(layer.archive()));
    String image = layout.image(tag, "");
    try {
      store.pull(directory.resolve(tag), tag);
    } catch (CommandFailedException refused) {
      return new Pulled(Optional.empty(), String.valueOf(refused.getMessage()));
    }
    StoreLayout inStore = new StoreLayout(store.graphRoot());
    String top = new StoreRecords(inStore).layers(image).getLast();
    return new Pulled(Optional.of(inStore.subvolume(top)), "");
  }

  @SuppressWarnings("ArrayRecordComponent") // raw bytes, never compared
  private record Layer(OddArchive odd, byte[] archive) {
    /** Why it is refused here, if it is. */
    Optional<String> refusal() throws IOException {
      try {
        new LayerTree().apply("sha256:0", new ByteArrayInputStream(archive));
        return Optional.empty();
      } catch (HostileLayerException | MalformedArchiveException e) {
        return Optional.of(String.valueOf(e.getMessage()));
      }
    }

    @Override
    public String toString() {
      return odd.toString();
    }
  }
}
