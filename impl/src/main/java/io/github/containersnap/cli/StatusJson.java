package io.github.containersnap.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Status;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code status --json}, schema 1: what is not there is null, lists may be empty, and later schemas
 * only add fields.
 */
@JsonInclude
record StatusJson(
    int schema,
    @Nullable String current,
    @JsonProperty("default") @Nullable String byDefault,
    @Nullable String fallback,
    List<Deployment> deployments,
    @Nullable String interrupted,
    List<String> warnings) {

  record Deployment(
      String id,
      boolean readOnly,
      String osName,
      String reference,
      boolean pinned,
      @Nullable String snapshotOf) {}

  static String of(Status status) {
    StatusJson json =
        new StatusJson(
            1,
            text(status.current()),
            text(status.byDefault()),
            text(status.fallback()),
            status.deployments().stream()
                .map(
                    line ->
                        new Deployment(
                            line.id().toString(),
                            line.readOnly(),
                            line.osName(),
                            line.reference(),
                            line.pinned(),
                            text(line.snapshotOf())))
                .toList(),
            status.interrupted().orElse(null),
            status.warnings());
    try {
      return JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the status cannot be written as JSON", e);
    }
  }

  private static @Nullable String text(Optional<DeploymentId> id) {
    return id.map(DeploymentId::toString).orElse(null);
  }
}
