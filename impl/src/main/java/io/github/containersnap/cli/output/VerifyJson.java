package io.github.containersnap.cli.output;

import io.github.containersnap.base.Json;
import io.github.containersnap.engine.Verification;
import java.util.List;

/**
 * {@code verify --json}, schema 1; later schemas only add fields.
 *
 * @param deployment what was looked at
 * @param isItsImage whether there are no differences
 * @param differences by path, each absolute in the deployment and escaped as by {@code lint --json}
 */
public record VerifyJson(
    int schema, String deployment, boolean isItsImage, List<Difference> differences) {

  /**
   * A place in which it is not its image.
   *
   * @param what how, for people
   */
  record Difference(String path, String what) {}

  /** The differences as JSON text, without a newline at the end. */
  public static String of(Verification found) {
    VerifyJson json =
        new VerifyJson(
            1,
            found.deployment().toString(),
            found.differences().isEmpty(),
            found.differences().stream()
                .map(difference -> new Difference("/" + difference.path(), difference.what()))
                .toList());
    return Json.pretty(json);
  }
}
