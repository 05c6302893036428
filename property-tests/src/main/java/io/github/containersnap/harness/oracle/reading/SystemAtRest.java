package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.experiment.DeploymentTree;
import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.BootFile;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.ManifestTree;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.view.Seen;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.harness.view.Tree;
import io.github.containersnap.harness.view.UnreadableTree;
import io.github.containersnap.tree.TreeReadException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.UUID;

/**
 * A real system of container-snap's layout, at rest and mounted. The menu is executed as the kernel
 * reads it: what the boot loader reads is behind the kernel's cache until the next commit.
 */
public final class SystemAtRest implements SystemView {
  private static final String READ_BEFORE = "it was read before this update";
  private static final String BEHIND = "it is mounted, so the disk is behind the kernel's cache";

  /** With this many bytes free, a recovery reserves space if none is reserved. */
  private static final long AMPLE = 256L << 20;

  private final Path top;
  private final Seen<BootPlan> plan;
  private final Set<String> ownSubvolumes;
  private final Set<String> readBefore;
  private final Optional<Path> runs;
  private final KnownDeployments.Reader reader;
  private final Map<String, Trees> trees = new HashMap<>();

  /** What was read of a deployment. */
  private record Trees(Tree sealed, Seen<Tree> etc) {}

  private SystemAtRest(
      Path top,
      Seen<BootPlan> plan,
      Set<String> ownSubvolumes,
      Set<String> readBefore,
      Optional<Path> runs,
      KnownDeployments.Reader reader) {
    this.top = top;
    this.plan = plan;
    this.ownSubvolumes = ownSubvolumes;
    this.readBefore = readBefore;
    this.runs = runs;
    this.reader = reader;
  }

  /**
   * A system that a recovery has run on.
   *
   * @param top where the top level of its btrfs is mounted
   * @param plan what boots next
   * @param ownSubvolumes those that the machine's owner made, from the top level
   * @param reader of its deployments
   */
  public static SystemAtRest recovered(
      Path top, BootPlan plan, Set<String> ownSubvolumes, KnownDeployments.Reader reader) {
    return new SystemAtRest(top, Seen.of(plan), ownSubvolumes, Set.of(), Optional.empty(), reader);
  }

  /**
   * A system after one more update, of which nothing is read twice.
   *
   * @param plan what boots next
   * @param readBefore the deployments that were read before the update, as the shared data were
   */
  public static SystemAtRest updatedAgain(
      Path top, BootPlan plan, Set<String> ownSubvolumes, Set<String> readBefore) {
    return new SystemAtRest(
        top, Seen.of(plan), ownSubvolumes, readBefore, Optional.empty(), whole(top));
  }

  /**
   * A system to which a fault happened. Where an image came from its judge does not know: each run
   * has a registry of its own.
   *
   * @param runs the directory of the files of commands that run
   */
  public static SystemAtRest afterFault(Path top, UUID filesystem, Path runs) {
    MenuReading menu = new GrubMenuReading(filesystem);
    return new SystemAtRest(
        top,
        Seen.of(menu.plan(menu.mounted(top))),
        Set.of(),
        Set.of(),
        Optional.of(runs),
        whole(top));
  }

  /** A system whose boot loader follows the default subvolume, and has no menu to execute. */
  public static SystemAtRest withoutMenu(Path top, Path runs) {
    return new SystemAtRest(
        top,
        Seen.hidden("the boot loader follows the default subvolume"),
        Set.of(),
        Set.of(),
        Optional.of(runs),
        whole(top));
  }

  private static KnownDeployments.Reader whole(Path top) {
    return id -> DeploymentTree.read(top, id);
  }

  @Override
  public Optional<String> obstacle() {
    return Optional.empty();
  }

  @Override
  public Seen<Optional<String>> damage() {
    return Seen.hidden("btrfs checks a filesystem that is not mounted");
  }

  @Override
  public Seen<BootPlan> boot(Reader reader) {
    return reader == Reader.BOOT_LOADER ? Seen.hidden(BEHIND) : plan;
  }

  @Override
  public Seen<String> menu() {
    return Seen.hidden("the menu is executed, not read");
  }

  @Override
  public Seen<Optional<String>> startFailure() {
    return Seen.hidden("nothing is booted here: virtual machines boot one state of each class");
  }

  @Override
  public Seen<BootFile> bootFile(String path) {
    return Seen.hidden(BEHIND);
  }

  @Override
  public Seen<SortedSet<String>> deployments() {
    SortedSet<String> ids = MountedSystem.deployments(top);
    ids.removeIf(name -> DeploymentId.read(name).isEmpty()); // strays, and told as such
    return Seen.of(ids);
  }

  @Override
  public Seen<Tree> sealed(String id) {
    return readBefore.contains(id) ? Seen.hidden(READ_BEFORE) : Seen.of(trees(id).sealed());
  }

  @Override
  public Seen<Tree> etc(String id) {
    return readBefore.contains(id) ? Seen.hidden(READ_BEFORE) : trees(id).etc();
  }

  private Trees trees(String id) {
    return trees.computeIfAbsent(id, _ -> read(id));
  }

  private Trees read(String id) {
    try {
      DeploymentTree tree = reader.read(DeploymentId.parse(id));
      return new Trees(
          new ManifestTree("", tree.sealed()), Seen.of(new ManifestTree("etc", tree.etc())));
    } catch (TreeReadException cannotRead) {
      return new Trees(
          new UnreadableTree(String.valueOf(cannotRead.getMessage())),
          Seen.hidden("a file of the deployment cannot be read"));
    }
  }

  @Override
  public Seen<Optional<Origin>> origin(String id) {
    return Seen.of(
        DeploymentTree.origin(top, DeploymentId.parse(id))
            .map(
                it ->
                    new Origin(
                        it.imageId(), Optional.of(it.reference()).filter(_ -> runs.isEmpty()))));
  }

  @Override
  public Seen<Access> access(String path) {
    return Seen.of(MountedSystem.access(top.resolve(path)));
  }

  @Override
  public Seen<Optional<Tree>> data(String subvolume) {
    if (!readBefore.isEmpty()) {
      return Seen.hidden(READ_BEFORE);
    }
    if (!Files.isDirectory(top.resolve(subvolume), LinkOption.NOFOLLOW_LINKS)) {
      return Seen.of(Optional.empty());
    }
    try {
      return Seen.of(
          Optional.of(
              new ManifestTree(subvolume.substring(1), MountedSystem.data(top, subvolume))));
    } catch (TreeReadException cannotRead) {
      return Seen.of(Optional.of(new UnreadableTree(String.valueOf(cannotRead.getMessage()))));
    }
  }

  @Override
  public Seen<SortedSet<String>> pins() {
    return Seen.of(MountedSystem.pins(top));
  }

  @Override
  public Seen<SortedSet<String>> strays() {
    return Seen.of(MountedSystem.strays(top, ownSubvolumes));
  }

  @Override
  public Seen<Boolean> reserve() {
    return MountedSystem.free(top) < AMPLE
        ? Seen.hidden("the disk has too little room to reserve any")
        : Seen.of(MountedSystem.hasReserve(top));
  }

  @Override
  public Seen<SortedSet<String>> leftOutside() {
    SortedSet<String> left = MountedSystem.mountsBelow(top);
    runs.ifPresent(directory -> left.addAll(MountedSystem.filesIn(directory)));
    return Seen.of(left);
  }
}
