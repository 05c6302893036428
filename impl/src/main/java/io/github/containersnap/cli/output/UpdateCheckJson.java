package io.github.containersnap.cli.output;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.github.containersnap.base.Json;
import io.github.containersnap.engine.UpdatePreview;
import io.github.containersnap.engine.diff.SystemDiff;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code update --check --json}, schema 1: what is not there is null, and later schemas only add
 * fields.
 *
 * @param available whether there is something new
 * @param image the reference that was asked
 * @param deployment the id that an update would deploy; the default's if there is nothing new
 * @param fetch how many bytes an update would fetch
 * @param changes as {@code diff --json} prints them; null unless they were asked for, there is
 *     something new, and it has been downloaded
 */
@JsonInclude
public record UpdateCheckJson(
    int schema,
    boolean available,
    String image,
    String deployment,
    long fetch,
    @Nullable DiffJson changes) {

  /**
   * What an update would do as JSON text, without a newline at the end.
   *
   * @param image the reference that was asked
   * @param withFiles whether the changes list every path
   */
  public static String of(
      UpdatePreview forecast, String image, Optional<SystemDiff> changes, boolean withFiles) {
    return Json.pretty(
        switch (forecast) {
          case UpdatePreview.NothingToDo nothing ->
              new UpdateCheckJson(1, false, image, nothing.deployment().toString(), 0, null);
          case UpdatePreview.WouldDeploy deploy ->
              new UpdateCheckJson(
                  1,
                  true,
                  image,
                  deploy.deployment().toString(),
                  deploy.missing().count(),
                  changes.map(it -> DiffJson.document(it, withFiles)).orElse(null));
        });
  }
}
