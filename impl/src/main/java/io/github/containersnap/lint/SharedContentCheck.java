package io.github.containersnap.lint;

import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.tree.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Files in directories that belong to the machine, and that an update therefore does not bring. */
final class SharedContentCheck implements Check {
  private static final String VAR = "var";

  /** What every distribution puts into root's home, and nobody misses. */
  private static final Set<String> USUAL =
      Set.of(
          "root/.bash_logout",
          "root/.bash_profile",
          "root/.bashrc",
          "root/.cshrc",
          "root/.profile",
          "root/.tcshrc");

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<Finding> findings = new ArrayList<>();
    List<String> inVar = files(image, List.of(VAR));
    if (!inVar.isEmpty()) {
      findings.add(
          Finding.warning(
              Rule.VAR_CONTENT,
              "it has %s in /var".formatted(files(inVar.size())),
              byDirectory(inVar),
              "/var is the machine's own, mounted over the image's: nothing of this reaches a"
                  + " machine, not by an install and not by an update, and neither do the"
                  + " directories there.",
              "Keep what belongs to the system in /usr, such as the package database, and have"
                  + " tmpfiles.d(5) or StateDirectory= make what services need in /var."));
    }
    List<String> inHomes = files(image, DeploymentLayout.SHARED_DIRECTORIES);
    if (!inHomes.isEmpty()) {
      findings.add(
          Finding.warning(
              Rule.HOME_CONTENT,
              "it has %s in directories that all deployments share"
                  .formatted(files(inHomes.size())),
              byDirectory(inHomes),
              "They reach a machine once, with the first image that has the directory; later"
                  + " updates leave the machine's own as it is.",
              "Keep what belongs to the system in /usr, and what new users get in /etc/skel."));
    }
    return findings;
  }

  private static String files(int count) {
    return count == 1 ? "a file" : "%,d files".formatted(count);
  }

  private static List<String> files(InspectedImage image, List<String> directories) {
    return image.paths(
        (path, entry) ->
            InspectedImage.isWithin(directories, path)
                && entry.kind() != Kind.DIRECTORY
                && !USUAL.contains(path));
  }

  /** The directories that hold them, two or three levels deep, the fullest first. */
  private static List<String> byDirectory(List<String> files) {
    Map<String, Integer> counts = new TreeMap<>();
    files.forEach(file -> counts.merge(upTo(file), 1, Integer::sum));
    return counts.entrySet().stream()
        .sorted(Comparator.comparing(Map.Entry<String, Integer>::getValue).reversed())
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String upTo(String file) {
    String[] parts = file.split("/", -1);
    return parts.length > 3 ? String.join("/", parts[0], parts[1], parts[2]) + "/" : file;
  }
}
