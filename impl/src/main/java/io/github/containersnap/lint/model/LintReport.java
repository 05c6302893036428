package io.github.containersnap.lint.model;

import java.util.List;

/**
 * What was found.
 *
 * @param findings by rule, in the order of {@link LintRule}
 * @param ignored how many more there are of rules that were to be ignored
 */
public record LintReport(List<Finding> findings, int ignored) {
  public LintReport {
    findings = List.copyOf(findings);
  }

  /** How many findings are that bad. */
  public long count(Severity severity) {
    return findings.stream().filter(finding -> finding.severity() == severity).count();
  }
}
