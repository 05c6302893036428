package io.github.containersnap.cli;

import io.github.containersnap.cli.output.EtcDiffJson;
import io.github.containersnap.cli.output.StatusJson;
import io.github.containersnap.cli.output.StatusMetrics;
import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.engine.Status;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.etc.PendingEtc;
import io.github.containersnap.engine.etc.StandingConflict;
import io.github.containersnap.engine.health.FailedCheck;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "status",
    description = {
      "Shows what runs, what boots next and what is on disk. Only reads.",
      "",
      "Of each deployment it prints the version in its os-release, the kernel that it was deployed"
          + " with, and when it was deployed (UTC). It names the health checks that failed in the"
          + " last boot of each, with the end of their output."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap status",
      "  container-snap status --prometheus /var/lib/prometheus/node-exporter/os.prom",
      "",
      "Exit status: 0 done; 1 failed; 2 usage."
    },
    mixinStandardHelpOptions = true)
final class StatusCommand implements Runnable {
  private static final TextWrap NEXT = new TextWrap("  ", "    ", 79);
  private static final TextWrap HEALTH = new TextWrap("  ", "    ", 79);
  private static final TextWrap OUTPUT = new TextWrap("    ", "      ", 79);

  /** UTC, as the times of trials are. */
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  @ParentCommand private ContainerSnap parent;

  @ArgGroup private Form form = new Form();

  @SuppressWarnings("NullAway.Init") // picocli injects it
  StatusCommand() {}

  /** For machines; at most one of them. */
  static final class Form {
    @Option(names = "--json", description = "Print JSON (schema 1) for machines.")
    private boolean json;

    @Option(
        names = "--prometheus",
        paramLabel = "FILE",
        description =
            "Write metrics for the textfile collector of Prometheus' node_exporter to FILE, whole"
                + " or not at all, and print nothing.")
    private Optional<Path> metrics = Optional.empty();
  }

  @Override
  public void run() {
    Machine machine = parent.lookedAt();
    Status status = Status.of(machine);
    if (form.metrics.isPresent()) {
      machine
          .ports()
          .files()
          .replaceDurably(form.metrics.get().toAbsolutePath(), StatusMetrics.of(status));
    } else if (form.json) {
      parent.out().println(StatusJson.of(status));
    } else {
      print(status, parent.out());
    }
  }

  private static void print(Status status, PrintWriter out) {
    out.println("current   " + inWords(status.current()));
    out.println("default   " + status.byDefault().map(StatusCommand::asDefault).orElse("none"));
    out.println("fallback  " + status.fallback().map(StatusCommand::asFallback).orElse("none"));
    status
        .source()
        .ifPresent(
            source ->
                out.printf(
                    "updates   from %s%s%n",
                    source.reference(), source.set() ? "  (set by `source`)" : ""));
    out.println();
    out.println("deployments:");
    if (status.deployments().isEmpty()) {
      out.println("  none");
    }
    for (Status.Line line : status.deployments()) {
      out.printf(
          "  %s  %s%s%s%n    %s, from %s%n",
          line.id().shortForm(),
          line.readOnly() ? "read-only" : "writable",
          line.pinned() ? ", pinned" : "",
          line.snapshotOf().map(base -> ", snapshot of " + base.shortForm()).orElse(""),
          line.osName(),
          line.reference());
      facts(line).ifPresent(facts -> out.println("    " + facts));
    }
    status
        .interrupted()
        .ifPresent(
            what -> {
              out.println();
              out.println("interrupted: " + what);
              out.println("  `container-snap recover` settles it; so does the next update.");
            });
    status.waiting().ifPresent(waiting -> print(waiting, out));
    print(status.conflicts(), out);
    printHealth(status.health(), out);
    if (!status.next().isEmpty()) {
      out.println();
      out.println("next:");
      status.next().forEach(sentence -> NEXT.lines(sentence).forEach(out::println));
    }
    if (!status.warnings().isEmpty()) {
      out.println();
      status.warnings().forEach(warning -> out.println("warning: " + warning));
    }
  }

  /** Its version, kernel and age, as far as they are known. */
  private static Optional<String> facts(Status.Line line) {
    String facts =
        Stream.of(
                line.version().map(version -> "version " + version),
                line.kernel().map(kernel -> "kernel " + kernel),
                line.deployed().map(when -> "deployed " + MINUTE.format(when)))
            .flatMap(Optional::stream)
            .collect(Collectors.joining(", "));
    return facts.isEmpty() ? Optional.empty() : Optional.of(facts);
  }

  private static void print(PendingEtc waiting, PrintWriter out) {
    out.println();
    out.printf(
        "changed in /etc since %s was made, carried into it at the restart:%n",
        waiting.deployment().shortForm());
    waiting
        .changes()
        .forEach(it -> out.println("  " + it.kind().letter() + " " + EtcDiffJson.path(it)));
  }

  private static void print(List<StandingConflict> conflicts, PrintWriter out) {
    if (conflicts.isEmpty()) {
      return;
    }
    out.println();
    out.println("conflicts in /etc (`container-snap etc-diff PATH` shows both):");
    for (StandingConflict it : conflicts) {
      out.printf("  %s  %s%n", it.deployment().shortForm(), it.conflict().inWords());
      it.imageCopy().ifPresent(copy -> out.println("    the image's copy: " + copy));
    }
  }

  private static void printHealth(List<Status.Unhealthy> boots, PrintWriter out) {
    for (Status.Unhealthy boot : boots) {
      out.println();
      out.printf(
          "health checks of %s that failed, %s:%n",
          boot.deployment().shortForm(),
          boot.inThisBoot() ? "in this boot" : "in its boot of " + boot.checked());
      for (FailedCheck it : boot.failed()) {
        HEALTH.lines("%s: %s".formatted(it.name(), it.what())).forEach(out::println);
        it.lastLines().forEach(line -> OUTPUT.lines("| " + line).forEach(out::println));
      }
    }
  }

  private static String asDefault(BootEntry entry) {
    return "%s  (boots next%s)"
        .formatted(
            entry.deployment().shortForm(),
            switch (entry.standing()) {
              case TrialState.Untried _ -> "";
              case TrialState.Blessed _ -> "; blessed";
              case TrialState.OnTrial trial -> "; on trial since " + trial.since();
              case TrialState.Failed _ -> "; did not come up";
            });
  }

  private static String asFallback(BootEntry entry) {
    return entry.deployment().shortForm()
        + switch (entry.standing()) {
          case TrialState.Untried _ -> "";
          case TrialState.Blessed _ -> "  (blessed)";
          case TrialState.OnTrial _ -> "  (on trial)";
          case TrialState.Failed _ -> "  (did not come up)";
        };
  }

  private static String inWords(Optional<DeploymentId> id) {
    return id.map(DeploymentId::shortForm).orElse("none");
  }
}
