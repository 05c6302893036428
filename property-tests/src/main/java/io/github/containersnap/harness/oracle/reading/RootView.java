package io.github.containersnap.harness.oracle.reading;

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
import io.github.containersnap.tree.TreeScan;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A system of another updater. All that is known of it is the root that boots next, which its
 * updater names, and what the harness put into /var. A root is taken for a deployment whose id is
 * its path. Where kernel and initrd come from is not known, so they count as the root's own.
 */
public final class RootView implements SystemView {
  /** In place of a UUID: the updater names a root, not a filesystem. */
  public static final String FILESYSTEM = "";

  /** The subvolume of the machine's /var. */
  public static final String VAR = "@var";

  private static final String ITS_OWN = "that is the updater's own affair";

  private final QuickView sight;
  private final Seen<Path> mounted;
  private final Seen<Path> checked;
  private Optional<Seen<Tree>> root = Optional.empty();

  private RootView(QuickView sight, Seen<Path> mounted, Seen<Path> checked) {
    this.sight = sight;
    this.mounted = mounted;
    this.checked = checked;
  }

  /** A state that is not mounted, which at first sight looks so. */
  public static RootView atPowerOn(QuickView sight) {
    return new RootView(
        sight, Seen.hidden("it is not mounted yet"), Seen.hidden("it is checked later"));
  }

  /** The same state, mounted at {@code top} once a recovery has run. */
  public RootView recovered(Path top) {
    return new RootView(sight, Seen.of(top), Seen.hidden("it is checked later"));
  }

  /** The same state after that, not mounted any more. */
  public RootView unmounted(Path device) {
    return new RootView(sight, Seen.hidden("it is not mounted any more"), Seen.of(device));
  }

  /** A system, mounted at {@code top}, that boots a root next. */
  public static RootView updated(Path top, Optional<String> nextRoot) {
    return new RootView(
        new QuickView(nextRoot, nextRoot, Optional.empty()),
        Seen.of(top),
        Seen.hidden("it was checked before this update"));
  }

  @Override
  public Optional<String> obstacle() {
    return sight.obstacle();
  }

  @Override
  public Seen<Optional<String>> damage() {
    return checked.map(FilesystemCheck::complaint);
  }

  @Override
  public Seen<BootPlan> boot(Reader reader) {
    Optional<String> named = reader == Reader.BOOT_LOADER ? sight.loader() : sight.kernel();
    return Seen.of(
        new BootPlan(
            List.of(
                named
                    .<BootPlan.Start>map(BootPlan.Entry::ofRoot)
                    .orElseGet(() -> new BootPlan.Stuck("there is no root to boot")))));
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
                  .filter(it -> Files.isDirectory(top.resolve(it), LinkOption.NOFOLLOW_LINKS));
          return new TreeSet<>(there.stream().toList());
        });
  }

  @Override
  public Seen<Tree> sealed(String id) {
    if (root.isEmpty()) {
      root = Optional.of(mounted.map(top -> read(top.resolve(id))));
    }
    return root.get();
  }

  private static Tree read(Path directory) {
    try {
      return new ManifestTree("", TreeScan.of(directory));
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
