package io.github.containersnap.harness.oracle;

import io.github.containersnap.harness.experiment.RootExpectations;
import io.github.containersnap.harness.property.Grade;
import io.github.containersnap.harness.updater.BootContent;
import io.github.containersnap.harness.view.ManifestTree;
import io.github.containersnap.harness.view.Tree;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Grades what boots by the two systems that it should be one of.
 *
 * @param expectations the two systems, as undisturbed runs of the updater left them
 */
record Grading(RootExpectations expectations) {
  /** Where an init may lie; links among them lead to one of the others or are none. */
  private static final List<String> INITS =
      List.of(
          "usr/lib/systemd/systemd",
          "lib/systemd/systemd",
          "usr/sbin/init",
          "sbin/init",
          "etc/init",
          "usr/bin/init",
          "bin/init",
          "init");

  /**
   * The grade of what boots.
   *
   * @param booted the root with its boot files; empty if there is no root
   */
  Grade of(Optional<Tree> booted) {
    if (booted.isEmpty()) {
      return Grade.UNBOOTABLE;
    }
    if (!(booted.get() instanceof ManifestTree(String _, TreeManifest found))) {
      return Grade.TORN; // something in it cannot be read
    }
    if (lacksKernel(found) || lacksInit(found)) {
      return Grade.UNBOOTABLE;
    }
    return ofFiles(found);
  }

  private Grade ofFiles(TreeManifest found) {
    boolean old = true;
    boolean newer = true;
    boolean torn = false;
    Set<String> paths = new TreeSet<>(found.entries().keySet());
    paths.addAll(expectations.oldTree().entries().keySet());
    paths.addAll(expectations.newTree().entries().keySet());
    for (String path : paths) {
      TreeEntry here = found.entries().get(path);
      TreeEntry before = expectations.oldTree().entries().get(path);
      TreeEntry after = expectations.newTree().entries().get(path);
      boolean isOld = Objects.equals(here, before);
      boolean isNew = Objects.equals(here, after);
      old &= isOld;
      newer &= isNew;
      torn |=
          (before != null || after != null)
              && !isSameFile(here, before)
              && !isSameFile(here, after);
    }
    if (torn) {
      return Grade.TORN;
    }
    return old ? Grade.OLD : newer ? Grade.NEW : Grade.MIXED;
  }

  /** The same but for which other names the file has: those are judged by themselves. */
  private static boolean isSameFile(@Nullable TreeEntry found, @Nullable TreeEntry wanted) {
    if (found == null || wanted == null) {
      return Objects.equals(found, wanted);
    }
    return found.inHardLinkGroup("").equals(wanted.inHardLinkGroup(""));
  }

  private boolean lacksKernel(TreeManifest found) {
    boolean known =
        isThere(expectations.oldTree(), BootContent.KERNEL)
            || isThere(expectations.newTree(), BootContent.KERNEL);
    return known && !isThere(found, BootContent.KERNEL);
  }

  /** Images of tests may have no init at all; then none can be missing. */
  private boolean lacksInit(TreeManifest found) {
    return (hasInit(expectations.oldTree()) || hasInit(expectations.newTree())) && !hasInit(found);
  }

  private static boolean hasInit(TreeManifest tree) {
    return INITS.stream()
        .flatMap(path -> tree.resolve(path).stream())
        .anyMatch(path -> isThere(tree, path));
  }

  private static boolean isThere(TreeManifest tree, String path) {
    return tree.get(path)
        .filter(entry -> entry.kind() == FileKind.FILE && entry.size() > 0)
        .isPresent();
  }
}
