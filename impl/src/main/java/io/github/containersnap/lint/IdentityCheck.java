package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What must be different on each machine, and is the same on all that boot the image. */
final class IdentityCheck implements LintCheck {
  private static final String MACHINE_ID = "etc/machine-id";
  private static final String HOSTNAME = "etc/hostname";
  private static final Pattern HOST_KEY = Pattern.compile("etc/ssh/ssh_host_[^/]+_key");
  private static final Set<String> NO_NAMES = Set.of("", "localhost", "localhost.localdomain");

  @Override
  public List<Finding> findings(InspectedImage image) {
    List<Finding> findings = new ArrayList<>();
    if (hasMachineId(image)) {
      findings.add(
          Finding.error(
              LintRule.MACHINE_ID,
              "it has a machine id",
              List.of(MACHINE_ID),
              "Every machine that is installed from the image gets this one id, and DHCP, journals"
                  + " and licences take them for one machine (machine-id(5)).",
              "Empty the file at the end of the build: RUN truncate --size 0 /etc/machine-id"));
    }
    List<String> keys = image.paths((path, entry) -> HOST_KEY.matcher(path).matches());
    if (!keys.isEmpty()) {
      findings.add(
          Finding.error(
              LintRule.SSH_HOST_KEY,
              "it has private SSH host keys",
              keys,
              "Anyone who has the image can pass for every machine that was installed from it.",
              "Remove them in the layer that installs the SSH server, and let each machine make its"
                  + " own: RUN rm -f /etc/ssh/ssh_host_*"));
    }
    image
        .text(HOSTNAME)
        .map(String::strip)
        .filter(name -> !NO_NAMES.contains(name))
        .map(
            name ->
                Finding.warning(
                    LintRule.HOSTNAME,
                    "it has a host name",
                    List.of(HOSTNAME),
                    "All machines that are installed from the image have the same name; often it is"
                        + " the name of the one that built it.",
                    "Remove the file; DEFAULT_HOSTNAME= in os-release(5) is for all machines."))
        .ifPresent(findings::add);
    return findings;
  }

  private static boolean hasMachineId(InspectedImage image) {
    return image
            .tree()
            .resolve(MACHINE_ID)
            .flatMap(image.tree()::get)
            .filter(entry -> entry.kind() == FileKind.FILE && entry.size() > 0)
            .isPresent()
        && image.text(MACHINE_ID).filter(id -> id.strip().equals("uninitialized")).isEmpty();
  }
}
