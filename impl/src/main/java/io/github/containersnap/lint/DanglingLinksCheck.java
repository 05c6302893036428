package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.PathResolution;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/** Links that lead nowhere, in places where a boot goes through them. */
final class DanglingLinksCheck implements LintCheck {
  private static final String INIT = "sbin/init";
  private static final List<String> LINKED_DIRECTORIES = List.of("bin", "lib", "lib64", "sbin");
  private static final List<String> PLACES =
      List.of(
          "boot",
          "etc/systemd/system",
          "lib/modules",
          "lib/systemd/system",
          "usr/lib/modules",
          "usr/lib/systemd/system");

  /** What is there only at run time; a masked unit is a link to /dev/null. */
  private static final List<String> AT_RUN_TIME =
      List.of("dev", "home", "proc", "root", "run", "srv", "sys", "tmp", "var");

  private static final int MOST_LINKS = 40;

  @Override
  public List<Finding> findings(InspectedImage image) {
    TreeManifest tree = image.tree();
    List<Finding> findings = new ArrayList<>();
    List<String> needed =
        image.paths((path, entry) -> isNeeded(tree, path) && dangles(tree, path, entry));
    if (!needed.isEmpty()) {
      findings.add(
          Finding.error(
              LintRule.DANGLING_LINK,
              "links that every boot needs lead nowhere",
              needed,
              "The kernel starts /sbin/init, and programs look for their loader and libraries in"
                  + " /lib and /lib64.",
              "Install what they lead to, or make them lead to what is installed."));
    }
    List<String> others =
        image.paths(
            (path, entry) ->
                InspectedImage.isWithin(PLACES, path)
                    && !isForBuilds(path)
                    && dangles(tree, path, entry));
    if (!others.isEmpty()) {
      findings.add(
          Finding.warning(
              LintRule.DANGLING_LINK,
              "links to units, kernels or modules lead nowhere",
              others,
              "What they stand for does not happen: a unit is not started, a module not loaded.",
              "Install what they lead to, or remove them: `systemctl disable UNIT` for units,"
                  + " before the package is removed."));
    }
    return findings;
  }

  private static boolean isNeeded(TreeManifest tree, String path) {
    return LINKED_DIRECTORIES.contains(path) || isInit(tree, path);
  }

  private static boolean isInit(TreeManifest tree, String path) {
    return path.equals(INIT)
        || tree.resolve("sbin").filter(sbin -> path.equals(sbin + "/init")).isPresent();
  }

  /** Only for building modules: sources and headers, which no system needs at run time. */
  private static boolean isForBuilds(String path) {
    return path.endsWith("/build") || path.endsWith("/source");
  }

  private static boolean dangles(TreeManifest tree, String path, TreeEntry link) {
    return link.kind() == FileKind.SYMLINK
        && tree.resolve(path).isEmpty()
        && !leadsToRunTime(tree, path);
  }

  /** Follows the link until it leaves what an image decides, or ends. */
  private static boolean leadsToRunTime(TreeManifest tree, String path) {
    String at = path;
    for (int links = 0; links < MOST_LINKS; links++) {
      Optional<TreeEntry> link = tree.get(at).filter(entry -> entry.kind() == FileKind.SYMLINK);
      if (link.isEmpty()) {
        return false;
      }
      at = target(at, link.get().linkTarget());
      if (InspectedImage.isWithin(AT_RUN_TIME, at)) {
        return true;
      }
      at = inRealDirectory(tree, at);
    }
    return false;
  }

  private static String inRealDirectory(TreeManifest tree, String path) {
    String directory = PathResolution.parent(path);
    String name = path.substring(path.lastIndexOf('/') + 1);
    return tree.resolve(directory)
        .map(real -> real.isEmpty() ? name : real + "/" + name)
        .orElse(path);
  }

  private static String target(String link, String target) {
    Deque<String> components = new ArrayDeque<>();
    String whole = target.startsWith("/") ? target : PathResolution.parent(link) + "/" + target;
    for (String component : whole.split("/", -1)) {
      if (component.equals("..")) {
        components.pollLast();
      } else if (!component.isEmpty() && !component.equals(".")) {
        components.addLast(component);
      }
    }
    return String.join("/", components);
  }
}
