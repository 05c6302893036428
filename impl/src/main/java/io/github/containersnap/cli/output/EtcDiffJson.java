package io.github.containersnap.cli.output;

import io.github.containersnap.base.Json;
import io.github.containersnap.engine.etc.EtcChanges;
import io.github.containersnap.etc.EtcChange;
import java.util.List;

/** {@code etc-diff --json}, schema 1: later schemas only add fields. */
public record EtcDiffJson(int schema, String deployment, List<Change> changes) {

  /**
   * One changed path.
   *
   * @param change added, modified, deleted, type or attributes
   */
  record Change(String change, String path, String what) {
    static Change of(EtcChange change) {
      return new Change(word(change.kind()), EtcDiffJson.path(change), change.what());
    }
  }

  /** The kind of a change in a word. */
  static String word(EtcChange.Kind kind) {
    return switch (kind) {
      case ADDED -> "added";
      case MODIFIED -> "modified";
      case DELETED -> "deleted";
      case TYPE -> "type";
      case ATTRIBUTES -> "attributes";
    };
  }

  /** The changed path, from the root of the file system on. */
  public static String path(EtcChange change) {
    return change.path().isEmpty() ? "/etc" : "/etc/" + change.path();
  }

  /** The changes as JSON text, without a newline at the end. */
  public static String of(EtcChanges found) {
    EtcDiffJson json =
        new EtcDiffJson(
            1, found.deployment().toString(), found.changes().stream().map(Change::of).toList());
    return Json.pretty(json);
  }
}
