package io.github.containersnap.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.adapter.podman.PodmanStore;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.oci.LayoutBuilder;
import io.github.containersnap.oci.TarBuilder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The life of the proof's records beside a store of the real podman. Needs root. */
class ProofRecordsInStoreTest {
  @TempDir(cleanup = CleanupMode.ALWAYS)
  private Path directory;

  private BtrfsOnLoop disk;
  private DeploymentLayout layout;
  private PodmanStore store;

  @BeforeEach
  void an_empty_store() throws IOException {
    disk = new BtrfsOnLoop(directory);
    layout = new DeploymentLayout(disk.directory());
    store = newStore();
    store.initialize();
  }

  @AfterEach
  void the_loop_device_goes() {
    disk.close();
  }

  private PodmanStore newStore() {
    return new PodmanStore(
        layout, new LinuxFiles(), new BtrfsProgs(), new Podman(directory.resolve("run"), true));
  }

  @Test
  void a_proof_leaves_records_and_no_unfinished_ones() throws IOException {
    ImageId image = deploy("one");

    assertThat(records()).containsExactly("tree", "tree");
    assertThat(newStore().prove(image).tree().entries()).containsKeys("base", "one");
  }

  @Test
  void the_records_of_a_discarded_image_go_and_those_of_shared_layers_stay() throws IOException {
    ImageId one = deploy("one");
    deploy("two");
    assertThat(records()).containsExactly("tree", "tree", "tree");

    store.discard(one);
    assertThat(records()).containsExactly("tree", "tree");
  }

  @Test
  void a_wiped_store_has_no_records() throws IOException {
    deploy("one");

    store.wipe();
    assertThat(layout.proofs()).doesNotExist();
  }

  @Test
  void recovery_removes_records_of_no_layer_and_what_else_lies_there() throws IOException {
    deploy("one");
    List<String> before = records();
    Files.writeString(layout.proofs().resolve("0".repeat(64) + ".layer"), "of no layer");
    Files.writeString(layout.proofs().resolve("x.layer.new"), "half");
    Files.writeString(layout.proofs().resolve("nothing"), "");

    store.removeLeftovers();
    assertThat(records()).isEqualTo(before);
  }

  @Test
  void an_image_is_proven_where_no_record_can_be_kept() throws IOException {
    Files.writeString(layout.proofs(), "in the way");

    ImageId image = deploy("one");
    assertThat(store.prove(image).tree().entries()).containsKeys("base", "one");
    assertThat(layout.proofs()).hasContent("in the way");
  }

  private ImageId deploy(String name) throws IOException {
    Path image = directory.resolve(name);
    String id =
        new LayoutBuilder(image)
            .layer(new TarBuilder().file("base", "the base").build())
            .layer(new TarBuilder().file(name, name).build())
            .image("image", "");
    store.pull(new ImageReference("oci:" + image + ":image"));
    store.prove(new ImageId(id));
    return new ImageId(id);
  }

  /** The kinds of all records, sorted. */
  private List<String> records() throws IOException {
    List<String> kinds = new ArrayList<>();
    try (var files = Files.list(layout.proofs())) {
      files
          .map(file -> file.getFileName().toString())
          .sorted()
          .map(name -> name.substring(name.indexOf('.') + 1))
          .sorted()
          .forEach(kinds::add);
    }
    return kinds;
  }
}
