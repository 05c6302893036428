package io.github.containersnap.lint;

import io.github.containersnap.tree.Kind;
import java.util.ArrayList;
import java.util.List;

/** Files that tell of the machine on which the image was built. */
final class BuildResidueCheck implements Check {
  private static final String RESOLV_CONF = "etc/resolv.conf";
  private static final String ADJTIME = "etc/adjtime";

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<Finding> findings = new ArrayList<>();
    if (isFile(image, RESOLV_CONF) && namesServers(image)) {
      findings.add(
          Finding.warning(
              Rule.RESOLV_CONF,
              "it has the name servers of the machine that built it",
              List.of(RESOLV_CONF),
              "A machine elsewhere asks servers that it cannot reach, or that are not its own.",
              "Remove the file at the end of the build, or make it a link to where the network"
                  + " service writes: /run/systemd/resolve/stub-resolv.conf"));
    }
    if (isFile(image, ADJTIME)) {
      findings.add(
          Finding.warning(
              Rule.ADJTIME,
              "it has the drift of one machine's clock",
              List.of(ADJTIME),
              "hwclock(8) corrects the clocks of all machines by it, and takes from it whether they"
                  + " run in local time.",
              "Remove the file."));
    }
    return findings;
  }

  private static boolean isFile(InspectedImage image, String path) {
    return image.tree().get(path).filter(entry -> entry.kind() == Kind.FILE).isPresent();
  }

  private static boolean namesServers(InspectedImage image) {
    return image.text(RESOLV_CONF).stream()
        .flatMap(String::lines)
        .anyMatch(line -> line.strip().startsWith("nameserver"));
  }
}
