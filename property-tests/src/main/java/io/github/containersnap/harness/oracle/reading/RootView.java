package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.harness.updater.BootContent;
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
import io.github.containersnap.loopback.disk.Filesystem;
import io.github.containersnap.tree.TreeReadException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A system of another updater. All that is known of it is what boots next, which its updater names,
 * and what the harness put into /var. A root is taken for a deployment whose id is its path.
 * Kernel, initrd and command line count as files of the root, wherever they lie.
 */
public final class RootView implements SystemView {
  /** In place of a UUID: the updater names a root, not a filesystem. */
  public static final String FILESYSTEM = "";

  /** The subvolume of the machine's /var. */
  public static final String VAR = "@var";

  private static final String ITS_OWN = "that is the updater's own affair";

  private final RootSight sight;
  private final Filesystem filesystem;
  private final Predicate<String> ignored;
  private final Optional<SharedContent.InState> shared;
  private final Seen<Path> mounted;
  private final Seen<Path> checked;
  private Optional<Seen<Tree>> root = Optional.empty();

  private RootView(
      RootSight sight,
      Filesystem filesystem,
      Predicate<String> ignored,
      Optional<SharedContent.InState> shared,
      Seen<Path> mounted,
      Seen<Path> checked) {
    this.sight = sight;
    this.filesystem = filesystem;
    this.ignored = ignored;
    this.shared = shared;
    this.mounted = mounted;
    this.checked = checked;
  }

  /**
   * A state that is not mounted, which at first sight looks so.
   *
   * @param ignored paths in the root that are not looked at
   */
  public static RootView atPowerOn(
      RootSight sight, Filesystem filesystem, Predicate<String> ignored) {
    return new RootView(
        sight,
        filesystem,
        ignored,
        Optional.empty(),
        Seen.hidden("it is not mounted yet"),
        Seen.hidden("it is checked later"));
  }

  /**
   * The same state, mounted at {@code top} and not changed since.
   *
   * @param known what other states of the log have in common with it, if that is known
   */
  public RootView mounted(Path top, Optional<SharedContent.InState> known) {
    return new RootView(
        sight, filesystem, ignored, known, Seen.of(top), Seen.hidden("it is checked later"));
  }

  /** The same state, mounted at {@code top}, once a command has run. */
  public RootView recovered(Path top) {
    return mounted(top, Optional.empty());
  }

  /** The same state after that, not mounted any more. */
  public RootView unmounted(Path device) {
    return new RootView(
        sight,
        filesystem,
        ignored,
        Optional.empty(),
        Seen.hidden("it is not mounted any more"),
        Seen.of(device));
  }

  /** The same disk, mounted at {@code top} after a command, which boots this next. */
  public RootView updated(Path top, Optional<BootContent> next) {
    return mounted(top, next, filesystem, ignored);
  }

  /**
   * A disk that is mounted, after a command.
   *
   * @param top where
   * @param next what boots next
   * @param ignored paths in the root that are not looked at
   */
  public static RootView mounted(
      Path top, Optional<BootContent> next, Filesystem filesystem, Predicate<String> ignored) {
    return new RootView(
        new RootSight(next, next, Optional.empty()),
        filesystem,
        ignored,
        Optional.empty(),
        Seen.of(top),
        Seen.hidden("it was checked before this command"));
  }

  /** The root that boots, with its boot files; empty if there is none. */
  public Optional<Tree> booted() {
    return sight
        .loader()
        .map(content -> content.boot().root())
        .filter(root -> deployments().known().filter(it -> it.contains(root)).isPresent())
        .flatMap(root -> sealed(root).known());
  }

  @Override
  public Optional<String> obstacle() {
    return sight.obstacle();
  }

  @Override
  public Seen<Optional<String>> damage() {
    return checked.map(device -> FilesystemCheck.complaint(filesystem, device));
  }

  @Override
  public Seen<BootPlan> boot(Reader reader) {
    Optional<BootContent> named = reader == Reader.BOOT_LOADER ? sight.loader() : sight.kernel();
    return Seen.of(
        new BootPlan(
            List.of(
                named
                    .<BootPlan.Start>map(RootView::entry)
                    .orElseGet(() -> new BootPlan.Stuck("there is no root to boot")))));
  }

  /** The boot files and their content stand for the arguments: two readers must agree on them. */
  private static BootPlan.Entry entry(BootContent content) {
    BootPlan.Entry root = BootPlan.Entry.ofRoot(content.boot().root());
    return new BootPlan.Entry(
        root.entry(),
        root.rootUuid(),
        root.subvolume(),
        root.kernel(),
        root.initrd(),
        content.lines().lines().toList(),
        root.timeoutSeconds());
  }

  @Override
  public Seen<String> menu() {
    return Seen.hidden(ITS_OWN);
  }

  @Override
  public Seen<Optional<String>> startFailure() {
    return Seen.hidden("nothing is booted here");
  }

  @Override
  public Seen<BootFile> bootFile(String path) {
    return Seen.hidden("which files boot is not known, and the root is read whole");
  }

  @Override
  public Seen<SortedSet<String>> deployments() {
    return mounted.map(
        top -> {
          Optional<String> there =
              sight
                  .loader()
                  .map(it -> it.boot().root())
                  .filter(it -> Files.isDirectory(top.resolve(it), LinkOption.NOFOLLOW_LINKS));
          return new TreeSet<>(there.stream().toList());
        });
  }

  @Override
  public Seen<Tree> sealed(String id) {
    if (root.isEmpty()) {
      root = Optional.of(mounted.map(this::read));
    }
    return root.get();
  }

  private Tree read(Path top) {
    try {
      BootContent content = sight.loader().orElseThrow();
      Path directory = top.resolve(content.boot().root());
      return new ManifestTree(
          "",
          shared
              .map(known -> content.with(known.scan(directory, ignored)))
              .orElseGet(() -> content.in(top, ignored)));
    } catch (TreeReadException damaged) {
      return new UnreadableTree(String.valueOf(damaged.getMessage()));
    }
  }

  @Override
  public Seen<Tree> etc(String id) {
    return Seen.hidden("it was read as a part of the root");
  }

  @Override
  public Seen<Optional<Origin>> origin(String id) {
    return Seen.hidden(ITS_OWN);
  }

  @Override
  public Seen<Access> access(String path) {
    return Seen.hidden(ITS_OWN);
  }

  /** Of /var, the directory that the machine's owner keeps there: an updater may use the rest. */
  @Override
  public Seen<Optional<Tree>> data(String subvolume) {
    return subvolume.equals(VAR)
        ? mounted.map(top -> Optional.of(var(top)))
        : Seen.hidden("nothing was put there");
  }

  private static Tree var(Path top) {
    try {
      return new ManifestTree("var/experiment", MountedSystem.var(top));
    } catch (TreeReadException damaged) {
      return new UnreadableTree(String.valueOf(damaged.getMessage()));
    }
  }

  @Override
  public Seen<SortedSet<String>> pins() {
    return Seen.hidden(ITS_OWN);
  }

  @Override
  public Seen<SortedSet<String>> strays() {
    return Seen.hidden(ITS_OWN);
  }

  @Override
  public Seen<Boolean> reserve() {
    return Seen.hidden(ITS_OWN);
  }

  @Override
  public Seen<SortedSet<String>> leftOutside() {
    return Seen.hidden(ITS_OWN);
  }
}
