package io.github.containersnap.cli.output;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.containersnap.base.Json;
import io.github.containersnap.engine.LastUpdate.Ended;
import io.github.containersnap.engine.Status;
import io.github.containersnap.engine.etc.StandingConflict;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.model.UpdateStep;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code status --json}, schema 1: what is not there is null, lists may be empty, and later schemas
 * only add fields. A standing is {@code untried}, {@code blessed}, {@code on-trial} or {@code
 * failed}.
 */
@JsonInclude
public record StatusJson(
    int schema,
    @Nullable String current,
    @JsonProperty("default") @Nullable String byDefault,
    @Nullable String defaultStanding,
    @Nullable String trialSince,
    @Nullable String fallback,
    @Nullable String fallbackStanding,
    @Nullable String source,
    boolean sourceSet,
    List<Deployment> deployments,
    List<Downloaded> downloaded,
    @Nullable Running running,
    @Nullable String interrupted,
    @Nullable LastUpdate lastUpdate,
    List<String> etcWaiting,
    List<Conflict> etcConflicts,
    List<Unhealthy> health,
    List<String> next,
    List<String> warnings) {

  record Conflict(String deployment, String path, String what, @Nullable String imageCopy) {
    static Conflict of(StandingConflict it) {
      return new Conflict(
          it.deployment().toString(),
          "/etc/" + it.conflict().path(),
          "%s; %s".formatted(it.conflict().what(), it.conflict().kept()),
          it.imageCopy().map(Path::toString).orElse(null));
    }
  }

  /** The checks that failed in the last boot of a deployment in which some did. */
  record Unhealthy(String deployment, boolean thisBoot, String checked, List<Check> failed) {
    static Unhealthy of(Status.Unhealthy it) {
      return new Unhealthy(
          it.deployment().toString(),
          it.inThisBoot(),
          it.checked(),
          it.failed().stream()
              .map(
                  check ->
                      new Check(check.name(), check.required(), check.what(), check.lastLines()))
              .toList());
    }
  }

  record Check(String name, boolean required, String what, List<String> output) {}

  record Deployment(
      String id,
      boolean readOnly,
      String osName,
      String reference,
      boolean pinned,
      @Nullable String snapshotOf,
      @Nullable String version,
      @Nullable String kernel,
      @Nullable String deployed,
      @Nullable String digest,
      @Nullable String imageVersion,
      @Nullable String built,
      @Nullable Long unpackedBytes) {
    static Deployment of(Status.Line line) {
      return new Deployment(
          line.id().toString(),
          line.readOnly(),
          line.osName(),
          line.reference(),
          line.pinned(),
          text(line.snapshotOf()),
          line.version().orElse(null),
          line.kernel().orElse(null),
          line.deployed().map(Instant::toString).orElse(null),
          line.image().digest().orElse(null),
          line.image().version().orElse(null),
          line.image().built().map(Instant::toString).orElse(null),
          line.image().unpacked().map(Bytes::count).orElse(null));
    }
  }

  /** An image in the store that no deployment is made of. */
  record Downloaded(
      String image,
      List<String> names,
      @Nullable String digest,
      @Nullable String imageVersion,
      @Nullable String built,
      @Nullable Long unpackedBytes) {
    static Downloaded of(Status.Downloaded it) {
      return new Downloaded(
          it.image().hex(),
          it.names(),
          it.facts().digest().orElse(null),
          it.facts().version().orElse(null),
          it.facts().built().map(Instant::toString).orElse(null),
          it.facts().unpacked().map(Bytes::count).orElse(null));
    }
  }

  /** What another process is at work on; a step has a number from 1 to 9. */
  record Running(
      String process, @Nullable Integer stepNumber, @Nullable String step, @Nullable String what) {
    static Running of(Status.Running it) {
      return new Running(
          it.process(),
          it.step().map(UpdateStep::number).orElse(null),
          it.step().map(UpdateStep::description).orElse(null),
          it.what().orElse(null));
    }
  }

  /** A result is {@code updated}, {@code unchanged} or {@code failed}. */
  record LastUpdate(
      String result,
      String ended,
      String reference,
      @Nullable String deployment,
      @Nullable String message) {
    static LastUpdate of(Ended it) {
      return new LastUpdate(
          it.result().name().toLowerCase(Locale.ROOT),
          it.ended(),
          it.reference(),
          it.deployment().isEmpty() ? null : it.deployment(),
          it.message().isEmpty() ? null : it.message());
    }
  }

  /** The status as JSON text, without a newline at the end. */
  public static String of(Status status) {
    StatusJson json =
        new StatusJson(
            1,
            text(status.current()),
            text(status.byDefault().map(BootEntry::deployment)),
            status.byDefault().map(StatusJson::standing).orElse(null),
            status.byDefault().flatMap(StatusJson::trialSince).orElse(null),
            text(status.fallback().map(BootEntry::deployment)),
            status.fallback().map(StatusJson::standing).orElse(null),
            status.source().map(source -> source.reference().text()).orElse(null),
            status.source().filter(Status.Source::set).isPresent(),
            status.deployments().stream().map(Deployment::of).toList(),
            status.downloaded().stream().map(Downloaded::of).toList(),
            status.running().map(Running::of).orElse(null),
            status.interrupted().orElse(null),
            status.lastUpdate().map(LastUpdate::of).orElse(null),
            status.waiting().stream()
                .flatMap(waiting -> waiting.changes().stream())
                .map(EtcDiffJson::path)
                .toList(),
            status.conflicts().stream().map(Conflict::of).toList(),
            status.health().stream().map(Unhealthy::of).toList(),
            status.next(),
            status.warnings());
    return Json.pretty(json);
  }

  private static String standing(BootEntry entry) {
    return switch (entry.standing()) {
      case TrialState.Untried _ -> "untried";
      case TrialState.Blessed _ -> "blessed";
      case TrialState.OnTrial _ -> "on-trial";
      case TrialState.Failed _ -> "failed";
    };
  }

  private static Optional<String> trialSince(BootEntry entry) {
    return entry.standing() instanceof TrialState.OnTrial trial
        ? Optional.of(trial.since().toString())
        : Optional.empty();
  }

  private static @Nullable String text(Optional<DeploymentId> id) {
    return id.map(DeploymentId::toString).orElse(null);
  }
}
