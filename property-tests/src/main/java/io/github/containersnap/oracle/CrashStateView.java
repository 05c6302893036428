package io.github.containersnap.oracle;

import io.github.containersnap.command.CommandFailedException;
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
import io.github.containersnap.properties.UnreadableTree;
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
 * A crash state on a real btrfs, at one of the moments of its examination. What boots is what its
 * menus say, executed.
 */
final class CrashStateView implements SystemView {
  private static final String NOT_MOUNTED = "it is not mounted yet";
  private static final String READ_BEFORE = "it was read before this update";
  private static final String MOUNTED = "it is mounted, so the disk is behind the kernel's cache";

  private final Optional<String> obstacle;
  private final Seen<BootPlan> loaderPlan;
  private final BootPlan kernelPlan;
  private final Seen<Path> mount;
  private final Seen<BootLoaderView> bootLoader;
  private final Seen<Path> checked;
  private final Set<String> ownSubvolumes;
  private final Set<String> readBefore;
  private final Map<String, Seen<BootFile>> bootFiles = new HashMap<>();
  private final Map<String, Trees> trees = new HashMap<>();

  /** What was read of a deployment. */
  private record Trees(Tree sealed, Seen<Tree> etc) {}

  private CrashStateView(
      Optional<String> obstacle,
      Seen<BootPlan> loaderPlan,
      BootPlan kernelPlan,
      Seen<Path> mount,
      Seen<BootLoaderView> bootLoader,
      Seen<Path> checked,
      Set<String> ownSubvolumes,
      Set<String> readBefore) {
    this.obstacle = obstacle;
    this.loaderPlan = loaderPlan;
    this.kernelPlan = kernelPlan;
    this.mount = mount;
    this.bootLoader = bootLoader;
    this.checked = checked;
    this.ownSubvolumes = ownSubvolumes;
    this.readBefore = readBefore;
  }

  /** The state on a device that is not mounted, which at first sight looks like {@code sight}. */
  static CrashStateView atPowerOn(Path device, UUID filesystem, FirstSight sight) {
    BootPlan loader = MenuPlan.of(sight.loader(), filesystem);
    return new CrashStateView(
        sight.obstacle(),
        Seen.of(loader),
        sight.kernel().equals(sight.loader()) ? loader : MenuPlan.of(sight.kernel(), filesystem),
        Seen.hidden(NOT_MOUNTED),
        Seen.of(new BootLoaderView(device)),
        Seen.hidden("it is checked after the recovery"),
        Set.of(),
        Set.of());
  }

  /**
   * The same state mounted, once a recovery has run.
   *
   * @param top where its top level is mounted
   * @param ownSubvolumes those that the machine's owner made, from the top level
   */
  CrashStateView recovered(Path top, Set<String> ownSubvolumes) {
    return new CrashStateView(
        obstacle,
        loaderPlan,
        kernelPlan,
        Seen.of(top),
        Seen.hidden(MOUNTED),
        Seen.hidden("it is mounted, and checked once it is not"),
        ownSubvolumes,
        Set.of());
  }

  /**
   * The same state after that, not mounted any more.
   *
   * @param device holds it
   */
  CrashStateView unmounted(Path device) {
    return new CrashStateView(
        obstacle,
        loaderPlan,
        kernelPlan,
        Seen.hidden("it is not mounted any more"),
        Seen.hidden("it was read at power-on"),
        Seen.of(device),
        Set.of(),
        Set.of());
  }

  /**
   * A machine after a further update, mounted.
   *
   * @param readBefore the deployments that were read after the recovery, and that no update writes
   *     to: nothing is read twice
   */
  static CrashStateView updated(
      Path top, UUID filesystem, Set<String> ownSubvolumes, Set<String> readBefore) {
    BootPlan plan = MenuPlan.of(CrashOracle.kernelMenu(top), filesystem);
    return new CrashStateView(
        Optional.empty(),
        Seen.hidden(MOUNTED),
        plan,
        Seen.of(top),
        Seen.hidden(MOUNTED),
        Seen.hidden("it was checked before this update"),
        ownSubvolumes,
        readBefore);
  }

  @Override
  public Optional<String> obstacle() {
    return obstacle;
  }

  @Override
  public Seen<Optional<String>> damage() {
    return checked.map(FilesystemCheck::complaint);
  }

  @Override
  public Seen<BootPlan> boot(Reader reader) {
    return reader == Reader.BOOT_LOADER ? loaderPlan : Seen.of(kernelPlan);
  }

  /** What the menu says is executed; what the engine reads in it, its histories judge. */
  @Override
  public Seen<String> menu() {
    return Seen.hidden("the menu is executed, not read");
  }

  @Override
  public Seen<BootFile> bootFile(String path) {
    return bootFiles.computeIfAbsent(path, _ -> bootLoader.map(loader -> read(loader, path)));
  }

  private static BootFile read(BootLoaderView loader, String path) {
    try {
      return new BootFile.Content(loader.digest(path));
    } catch (CommandFailedException cannotRead) {
      boolean missing = cannotRead.standardError().contains("not found");
      return new BootFile.Unreadable(missing ? "find" : "read");
    }
  }

  @Override
  public Seen<SortedSet<String>> deployments() {
    return mount.map(
        top -> {
          SortedSet<String> ids = SystemUnderTest.deployments(top);
          ids.removeIf(name -> DeploymentId.read(name).isEmpty()); // strays, and told as such
          return ids;
        });
  }

  @Override
  public Seen<Tree> sealed(String id) {
    return trees(id).map(Trees::sealed);
  }

  @Override
  public Seen<Tree> etc(String id) {
    return switch (trees(id)) {
      case Seen.Known<Trees>(Trees read) -> read.etc();
      case Seen.Hidden<Trees>(String why) -> Seen.hidden(why);
    };
  }

  private Seen<Trees> trees(String id) {
    return readBefore.contains(id)
        ? Seen.hidden(READ_BEFORE)
        : mount.map(top -> trees.computeIfAbsent(id, _ -> read(top, id)));
  }

  private static Trees read(Path top, String id) {
    try {
      DeploymentTree tree = DeploymentTree.read(top, DeploymentId.parse(id));
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
    return mount.map(
        top ->
            DeploymentTree.origin(top, DeploymentId.parse(id))
                .map(it -> new Origin(it.imageId(), Optional.of(it.reference()))));
  }

  @Override
  public Seen<Access> access(String path) {
    return mount.map(top -> SystemUnderTest.access(top.resolve(path)));
  }

  @Override
  public Seen<Optional<Tree>> data(String subvolume) {
    return readBefore.isEmpty() ? mount.map(top -> data(top, subvolume)) : Seen.hidden(READ_BEFORE);
  }

  private static Optional<Tree> data(Path top, String subvolume) {
    if (!Files.isDirectory(top.resolve(subvolume), LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ManifestTree(subvolume.substring(1), SystemUnderTest.data(top, subvolume)));
    } catch (TreeReadException cannotRead) {
      return Optional.of(new UnreadableTree(String.valueOf(cannotRead.getMessage())));
    }
  }

  @Override
  public Seen<SortedSet<String>> pins() {
    return mount.map(SystemUnderTest::pins);
  }

  @Override
  public Seen<SortedSet<String>> strays() {
    return mount.map(top -> SystemUnderTest.strays(top, ownSubvolumes));
  }
}
