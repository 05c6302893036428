package io.github.containersnap.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.containersnap.cli.ContainerSnap;
import io.github.containersnap.cli.MachineAccess;
import io.github.containersnap.cli.RealMachineAccess;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.Machine;
import io.github.containersnap.engine.Progress;
import io.github.containersnap.engine.SealedRoot;
import io.github.containersnap.engine.Step;
import io.github.containersnap.experiment.DeploymentTree;
import io.github.containersnap.experiment.SystemUnderTest;
import io.github.containersnap.experiment.Updater;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A mounted system with version 1 deployed, to which something happens.
 *
 * @param top where the top level of its btrfs is mounted
 * @param runtime where the files of its runs go
 * @param bench what it is judged by
 */
record Patient(Path top, Path runtime, FaultBench bench) {
  /** Longer than this no sentence for an administrator is. */
  private static final int LONGEST_COMPLAINT = 900;

  private static final String RECORD = SealedRoot.OWN_DIRECTORY + "/deployment.json";

  DeploymentLayout layout() {
    return new DeploymentLayout(top);
  }

  Updater.Result run(String... arguments) {
    return run(new RealMachineAccess(runtime), arguments);
  }

  /** The same, with {@code event} just as the transaction enters {@code step}. */
  Updater.Result runWith(Step step, Runnable event, String... arguments) {
    MachineAccess access =
        (root, registries, progress) -> {
          Machine real = new RealMachineAccess(runtime).open(root, registries, progress);
          return new Machine(real.ports(), real.layout(), real.boot(), at(step, event, progress));
        };
    return run(access, arguments);
  }

  private static Progress at(Step wanted, Runnable event, Progress alsoHears) {
    return new Progress() {
      @Override
      public void enters(Step step) {
        if (step == wanted) {
          event.run();
        }
        alsoHears.enters(step);
      }

      @Override
      public void notes(String line) {
        alsoHears.notes(line);
      }
    };
  }

  private Updater.Result run(MachineAccess access, String... arguments) {
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    List<String> line = new ArrayList<>(List.of("--root", top.toString()));
    line.addAll(List.of(arguments));
    int exit =
        ContainerSnap.commandLine(access)
            .setOut(new PrintWriter(output, true))
            .setErr(new PrintWriter(error, true))
            .execute(line.toArray(String[]::new));
    return new Updater.Result(exit, output.toString(), error.toString());
  }

  /** Runs a command that has to succeed; its output without the last line's end. */
  String succeeds(String... arguments) {
    Updater.Result result = run(arguments);
    assertThat(result.exitCode())
        .as("%s: %s", String.join(" ", arguments), result.error())
        .isZero();
    return result.output().stripTrailing();
  }

  /** That a command failed as it should: a status, no answer, one sentence and what to do next. */
  static void requireClearFailure(Updater.Result result) {
    assertThat(result.exitCode()).as(result.error()).isIn(1, 2);
    assertThat(result.output()).isEmpty();
    List<String> lines = result.error().lines().toList();
    List<String> complaints =
        lines.stream().filter(line -> line.startsWith("container-snap: ")).toList();
    assertThat(complaints).as(result.error()).hasSize(1);
    assertThat(complaints.getFirst().length()).as(result.error()).isBetween(40, LONGEST_COMPLAINT);
    assertThat(lines.getLast()).as(result.error()).startsWith("  ").endsWith(".");
    assertThat(result.error()).doesNotContain("Exception", "\tat ");
  }

  private String byDefault() {
    return succeeds("get-default");
  }

  /** Whether no transaction is in flight. */
  boolean isSettled() throws IOException {
    return names(layout().journal()).isEmpty();
  }

  boolean isNew() {
    return byDefault().equals(bench.second().id());
  }

  /** That the machine has the old system, whole, by default, and nothing else is left. */
  void requireOld() throws IOException {
    assertThat(byDefault()).isEqualTo(bench.first().id());
    requireTree(bench.first(), bench.oldTree());
    assertThat(subvolumesOutsideTheStore()).isEqualTo(bench.oldSubvolumes());
    requireNoLeftovers();
  }

  /**
   * That the machine has version 2, whole, by default, the old one too, and nothing else is left.
   */
  void requireNew() throws IOException {
    requireUpdatedTo(bench.second(), bench.newTree());
  }

  /** The same for another image. */
  void requireUpdatedTo(LayeredImage image, DeploymentTree tree) throws IOException {
    assertThat(byDefault()).isEqualTo(image.id());
    requireTree(image, tree);
    requireTree(bench.first(), bench.oldTree());
    assertThat(subvolumesOutsideTheStore()).isEqualTo(bench.subvolumesWith(image));
    requireNoLeftovers();
  }

  void requireOldOrNew() throws IOException {
    if (isNew()) {
      requireNew();
    } else {
      requireOld();
    }
  }

  private void requireTree(LayeredImage image, DeploymentTree expected) throws IOException {
    assertThat(tree(image)).as("the deployment of " + image.id()).isEqualTo(expected);
    Path record = layout().deployments().resolve(image.id()).resolve(RECORD);
    assertThat(new ObjectMapper().readTree(record.toFile()).path("imageId").asText())
        .isEqualTo(image.id());
  }

  /** What a deployment holds, without its record: that names the registry, each time another. */
  DeploymentTree tree(LayeredImage image) {
    DeploymentTree tree = DeploymentTree.read(top, DeploymentId.parse(image.id()));
    return new DeploymentTree(tree.sealed().without(RECORD::equals), tree.etc());
  }

  /** All subvolumes but those of the store. */
  SortedSet<String> subvolumesOutsideTheStore() {
    SortedSet<String> paths = new TreeSet<>(SystemUnderTest.subvolumes(top));
    paths.removeIf(path -> path.startsWith("@var/lib/container-snap/snapshots/"));
    return paths;
  }

  private void requireNoLeftovers() throws IOException {
    StoreContent store = StoreContent.of(layout().store());
    assertThat(store.subvolumes()).as("layers on disk").isEqualTo(store.layerIds());
    assertThat(names(layout().store().resolve("tmp"))).as("temporary blobs").isEmpty();
    assertThat(isSettled()).as("whether the journal is empty").isTrue();
    assertThat(names(runtime)).as("files of runs").isEmpty();
    assertThat(mounts()).as("mounts").containsExactly(top.toString());
  }

  /** All mount points at and below this machine's. */
  private List<String> mounts() throws IOException {
    return Files.readAllLines(Path.of("/proc/self/mountinfo")).stream()
        .map(line -> line.split(" ", -1)[4])
        .filter(at -> at.equals(top.toString()) || at.startsWith(top + "/"))
        .toList();
  }

  private static List<String> names(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).toList();
    }
  }
}
