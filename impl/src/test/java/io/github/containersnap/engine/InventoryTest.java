package io.github.containersnap.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InventoryTest {
  private static final String STATE = "@var/lib/container-snap";
  private static final String ID = "a".repeat(64);

  private static Set<String> strays(Map<String, List<String>> disk) {
    return Inventory.strays(
        directory -> disk.getOrDefault(directory, List.of()),
        new Inventory.Layers(Set.of(ID), Set.of()));
  }

  @Test
  void what_an_updated_system_has_may_lie_there() {
    assertThat(
            strays(
                Map.of(
                    "",
                    List.of("@boot", "@var", "@home", "@root", "@srv"),
                    "@boot",
                    List.of("boot.cfg", "boot.cfg.spare"),
                    STATE,
                    List.of("deployments", "etc", "snapshots", "lock", "spare-room", "pins"),
                    STATE + "/deployments",
                    List.of(ID, ID + "-work3"),
                    STATE + "/etc",
                    List.of(ID),
                    STATE + "/etc/" + ID,
                    List.of("base", "origin.json", "conflicts.json"),
                    STATE + "/proofs",
                    List.of(ID + ".layer", ID + ".tree"),
                    STATE + "/snapshots/btrfs/subvolumes",
                    List.of(ID),
                    "@var/log",
                    List.of("anything"))))
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x",
        "@boot/boot.cfg.new",
        STATE + "/spare-room.new",
        STATE + "/last-work-number.new",
        STATE + "/deployments/.draft-x",
        STATE + "/journal/intent.json",
        STATE + "/proofs/x",
        STATE + "/snapshots/tmp/blob",
        STATE + "/snapshots/btrfs-layers/.tmp-layers.json4158",
        STATE + "/snapshots/btrfs-images/.tmp-images.json77",
        STATE + "/snapshots/btrfs/subvolumes/unnamed"
      })
  void what_a_cut_command_leaves_is_a_stray(String path) {
    int slash = path.lastIndexOf('/');
    String directory = path.substring(0, Math.max(0, slash));
    assertThat(strays(Map.of(directory, List.of(path.substring(slash + 1))))).containsExactly(path);
  }

  @Test
  void so_is_what_a_restoration_left_in_an_etc_and_nothing_else_of_it() {
    String etc = STATE + "/deployments/" + ID + "/etc";
    assertThat(
            strays(
                Map.of(
                    STATE + "/deployments",
                    List.of(ID),
                    etc,
                    List.of("hosts", "hosts.new", ".container-snap-restore.new"))))
        .containsExactly(etc + "/.container-snap-restore.new");
  }

  @Test
  void so_is_a_file_of_an_image_that_podman_was_writing() {
    String images = STATE + "/snapshots/btrfs-images";
    assertThat(
            strays(
                Map.of(
                    images,
                    List.of("images.json", "images.lock", ID),
                    images + "/" + ID,
                    List.of("manifest", ".tmp-manifest1"))))
        .containsExactly(images + "/" + ID + "/.tmp-manifest1");
  }

  @Test
  void a_layer_recorded_as_incomplete_is_a_stray_whether_it_is_there_or_not() {
    Inventory.Layers layers = new Inventory.Layers(Set.of(), Set.of(ID));
    String path = STATE + "/snapshots/btrfs/subvolumes/" + ID;
    assertThat(Inventory.strays(_ -> List.of(), layers)).containsExactly(path);
    assertThat(Inventory.straySubvolumes(List.of(path), layers, Set.of())).containsExactly(path);
  }

  @Test
  void subvolumes_that_belong_to_nothing_are_strays() {
    List<String> known =
        List.of(
            "@var",
            STATE + "/deployments/" + ID,
            STATE + "/deployments/" + ID + "/etc",
            STATE + "/etc/" + ID + "/base",
            STATE + "/snapshots/btrfs/subvolumes/" + ID,
            "@var/own");
    List<String> all = new ArrayList<>(known);
    all.add("@var/nested");
    all.add(STATE + "/deployments/" + ID + "/usr/nested");
    assertThat(
            Inventory.straySubvolumes(
                all, new Inventory.Layers(Set.of(ID), Set.of()), Set.of("@var/own")))
        .containsExactlyElementsOf(all.subList(known.size(), all.size()).reversed());
  }

  @Test
  void what_is_kept_of_the_etc_of_no_deployment_is_a_stray() {
    assertThat(strays(Map.of(STATE + "/etc", List.of(ID)))).containsExactly(STATE + "/etc/" + ID);
  }
}
