package io.github.containersnap.oracle;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.experiment.DeploymentTree;
import io.github.containersnap.experiment.SystemUnderTest;
import io.github.containersnap.properties.Access;
import io.github.containersnap.properties.BootFile;
import io.github.containersnap.properties.BootPlan;
import io.github.containersnap.properties.ManifestTree;
import io.github.containersnap.properties.Origin;
import io.github.containersnap.properties.Reader;
import io.github.containersnap.properties.Seen;
import io.github.containersnap.properties.SystemView;
import io.github.containersnap.properties.Tree;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A system whose btrfs is mounted, as its judge sees it. Each tree is read once: the view is of one
 * moment.
 */
final class MountedSystem implements SystemView {
  private final Path top;
  private final BootPlan plan;
  private final Set<String> ownSubvolumes;
  private final Map<String, DeploymentTree> trees = new HashMap<>();
  private final Map<String, Optional<Tree>> data = new HashMap<>();

  /**
   * A view.
   *
   * @param top where the top level is mounted
   * @param plan what boots: both readers agree on it
   * @param ownSubvolumes those that the machine's owner made, from the top level
   */
  MountedSystem(Path top, BootPlan plan, Set<String> ownSubvolumes) {
    this.top = top;
    this.plan = plan;
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
  public Seen<Optional<String>> damage() {
    return Seen.hidden("it is mounted, and checked once it is not");
  }

  @Override
  public Seen<BootFile> bootFile(String path) {
    return Seen.hidden("it was read at power-on");
  }

  @Override
  public Seen<SortedSet<String>> deployments() {
    return Seen.of(ids());
  }

  SortedSet<String> ids() {
    SortedSet<String> ids = new TreeSet<>(SystemUnderTest.deployments(top));
    ids.removeIf(name -> DeploymentId.read(name).isEmpty()); // those are strays
    return ids;
  }

  @Override
  public Seen<Tree> sealed(String id) {
    return Seen.of(new ManifestTree("", tree(id).sealed()));
  }

  @Override
  public Seen<Tree> etc(String id) {
    return Seen.of(new ManifestTree("etc", tree(id).etc()));
  }

  private DeploymentTree tree(String id) {
    return trees.computeIfAbsent(id, _ -> DeploymentTree.read(top, DeploymentId.parse(id)));
  }

  @Override
  public Seen<Optional<Origin>> origin(String id) {
    return Seen.of(
        DeploymentTree.origin(top, DeploymentId.parse(id))
            .map(it -> new Origin(it.imageId(), Optional.of(it.reference()))));
  }

  /** What a deployment says that it is a snapshot of, if it is one. */
  Optional<DeploymentId> snapshotOf(String id) {
    return DeploymentTree.snapshotOf(top, DeploymentId.parse(id));
  }

  @Override
  public Seen<Access> access(String path) {
    return Seen.of(SystemUnderTest.access(top.resolve(path)));
  }

  @Override
  public Seen<Optional<Tree>> data(String subvolume) {
    return Seen.of(
        data.computeIfAbsent(
            subvolume,
            name ->
                Files.isDirectory(top.resolve(name), LinkOption.NOFOLLOW_LINKS)
                    ? Optional.of(
                        new ManifestTree(name.substring(1), SystemUnderTest.data(top, name)))
                    : Optional.empty()));
  }

  @Override
  public Seen<SortedSet<String>> pins() {
    return Seen.of(SystemUnderTest.pins(top));
  }

  @Override
  public Seen<SortedSet<String>> strays() {
    return Seen.of(SystemUnderTest.strays(top, ownSubvolumes));
  }
}
