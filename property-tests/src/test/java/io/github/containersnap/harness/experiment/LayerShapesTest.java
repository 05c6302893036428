package io.github.containersnap.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.harness.testkit.TinyImages;
import io.github.containersnap.harness.testkit.TinyImages.LayerContent;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What two images share of their layers decides what podman has to make, and so what a power cut
 * can take from its store.
 */
@Tag("exhaustive")
class LayerShapesTest {
  /** How the two are layered; both give the same two systems in every shape. */
  record Shape(String name, List<LayerContent> oldLayers, List<LayerContent> newLayers) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Shape> shapes() {
    LayerContent first = both(TinyImages::base, TinySystem::first);
    return List.of(
        new Shape(
            "one layer each",
            List.of(first),
            List.of(both(LayerShapesTest::secondBase, TinySystem::secondByItself))),
        new Shape("a layer more", List.of(first), List.of(first, TinySystem::second)),
        new Shape(
            "the same layer on others",
            List.of(TinyImages::base, TinySystem::first, LayerShapesTest::onBoth),
            List.of(
                LayerShapesTest::secondBase, TinySystem::secondByItself, LayerShapesTest::onBoth)));
  }

  private static LayerContent both(LayerContent one, LayerContent other) {
    return one.and(other);
  }

  private static void secondBase(TestTree root) throws IOException {
    TinyImages.withoutKernel(root);
    root.write("usr/share/base", "2\n");
  }

  private static void onBoth(TestTree root) throws IOException {
    root.write("usr/share/on-both", "the same archive\n");
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void an_update_ends_whole_after_a_power_cut_at_any_flush(Shape shape)
      throws IOException, InterruptedException {
    try (Workspace workspace = Workspace.open(TinySweep.parent())) {
      TinyImages images = new TinyImages(workspace.file("images"));
      List<StateVerdict> verdicts =
          new TinySweep(
                  Transition.UPDATE,
                  BootLoaderKind.GRUB_BTRFS,
                  SelectedStates.Kind.FLUSH,
                  Mutants.NONE)
              .of(
                  TinySweep.candidate(images.ofLayers("old", shape.oldLayers)),
                  TinySweep.candidate(images.ofLayers("new", shape.newLayers)));
      assertThat(verdicts)
          .isNotEmpty()
          .allSatisfy(
              each -> assertThat(each.verdict()).as("%s", each).isInstanceOf(Verdict.Holds.class));
      assertThat(CrashSweep.obstacle(verdicts)).isEmpty();
    }
  }
}
