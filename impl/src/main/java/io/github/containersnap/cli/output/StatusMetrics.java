package io.github.containersnap.cli.output;

import io.github.containersnap.engine.LastUpdate;
import io.github.containersnap.engine.Status;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.TrialState;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The status as metrics, in the text format of Prometheus. Values of labels are escaped as that
 * format wants, so text from an image cannot add a metric. Gauges that are true or false are 1 or
 * 0; times are seconds since 1970.
 */
public final class StatusMetrics {
  private final StringBuilder text = new StringBuilder();

  private StatusMetrics() {}

  /** The metrics of {@code status}. */
  public static String of(Status status) {
    StatusMetrics metrics = new StatusMetrics();
    metrics.add(status);
    return metrics.text.toString();
  }

  private void add(Status status) {
    header("deployment_info", "A deployment on disk; always 1.");
    for (Status.Line line : status.deployments()) {
      text.append(
          "container_snap_deployment_info{id=\"%s\",version=\"%s\",kernel=\"%s\",roles=\"%s\"} 1\n"
              .formatted(
                  line.id(),
                  escaped(line.version().orElse("")),
                  escaped(line.kernel().orElse("")),
                  roles(status, line)));
    }
    header("deployment_created_timestamp_seconds", "When a deployment was made.");
    for (Status.Line line : status.deployments()) {
      line.deployed()
          .ifPresent(
              when ->
                  text.append(
                      "container_snap_deployment_created_timestamp_seconds{id=\"%s\"} %d\n"
                          .formatted(line.id(), when.getEpochSecond())));
    }
    gauge(
        "restart_pending",
        "Whether another deployment boots next than the one that runs.",
        one(!status.current().equals(status.byDefault().map(BootEntry::deployment))));
    gauge(
        "default_on_trial",
        "Whether what boots next is on trial.",
        one(status.byDefault().filter(StatusMetrics::isOnTrial).isPresent()));
    gauge(
        "fallback_failed",
        "Whether the fallback is a deployment that did not come up.",
        one(status.fallback().filter(StatusMetrics::hasFailed).isPresent()));
    gauge(
        "transaction_unfinished",
        "Whether a transaction has begun and not ended: it is at work, or was interrupted.",
        one(
            status.interrupted().isPresent()
                || status.running().flatMap(Status.Running::what).isPresent()));
    gauge("at_work", "Whether a container-snap is at work.", one(status.running().isPresent()));
    add(status.lastUpdate());
    gauge(
        "etc_waiting",
        "Changes in /etc that are carried over at the restart.",
        status.waiting().map(waiting -> waiting.changes().size()).orElse(0));
    gauge("etc_conflicts", "Conflicts in /etc that are open.", status.conflicts().size());
    gauge(
        "required_health_checks_failed",
        "Required health checks that failed in this boot.",
        failedNow(status, true));
    gauge(
        "wanted_health_checks_failed",
        "Wanted health checks that failed in this boot.",
        failedNow(status, false));
    gauge("warnings", "Warnings that status prints.", status.warnings().size());
  }

  private static int failedNow(Status status, boolean required) {
    return (int)
        status.health().stream()
            .filter(Status.Unhealthy::inThisBoot)
            .flatMap(boot -> boot.failed().stream())
            .filter(check -> check.required() == required)
            .count();
  }

  /** Nothing of a machine that has not been updated yet. */
  private void add(Optional<LastUpdate.Ended> last) {
    last.ifPresent(
        it -> {
          gauge(
              "last_update_failed",
              "Whether the last update failed.",
              one(it.result() == LastUpdate.Result.FAILED));
          seconds(it.ended())
              .ifPresent(
                  ended -> {
                    header("last_update_timestamp_seconds", "When the last update ended.");
                    text.append(
                        "container_snap_last_update_timestamp_seconds %d\n".formatted(ended));
                  });
        });
  }

  private static Optional<Long> seconds(String time) {
    try {
      return Optional.of(Instant.parse(time).getEpochSecond());
    } catch (DateTimeException notATime) {
      return Optional.empty();
    }
  }

  private static boolean isOnTrial(BootEntry entry) {
    return entry.standing() instanceof TrialState.OnTrial;
  }

  private static boolean hasFailed(BootEntry entry) {
    return entry.standing() instanceof TrialState.Failed;
  }

  /** What a deployment is for, in words with commas between them; "" if it is kept for nothing. */
  private static String roles(Status status, Status.Line line) {
    Optional<Status.Line> it = Optional.of(line);
    return String.join(
        ",",
        List.of(
                it.filter(l -> status.current().equals(Optional.of(l.id()))).map(_ -> "current"),
                it.filter(l -> isEntry(status.byDefault(), l)).map(_ -> "default"),
                it.filter(l -> isEntry(status.fallback(), l)).map(_ -> "fallback"),
                it.filter(Status.Line::pinned).map(_ -> "pinned"))
            .stream()
            .flatMap(Optional::stream)
            .toList());
  }

  private static boolean isEntry(Optional<BootEntry> entry, Status.Line line) {
    return entry.map(BootEntry::deployment).equals(Optional.of(line.id()));
  }

  private static int one(boolean holds) {
    return holds ? 1 : 0;
  }

  private void gauge(String name, String help, int value) {
    header(name, help);
    text.append("container_snap_%s %d\n".formatted(name, value));
  }

  private void header(String name, String help) {
    text.append(
        "# HELP container_snap_%s %s\n# TYPE container_snap_%s gauge\n"
            .formatted(name, help, name));
  }

  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
  }
}
