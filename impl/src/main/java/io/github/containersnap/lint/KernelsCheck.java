package io.github.containersnap.lint;

import io.github.containersnap.engine.bootable.BootableCheck;
import io.github.containersnap.engine.bootable.BootableReport;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import java.util.List;

/** An image that leaves open which kernel is meant. */
final class KernelsCheck implements LintCheck {
  @Override
  public List<Finding> findings(InspectedImage image) {
    BootableReport boot = BootableCheck.assess(image.tree());
    if (boot.kernels().size() < 2) {
      return List.of();
    }
    String booted = boot.files().map(BootFiles::version).orElse("none of them");
    return List.of(
        Finding.warning(
            LintRule.SEVERAL_KERNELS,
            "it has parts of %,d kernels, and %s boots".formatted(boot.kernels().size(), booted),
            boot.kernels().stream().map(version -> place(image, version)).toList(),
            "The highest version of which kernel, initrd and modules are there is booted. The"
                + " others are never used, and a new kernel that lacks one of the three goes"
                + " unnoticed.",
            "Remove the other kernels, with what is theirs in /boot, in the layer that installs the"
                + " new one."));
  }

  private static String place(InspectedImage image, String version) {
    String modules = "usr/lib/modules/" + version;
    return image.has(modules) ? modules : "boot/vmlinuz-" + version;
  }
}
