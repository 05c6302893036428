package io.github.containersnap.oracle;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.experiment.DeploymentTree;
import io.github.containersnap.experiment.SystemUnderTest;
import io.github.containersnap.properties.BootPlan;
import io.github.containersnap.properties.Reader;
import io.github.containersnap.properties.SystemView;
import io.github.containersnap.properties.Tree;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A system whose btrfs is mounted, as its judge sees it. Each tree is read once: the view is of one
 * moment.
 */
final class MountedSystem implements SystemView {
  private final Path top;
  private final BootPlan plan;
  private final Set<String> shared;
  private final Set<String> ownSubvolumes;
  private final Map<String, DeploymentTree> trees = new HashMap<>();
  private Optional<SortedMap<String, Tree>> data = Optional.empty();

  /**
   * A view.
   *
   * @param top where the top level is mounted
   * @param plan what boots: both readers agree on it
   * @param shared the subvolumes that deployments share, by name
   * @param ownSubvolumes those that the machine's owner made, from the top level
   */
  MountedSystem(Path top, BootPlan plan, Set<String> shared, Set<String> ownSubvolumes) {
    this.top = top;
    this.plan = plan;
    this.shared = shared;
    this.ownSubvolumes = ownSubvolumes;
  }

  @Override
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  @Override
  public BootPlan boot(Reader reader) {
    return plan;
  }

  @Override
  public SortedSet<String> deployments() {
    SortedSet<String> ids = new TreeSet<>(SystemUnderTest.deployments(top));
    ids.removeIf(name -> DeploymentId.read(name).isEmpty()); // those are strays
    return ids;
  }

  @Override
  public Optional<Tree> sealed(String id) {
    return tree(id)
        .map(
            tree ->
                new SealedTree(
                    tree.sealed(),
                    DeploymentTree.origin(top, DeploymentId.parse(id)),
                    DeploymentTree.snapshotOf(top, DeploymentId.parse(id))));
  }

  @Override
  public Optional<Tree> etc(String id) {
    return tree(id).map(tree -> new ManifestTree(tree.etc()));
  }

  private Optional<DeploymentTree> tree(String id) {
    return deployments().contains(id)
        ? Optional.of(
            trees.computeIfAbsent(id, _ -> DeploymentTree.read(top, DeploymentId.parse(id))))
        : Optional.empty();
  }

  @Override
  public boolean isReadOnly(String id) {
    return SystemUnderTest.isReadOnly(root(id));
  }

  /** Whether somebody can write to the /etc of a deployment. */
  boolean isEtcWritable(String id) {
    return !SystemUnderTest.isReadOnly(root(id).resolve("etc"));
  }

  private Path root(String id) {
    return new DeploymentLayout(top).deployment(DeploymentId.parse(id));
  }

  @Override
  public SortedMap<String, Tree> data() {
    if (data.isEmpty()) {
      SortedMap<String, Tree> read = new TreeMap<>();
      for (String name : shared) {
        if (Files.isDirectory(top.resolve(name), LinkOption.NOFOLLOW_LINKS)) {
          read.put(name, new ManifestTree(SystemUnderTest.data(top, name)));
        }
      }
      data = Optional.of(Collections.unmodifiableSortedMap(read));
    }
    return data.get();
  }

  @Override
  public SortedSet<String> pins() {
    return SystemUnderTest.pins(top);
  }

  @Override
  public SortedSet<String> strays() {
    return SystemUnderTest.strays(top, ownSubvolumes);
  }
}
