package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import java.util.ArrayList;
import java.util.List;

/** Device nodes where the kernel does not put any. */
final class DeviceNodesCheck implements LintCheck {
  @Override
  public List<Finding> findings(InspectedImage image) {
    List<Finding> findings = new ArrayList<>();
    List<String> nodes =
        image.paths(
            (path, entry) ->
                entry.kind().isDevice()
                    && entry.deviceNumber() != 0
                    && !InspectedImage.isWithin("dev", path));
    if (!nodes.isEmpty()) {
      findings.add(
          Finding.error(
              LintRule.DEVICE_NODE,
              "it has device nodes outside of /dev",
              nodes,
              "They reach memory and disks past every permission of the files on them, and the"
                  + " numbers may stand for something else on another machine.",
              "Remove them: the kernel fills /dev at boot."));
    }
    List<String> whiteouts =
        image.paths(
            (path, entry) ->
                entry.kind() == FileKind.CHARACTER_DEVICE && entry.deviceNumber() == 0);
    if (!whiteouts.isEmpty()) {
      findings.add(
          Finding.error(
              LintRule.DEVICE_NODE,
              "it has devices with the number 0:0",
              whiteouts,
              "overlayfs marks removed files like that: a layer was packed from below a mounted"
                  + " overlay, and these files should not be there.",
              "Build the layer with podman or buildah, or pack what the overlay shows."));
    }
    return findings;
  }
}
