package io.github.containersnap.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The store is a cache: whatever happens to it, the next update is undisturbed. */
@ExtendWith({TestDisks.Shared.class, UndisturbedUpdate.Shared.class})
class DamagedStoreTest {
  private static final String SUBVOLUMES = "btrfs/subvolumes";
  private static final String LAYERS = "btrfs-layers/layers.json";
  private static final String IMAGES = "btrfs-images/images.json";
  private static final JsonMapper JSON = new JsonMapper();

  private final TestDisks disks;
  private final UndisturbedUpdate undisturbed;

  DamagedStoreTest(TestDisks disks, UndisturbedUpdate undisturbed) {
    this.disks = disks;
    this.undisturbed = undisturbed;
  }

  private interface Damage {
    void to(Path store) throws IOException;
  }

  private void isRepairedByTheNextUpdate(Damage damage) throws IOException {
    disks.onInstalled(
        machine -> {
          machine.succeeds("pull", disks.second().reference());
          damage.to(machine.layout().store());
          machine.succeeds("update", disks.second().reference());
          assertThat(machine.byDefault()).isEqualTo(disks.second().id());
          assertThat(UndisturbedUpdate.tree(machine, disks.second())).isEqualTo(undisturbed.tree());
          assertThat(machine.subvolumesOutsideTheStore())
              .isEqualTo(MachineOnDisk.outsideTheStore(undisturbed.subvolumes()));
          assertThat(machine.run("recover")).isEqualTo(new CommandLineRun(0, "", ""));
        });
  }

  private static List<Path> layersWith(Path store, String file) throws IOException {
    try (Stream<Path> layers = Files.list(store.resolve(SUBVOLUMES))) {
      return layers.filter(layer -> Files.exists(layer.resolve(file))).toList();
    }
  }

