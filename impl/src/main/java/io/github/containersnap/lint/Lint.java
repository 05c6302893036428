package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintReport;
import io.github.containersnap.lint.model.LintRule;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/** All checks, on one image. */
public final class Lint {
  private static final List<LintCheck> CHECKS =
      List.of(
          new ArchitectureCheck(),
          new BootCheck(),
          new KernelsCheck(),
          new DanglingLinksCheck(),
          new SelinuxCheck(),
          new UpdaterCheck(),
          new DropInProgramsCheck(),
          new PackageTimersCheck(),
          new SignaturePolicyCheck(),
          new TukitCheck(),
          new IdentityCheck(),
          new RootPasswordCheck(),
          new FstabCheck(),
          new BuildResidueCheck(),
          new SharedContentCheck(),
          new DeviceNodesCheck(),
          new WorldWritableCheck(),
          new ClosedDirectoryCheck(),
          new SetUserIdCheck(),
          new FileNamesCheck());

  private Lint() {}

  /**
   * Looks at {@code image}.
   *
   * @param ignored rules whose findings are only counted
   */
  public static LintReport of(InspectedImage image, Set<LintRule> ignored) {
    List<Finding> all =
        CHECKS.stream()
            .flatMap(check -> check.findings(image).stream())
            .sorted(Comparator.comparing(Finding::rule).thenComparing(Finding::severity))
            .toList();
    List<Finding> told = all.stream().filter(finding -> !ignored.contains(finding.rule())).toList();
    return new LintReport(told, all.size() - told.size());
  }
}
