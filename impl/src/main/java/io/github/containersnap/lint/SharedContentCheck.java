package io.github.containersnap.lint;

import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Files in directories that belong to the machine, and that an update therefore does not bring. */
final class SharedContentCheck implements LintCheck {
  private static final String VAR = "var";

  /** They lead a package manager to its database in /usr. */
  private static final Set<String> DATABASE_LINKS = Set.of("var/lib/dpkg", "var/lib/rpm");

  private static final String DPKG_STATUS = "var/lib/dpkg/status";
  private static final List<String> RPM_DATABASES =
      List.of("var/lib/rpm/rpmdb.sqlite", "var/lib/rpm/Packages", "var/lib/rpm/Packages.db");

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
              LintRule.VAR_CONTENT,
              "it has %s in /var".formatted(files(inVar.size())),
              byDirectory(inVar),
              "/var is the machine's own, mounted over the image's. This reaches a machine once, at"
                  + " its installation. No update brings it, nor the directories there.",
              "Keep what belongs to the system in /usr, and have tmpfiles.d(5) or StateDirectory="
                  + " make what services need in /var."));
    }
    if (holds(image, DPKG_STATUS)) {
      findings.add(
          Finding.warning(
              LintRule.PACKAGE_DATABASE,
              "its package database is in /var",
              List.of(DPKG_STATUS),
              "A machine keeps the database of the image that it was installed with. After an"
                  + " update `dpkg -l` lists packages that are not those of the system.",
              "As the last step of the build: mkdir -p /usr/lib/sysimage && mv /var/lib/dpkg"
                  + " /usr/lib/sysimage/ && ln -s ../../usr/lib/sysimage/dpkg /var/lib/dpkg"));
    }
    for (String database : RPM_DATABASES) {
      if (holds(image, database)) {
        findings.add(
            Finding.warning(
                LintRule.PACKAGE_DATABASE,
                "its package database is in /var",
                List.of(database),
                "A machine keeps the database of the image that it was installed with. After an"
                    + " update `rpm -qa` lists packages that are not those of the system.",
                "Set %_dbpath to /usr/lib/sysimage/rpm, run `rpm --rebuilddb`, and make"
                    + " /var/lib/rpm a link to ../../usr/lib/sysimage/rpm."));
      }
    }
    List<String> inHomes = files(image, DeploymentLayout.SHARED_DIRECTORIES);
    if (!inHomes.isEmpty()) {
      findings.add(
          Finding.warning(
              LintRule.HOME_CONTENT,
              "it has %s in directories that all deployments share"
                  .formatted(files(inHomes.size())),
              byDirectory(inHomes),
              "They reach a machine once, with the first image that has the directory; later"
                  + " updates leave the machine's own as it is.",
              "Keep what belongs to the system in /usr, and what new users get in /etc/skel."));
    }
    return findings;
  }

  /** Whether it has the file there, and not behind a link that leads into /usr. */
  private static boolean holds(InspectedImage image, String file) {
    return !image.paths((path, entry) -> path.equals(file)).isEmpty();
  }

  private static String files(int count) {
    return count == 1 ? "a file" : "%,d files".formatted(count);
  }

  private static List<String> files(InspectedImage image, List<String> directories) {
    return image.paths(
        (path, entry) ->
            InspectedImage.isWithin(directories, path)
                && entry.kind() != FileKind.DIRECTORY
                && !(entry.kind() == FileKind.SYMLINK && DATABASE_LINKS.contains(path))
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
