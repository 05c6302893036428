package io.github.containersnap.lint.model;

import java.util.List;

/**
 * A rule that an image does not keep.
 *
 * @param severity how bad it is
 * @param rule which one
 * @param what what was found, the beginning of a sentence without its full stop
 * @param paths where, without leading slashes and escaped as in a tree; all of them, perhaps none
 * @param why why it matters, as a sentence
 * @param fix what to do about it, as a sentence
 */
public record Finding(
    Severity severity, LintRule rule, String what, List<String> paths, String why, String fix) {
  public Finding {
    paths = List.copyOf(paths);
  }

  /** An error. */
  public static Finding error(
      LintRule rule, String what, List<String> paths, String why, String fix) {
    return new Finding(Severity.ERROR, rule, what, paths, why, fix);
  }

  /** A warning. */
  public static Finding warning(
      LintRule rule, String what, List<String> paths, String why, String fix) {
    return new Finding(Severity.WARNING, rule, what, paths, why, fix);
  }
}
