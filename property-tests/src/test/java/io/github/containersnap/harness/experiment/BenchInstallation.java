package io.github.containersnap.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.experiment.TinyImages.TinyImage;
import io.github.containersnap.harness.updater.Updater;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A mounted system and the command line on it.
 *
 * @param top the top level of its btrfs
 * @param bench where it belongs
 */
record BenchInstallation(Path top, Bench bench) {
  DeploymentLayout layout() {
    return new DeploymentLayout(top);
  }

  Updater.Result run(String... arguments) {
    return bench.run(top, arguments);
  }

  /** What a command that has to succeed prints. */
  String succeeds(String... arguments) {
    Updater.Result result = run(arguments);
    assertThat(result.exitCode())
        .as("%s: %s", String.join(" ", arguments), result.error())
        .isZero();
    return result.output();
  }

  /** The root of the pristine deployment of {@code image}. */
  Path root(TinyImage image) {
    return layout().deployment(DeploymentId.parse(image.id()));
  }

  DeploymentTree tree(TinyImage image) {
    return DeploymentTree.read(top, DeploymentId.parse(image.id()));
  }

  String byDefault() {
    return succeeds("get-default").strip();
  }

  /** All subvolumes but those of the store. */
  SortedSet<String> subvolumesOutsideTheStore() {
    return outsideTheStore(MountedSystem.subvolumes(top));
  }

  static SortedSet<String> outsideTheStore(SortedSet<String> subvolumes) {
    SortedSet<String> paths = new TreeSet<>(subvolumes);
    paths.removeIf(path -> path.startsWith("@var/lib/container-snap/snapshots/"));
    return paths;
  }
}
