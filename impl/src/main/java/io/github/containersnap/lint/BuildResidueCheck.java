package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import java.util.ArrayList;
import java.util.List;

/** Files that tell of the machine on which the image was built. */
final class BuildResidueCheck implements LintCheck {
  private static final String RESOLV_CONF = "etc/resolv.conf";
  private static final String HOSTS = "etc/hosts";
  private static final String ADJTIME = "etc/adjtime";

  /** What Docker, and buildah and podman, leave at the root of what they build. */
  private static final List<String> CONTAINER_MARKS = List.of(".dockerenv", "run/.containerenv");

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<Finding> findings = new ArrayList<>();
    if (isFile(image, RESOLV_CONF) && namesServers(image)) {
      findings.add(
          Finding.warning(
              LintRule.RESOLV_CONF,
              "it has the name servers of the machine that built it",
              List.of(RESOLV_CONF),
              "A machine elsewhere asks servers that it cannot reach, or that are not its own.",
              "Remove the file at the end of the build, or make it a link to where the network"
                  + " service writes: /run/systemd/resolve/stub-resolv.conf"));
    }
    if (isEmpty(image, RESOLV_CONF)) {
      findings.add(
          Finding.warning(
              LintRule.RESOLV_CONF,
              "its resolv.conf is an empty file, as builders leave it",
              List.of(RESOLV_CONF),
              "A machine that never changed its own gets this one with an update: where it had a"
                  + " link to its resolver's file, it resolves no name from then on.",
              "Restore it after the build, as a link such as"
                  + " ../run/systemd/resolve/stub-resolv.conf, or leave it out of the image."));
    }
    if (isEmpty(image, HOSTS) || namesAContainer(image)) {
      findings.add(
          Finding.warning(
              LintRule.HOSTS,
              "its hosts file is a builder's",
              List.of(HOSTS),
              "A machine that never changed its own gets this one with an update, and may not know"
                  + " localhost any more.",
              "Restore it after the build: at least the line 127.0.0.1 localhost"));
    }
    List<String> marks = CONTAINER_MARKS.stream().filter(path -> isFile(image, path)).toList();
    if (!marks.isEmpty()) {
      findings.add(
          Finding.warning(
              LintRule.CONTAINER_MARK,
              "it has what tells programs that they run in a container",
              marks,
              "Units and programs leave out on a machine what they leave out in a container.",
              "Remove it once the build is done, from outside of the container."));
    }
    if (isFile(image, ADJTIME)) {
      findings.add(
          Finding.warning(
              LintRule.ADJTIME,
              "it has the drift of one machine's clock",
              List.of(ADJTIME),
              "hwclock(8) corrects the clocks of all machines by it, and takes from it whether they"
                  + " run in local time.",
              "Remove the file."));
    }
    return findings;
  }

  private static boolean isFile(InspectedImage image, String path) {
    return image.tree().get(path).filter(entry -> entry.kind() == FileKind.FILE).isPresent();
  }

  private static boolean isEmpty(InspectedImage image, String path) {
    return image
        .tree()
        .get(path)
        .filter(entry -> entry.kind() == FileKind.FILE && entry.size() == 0)
        .isPresent();
  }

  private static boolean namesAContainer(InspectedImage image) {
    return isFile(image, HOSTS)
        && image.text(HOSTS).filter(text -> text.contains("host.containers.internal")).isPresent();
  }

  private static boolean namesServers(InspectedImage image) {
    return image.text(RESOLV_CONF).stream()
        .flatMap(String::lines)
        .anyMatch(line -> line.strip().startsWith("nameserver"));
  }
}