  private static void truncate(Path file) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.setLength(0);
    }
  }

  @Test
  void a_file_that_lost_its_content_in_the_top_layer() throws IOException {
    isRepairedByTheNextUpdate(
        store -> {
          List<Path> tops = layersWith(store, "usr/lib/modules/6.2.0/vmlinuz");
          assertThat(tops).hasSize(1);
          truncate(tops.getFirst().resolve("usr/lib/modules/6.2.0/vmlinuz"));
        });
  }

  @Test
  void a_file_that_lost_its_content_in_every_layer_also_those_of_other_images() throws IOException {
    isRepairedByTheNextUpdate(
        store -> {
          List<Path> layers = layersWith(store, "usr/share/tiny/7");
          assertThat(layers).hasSize(3);
          for (Path layer : layers) {
            truncate(layer.resolve("usr/share/tiny/7"));
          }
        });
  }

  @Test
  void a_file_that_lost_its_content_in_the_base_layer_alone() throws IOException {
    isRepairedByTheNextUpdate(
        store -> {
          for (Path layer : layersWith(store, "usr/share/tiny/7")) {
            if (Files.notExists(layer.resolve("usr/share/version"))) {
              truncate(layer.resolve("usr/share/tiny/7"));
            }
          }
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"garbage", "", "[{\"id\":5}]", "{}", "[]"})
  void a_list_of_layers_that_is_garbage(String garbage) throws IOException {
    isRepairedByTheNextUpdate(store -> Files.writeString(store.resolve(LAYERS), garbage));
  }

  @Test
  void a_list_of_images_that_is_garbage() throws IOException {
    isRepairedByTheNextUpdate(store -> Files.writeString(store.resolve(IMAGES), "garbage"));
  }

  @Test
  void a_list_of_layers_that_is_a_directory() throws IOException {
    isRepairedByTheNextUpdate(
        store -> {
          Files.delete(store.resolve(LAYERS));
          Files.createDirectory(store.resolve(LAYERS));
        });
  }

  @Test
  void a_store_whose_directory_of_images_is_a_file() throws IOException {
    isRepairedByTheNextUpdate(
        store -> {
          new LinuxFiles().deleteTree(store.resolve("btrfs-images"));
          Files.writeString(store.resolve("btrfs-images"), "");
        });
  }

  @Test
  void a_store_whose_directory_of_layers_is_a_file() throws IOException {
    isRepairedByTheNextUpdate(
        store -> {
          new LinuxFiles().deleteTree(store.resolve("btrfs-layers"));
          Files.writeString(store.resolve("btrfs-layers"), "");
        });
  }

  @Test
  void a_lock_of_podmans_that_is_a_directory() throws IOException {
    isRepairedByTheNextUpdate(
        store -> {
          Files.delete(store.resolve("btrfs-layers/layers.lock"));
          Files.createDirectory(store.resolve("btrfs-layers/layers.lock"));
        });
  }

  @Test
  void a_store_that_was_deleted() throws IOException {
    isRepairedByTheNextUpdate(
        store -> {
          for (Path layer : layersWith(store, ".")) {
            ExternalCommand.of("btrfs", "subvolume", "delete", layer).run();
          }
          ExternalCommand.of("rm", "-rf", store).run();
        });
  }

  @Test
  void a_mount_that_a_killed_podman_left() throws IOException {
    isRepairedByTheNextUpdate(
        store -> {
          Path driver = store.resolve("btrfs");
          ExternalCommand.of("mount", "--bind", driver, driver).run();
          ExternalCommand.of("mount", "--bind", driver, driver).run();
          Files.writeString(store.resolve(LAYERS), "garbage");
        });
  }

  @Test
  void a_layer_that_a_killed_pull_had_made_and_not_yet_noted() throws IOException {
    disks.onInstalled(
        machine -> {
          machine.succeeds("pull", disks.second().reference());
          Path top =
              layersWith(machine.layout().store(), "usr/lib/modules/6.2.0/vmlinuz").getFirst();
          forget(machine.layout().store(), top.getFileName().toString());
          assertThat(machine.succeeds("pull", disks.second().reference()))
              .isEqualTo(disks.second().id());
        });
  }

  /** podman writes its files beside their places, and never removes what it did not finish. */
  @Test
  void files_that_podman_was_writing_when_it_was_cut_off() throws IOException {
    disks.onInstalled(
        machine -> {
          Path store = machine.layout().store();
          String before = filesIn(store);
          Files.writeString(store.resolve("btrfs-layers/.tmp-layers.json417"), "[{");
          Files.writeString(store.resolve("btrfs-images/.tmp-images.json9"), "");
          Files.writeString(
              store.resolve("btrfs-images").resolve(disks.first().id()).resolve(".tmp-x1"), "{");
          machine.succeeds("recover");
          assertThat(filesIn(store)).isEqualTo(before);
        });
  }

  private static String filesIn(Path store) {
    return ExternalCommand.of("ls", "-RA", "btrfs-layers", "btrfs-images").in(store).run().text();
  }

  /**
   * podman syncs its list, so a power cut can leave the note of a layer whose subvolume had not
   * been committed yet. The layer above it cannot be made then. Found in the simulated world.
   */
  @Test
  void a_base_layer_that_is_noted_and_not_there() throws IOException {
    isRepairedByTheNextUpdate(
        store -> {
          Path top = layersWith(store, "usr/lib/modules/6.2.0/vmlinuz").getFirst();
          forget(store, top.getFileName().toString());
          ExternalCommand.of("btrfs", "subvolume", "delete", top).run();
          for (Path layer : layersWith(store, "usr/share/tiny/7")) {
            if (Files.notExists(layer.resolve("usr/share/version"))) {
              ExternalCommand.of("btrfs", "subvolume", "delete", layer).run();
            }
          }
        });
  }

  /** What a power cut leaves of a layer: its note and its subvolume are durable by themselves. */
  record AfterPowerCut(boolean incomplete, boolean subvolume, boolean image) {
    boolean isWhole() {
      return !incomplete && subvolume;
    }
  }

  static Stream<AfterPowerCut> cuts() {
    return Stream.of(true, false)
        .flatMap(incomplete -> Stream.of(true, false).map(there -> List.of(incomplete, there)))
        .flatMap(
            two -> Stream.of(true, false).map(it -> new AfterPowerCut(two.get(0), two.get(1), it)))
        .filter(cut -> !cut.isWhole());
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void a_top_layer_that_is_not_whole_is_removed_by_recovery_and_nothing_else(AfterPowerCut cut)
      throws IOException {
    disks.onInstalled(
        machine -> {
          machine.succeeds("pull", disks.second().reference());
          Path store = machine.layout().store();
          List<String> rest = names(layersWith(store, "."));
          String lost =
              layersWith(store, "usr/lib/modules/6.2.0/vmlinuz")
                  .getFirst()
                  .getFileName()
                  .toString();
          rest.remove(lost);
          leave(cut, store, lost);

          machine.succeeds("recover");

          assertThat(names(layersWith(store, "."))).containsExactlyInAnyOrderElementsOf(rest);
          String layers = Files.readString(store.resolve(LAYERS));
          assertThat(layers).doesNotContain("incomplete", lost).contains(rest);
          String images = Files.readString(store.resolve(IMAGES));
          assertThat(images).contains(disks.first().id());
          assertThat(images).doesNotContain(disks.second().id());
          isUpdated(machine);
        });
  }

  @ParameterizedTest
  @MethodSource("cuts")
  void a_base_layer_that_is_not_whole_is_removed_by_recovery_with_what_is_on_it(AfterPowerCut cut)
      throws IOException {
    disks.onInstalled(
        machine -> {
          machine.succeeds("pull", disks.second().reference());
          Path store = machine.layout().store();
          List<String> all = names(layersWith(store, "."));
          List<String> others = names(layersWith(store, "usr/share/tiny/7"));
          assertThat(others).hasSize(3);
          leave(cut, store, base(store).getFileName().toString());

          machine.succeeds("recover");

          assertThat(names(layersWith(store, "."))).hasSize(all.size() - 3);
          isUpdated(machine);
        });
  }

  /** podman notes what lies on a layer after the layer, and a list may still have lost that. */
  @Test
  void a_layer_on_one_that_is_not_listed_is_removed_by_recovery() throws IOException {
    disks.onInstalled(
        machine -> {
          machine.succeeds("pull", disks.second().reference());
          Path store = machine.layout().store();
          Path base = base(store);
          forget(store, base.getFileName().toString());

          machine.succeeds("recover");

          assertThat(layersWith(store, "usr/share/tiny/7")).isEmpty();
          isUpdated(machine);
        });
  }

  private void isUpdated(MachineOnDisk machine) {
    machine.succeeds("update", disks.second().reference());
    assertThat(machine.byDefault()).isEqualTo(disks.second().id());
    machine.succeeds("verify", disks.second().id());
  }

  private static List<String> names(List<Path> layers) {
    return new ArrayList<>(layers.stream().map(it -> it.getFileName().toString()).toList());
  }

  private static Path base(Path store) throws IOException {
    return layersWith(store, "usr/share/tiny/7").stream()
        .filter(layer -> Files.notExists(layer.resolve("usr/share/version")))
        .findFirst()
        .orElseThrow();
  }

  private static void leave(AfterPowerCut cut, Path store, String layer) throws IOException {
    if (cut.incomplete()) {
      noteAsIncomplete(store, layer);
    }
    if (!cut.subvolume()) {
      ExternalCommand.of("btrfs", "subvolume", "delete", store.resolve(SUBVOLUMES).resolve(layer))
          .run();
    }
    if (!cut.image()) {
      forgetImagesOn(store, layer);
    }
  }

  private static void noteAsIncomplete(Path store, String layer) throws IOException {
    JsonNode noted = JSON.readTree(store.resolve(LAYERS).toFile());
    for (JsonNode each : noted) {
      if (each.path("id").asText().equals(layer)) {
        ((ObjectNode) each).putObject("flags").put("incomplete", true);
      }
    }
    JSON.writeValue(store.resolve(LAYERS).toFile(), noted);
  }

  private static void forgetImagesOn(Path store, String layer) throws IOException {
    remove(store.resolve(IMAGES), image -> image.path("layer").asText().equals(layer));
  }

  /** What a kill between the making of a layer and the note of it leaves. */
  private static void forget(Path store, String layer) throws IOException {
    remove(store.resolve(LAYERS), noted -> noted.path("id").asText().equals(layer));
    Files.writeString(store.resolve(IMAGES), "[]");
  }

  private static void remove(Path list, Predicate<JsonNode> unwanted) throws IOException {
    ArrayNode rest = JSON.createArrayNode();
    for (JsonNode element : JSON.readTree(list.toFile())) {
      if (!unwanted.test(element)) {
        rest.add(element);
      }
    }
    JSON.writeValue(list.toFile(), rest);
  }
}
