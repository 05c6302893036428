package io.github.containersnap.faults;

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
import io.github.containersnap.experiment.PortCalls;
import io.github.containersnap.experiment.SystemUnderTest;
import io.github.containersnap.experiment.Updater;
import io.github.containersnap.tree.TreeDifference;
import io.github.containersnap.tree.TreeManifest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A mounted system with version 1 deployed, to which something happens.
 *
 * @param top where the top level of its btrfs is mounted
 * @param runtime where the files of its runs go
 * @param bench what it is judged by
 * @param subject what updates it
 */
record Patient(Path top, Path runtime, FaultBench bench, Subject subject) {
  /** Longer than this no sentence for an administrator is, however long the paths in it are. */
  private static final int LONGEST_COMPLAINT = 900;

  /** Shorter than this none says what and where. */
  private static final int SHORTEST_COMPLAINT = 40;

  private static final Pattern PATH = Pattern.compile("/\\S+");

  private static final String RECORD = SealedRoot.OWN_DIRECTORY + "/deployment.json";

  DeploymentLayout layout() {
    return new DeploymentLayout(top);
  }

  /** The same machine with another updater. */
  Patient with(Subject other) {
    return new Patient(top, runtime, bench, other);
  }

  Updater.Result run(String... arguments) {
    return run(access(), arguments);
  }

  private MachineAccess access() {
    MachineAccess real = new RealMachineAccess(runtime);
    return (root, registries, progress) ->
        subject.fault().apply(real.open(root, registries, progress));
  }

  /** The same, with each port call told of before it is made. */
  Updater.Result run(PortCalls calls, String... arguments) {
    MachineAccess real = access();
    return run(
        (root, registries, progress) -> calls.of(real.open(root, registries, progress)), arguments);
  }

  /** The same, with {@code event} just as the transaction enters {@code step}. */
  Updater.Result runWith(Step step, Runnable event, String... arguments) {
    MachineAccess access =
        (root, registries, progress) -> {
          Machine real = access().open(root, registries, progress);
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
    require(
        result.succeeded(),
        "`%s` fails: %s".formatted(String.join(" ", arguments), result.error().strip()));
    return result.output().stripTrailing();
  }

  /** That a command failed as it should: a status, no answer, one sentence and what to do next. */
  static void requireClearFailure(Updater.Result result) {
    require(
        Set.of(1, 2).contains(result.exitCode()) && result.output().isEmpty(),
        "it was to fail and ends with %d, saying '%s'"
            .formatted(result.exitCode(), result.output().strip()));
    List<String> lines = result.error().lines().toList();
    List<String> complaints =
        lines.stream().filter(line -> line.startsWith("container-snap: ")).toList();
    boolean oneSentence =
        complaints.size() == 1
            && complaints.getFirst().length() >= SHORTEST_COMPLAINT
            && PATH.matcher(complaints.getFirst()).replaceAll("/").length() <= LONGEST_COMPLAINT;
    boolean advice = lines.getLast().startsWith("  ") && lines.getLast().endsWith(".");
    boolean plain = !result.error().contains("Exception") && !result.error().contains("\tat ");
    require(
        oneSentence && advice && plain,
        "it fails without one clear sentence and what to do next: " + result.complaint());
  }

  private static void require(boolean holds, String otherwise) {
    if (!holds) {
      throw new NotAsPromisedException(otherwise);
    }
  }

  private static void requireSame(Object found, Object expected, String what) {
    require(found.equals(expected), "%s: %s, and not %s".formatted(what, found, expected));
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
    requireSame(byDefault(), bench.first().id(), "the default");
    requireTree(bench.first(), bench.oldTree());
    requireSame(subvolumesOutsideTheStore(), bench.oldSubvolumes(), "the subvolumes");
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
    requireSame(byDefault(), image.id(), "the default");
    requireTree(image, tree);
    requireTree(bench.first(), bench.oldTree());
    requireSame(subvolumesOutsideTheStore(), bench.subvolumesWith(image), "the subvolumes");
    requireNoLeftovers();
  }

  void requireOldOrNew() throws IOException {
    if (isNew()) {
      requireNew();
    } else {
      requireOld();
    }
  }

  private static void requireSame(String below, TreeManifest found, TreeManifest expected) {
    List<TreeDifference> differences = found.differencesFrom(expected);
    if (!differences.isEmpty()) {
      throw new NotAsPromisedException(
          "the deployment is not what it should be, in %d %s: /%s%s: %s"
              .formatted(
                  differences.size(),
                  differences.size() == 1 ? "place" : "places, first",
                  below,
                  differences.getFirst().path(),
                  differences.getFirst().what()));
    }
  }

  void requireTree(LayeredImage image, DeploymentTree expected) throws IOException {
    DeploymentTree found = tree(image);
    requireSame("", found.sealed(), expected.sealed());
    requireSame("etc/", found.etc(), expected.etc());
    Path record = layout().deployments().resolve(image.id()).resolve(RECORD);
    requireSame(
        new ObjectMapper().readTree(record.toFile()).path("imageId").asText(),
        image.id(),
        "the image that a deployment names");
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
    requireSame(store.subvolumes(), store.layerIds(), "the layers on disk");
    requireSame(names(layout().store().resolve("tmp")), List.of(), "temporary blobs");
    require(isSettled(), "the journal is not empty");
    requireSame(names(runtime), List.of(), "files of runs");
    requireSame(mounts(), List.of(top.toString()), "mounts");
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
