package io.github.containersnap.cli.output;

import io.github.containersnap.engine.LastUpdate;
import io.github.containersnap.engine.Status;
import io.github.containersnap.engine.etc.PendingEtc;
import io.github.containersnap.engine.etc.StandingConflict;
import io.github.containersnap.engine.health.FailedCheck;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.ImageStore;
import java.io.PrintWriter;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The status for people, in lines of at most 79 columns. Where a reference or a path is long, its
 * line is longer: it is not broken, so that it can be copied.
 */
public final class StatusText {
  private static final int COLUMNS = 79;
  private static final TextWrap TOP = new TextWrap("", "            ", COLUMNS);
  private static final TextWrap INDENTED = new TextWrap("    ", "      ", COLUMNS);
  private static final TextWrap WARNING = new TextWrap("", "  ", COLUMNS);
  private static final TextWrap NEXT = new TextWrap("  ", "    ", COLUMNS);

  /** UTC, as the times of trials are. */
  private static final DateTimeFormatter MINUTE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private static final Pattern ID = Pattern.compile("\\b[0-9a-f]{64}(-work[0-9]+)?\\b");

  private final PrintWriter out;

  /** Prints to {@code out}. */
  public StatusText(PrintWriter out) {
    this.out = out;
  }

  /** Prints it. */
  public void print(Status status) {
    out.println("current   " + inWords(status.current()));
    out.println("default   " + status.byDefault().map(StatusText::asDefault).orElse("none"));
    out.println("fallback  " + status.fallback().map(StatusText::asFallback).orElse("none"));
    status
        .source()
        .ifPresent(
            source ->
                out.printf(
                    "updates   from %s%s%n",
                    source.reference(), source.set() ? "  (set by `source`)" : ""));
    status.lastUpdate().ifPresent(this::print);
    out.println();
    out.println("deployments:");
    if (status.deployments().isEmpty()) {
      out.println("  none");
    }
    for (Status.Line line : status.deployments()) {
      out.printf(
          "  %s  %s%s%s%n",
          line.id().shortForm(),
          line.readOnly() ? "read-only" : "writable",
          line.pinned() ? ", pinned" : "",
          line.snapshotOf().map(base -> ", snapshot of " + base.shortForm()).orElse(""));
      printOrigin(line);
      print(facts(line));
      print(line.image());
    }
    printDownloaded(status.downloaded());
    status.running().ifPresent(this::print);
    status
        .interrupted()
        .ifPresent(
            what -> {
              out.println();
              TOP.lines("interrupted: " + withShortIds(what)).forEach(out::println);
              out.println("  `container-snap recover` settles it; so does the next update.");
            });
    status.waiting().ifPresent(this::print);
    printConflicts(status.conflicts());
    printHealth(status.health());
    if (!status.next().isEmpty()) {
      out.println();
      out.println("next:");
      status.next().forEach(sentence -> NEXT.lines(sentence).forEach(out::println));
    }
    if (!status.warnings().isEmpty()) {
      out.println();
      status
          .warnings()
          .forEach(warning -> WARNING.lines("warning: " + warning).forEach(out::println));
    }
  }

  /** In two lines if that makes them fit. */
  private void printOrigin(Status.Line line) {
    String name = "    " + line.osName() + ",";
    String origin = "from " + line.reference();
    boolean fits = name.length() + 1 + origin.length() <= COLUMNS;
    if (fits || origin.length() + 6 > COLUMNS) {
      out.println(name + " " + origin);
    } else {
      out.printf("%s%n      %s%n", name, origin);
    }
  }

  private void print(LastUpdate.Ended last) {
    String when = time(last.ended());
    String what =
        switch (last.result()) {
          case UPDATED -> "updated to " + shortForm(last.deployment());
          case UNCHANGED -> "nothing to do";
          case FAILED -> "FAILED: " + last.message();
        };
    TOP.lines("last      %s: %s".formatted(when, what)).forEach(out::println);
  }

  private static String withShortIds(String sentence) {
    return ID.matcher(sentence).replaceAll(id -> shortForm(id.group()));
  }

  private static String shortForm(String id) {
    return DeploymentId.read(id).map(DeploymentId::shortForm).orElse(id);
  }

  private static String time(String text) {
    try {
      return MINUTE.format(Instant.parse(text));
    } catch (DateTimeException notATime) {
      return text;
    }
  }

  private void print(Status.Running running) {
    out.println();
    TOP.lines(
            "running: %s, by %s"
                .formatted(
                    running.what().map(StatusText::withShortIds).orElse("another container-snap"),
                    running.process()))
        .forEach(out::println);
    running
        .step()
        .ifPresent(
            step -> {
              int last = UpdateStep.values().length;
              out.printf("  step %d of %d: %s%n", step.number(), last, step.description());
            });
  }

  private void printDownloaded(List<Status.Downloaded> images) {
    if (images.isEmpty()) {
      return;
    }
    out.println();
    out.println("downloaded, not deployed:");
    for (Status.Downloaded it : images) {
      out.println("  " + DeploymentId.pristine(it.image()).shortForm());
      it.names().forEach(this::print);
      print(it.facts());
    }
  }

  /** A line of a deployment, broken where it is too long; nothing if it is empty. */
  private void print(String text) {
    if (!text.isEmpty()) {
      INDENTED.lines(text).forEach(out::println);
    }
  }

  private void print(ImageStore.ImageFacts image) {
    print(
        listed(
            Stream.of(
                image.version().map(version -> "image version " + version),
                image.built().map(when -> "built " + MINUTE.format(when)),
                image.unpacked().map(size -> size + " unpacked"))));
    image.digest().ifPresent(this::print);
  }

  /** Its version, kernel and age, as far as they are known. */
  private static String facts(Status.Line line) {
    return listed(
        Stream.of(
            line.version().map(version -> "version " + version),
            line.kernel().map(kernel -> "kernel " + kernel),
            line.deployed().map(when -> "deployed " + MINUTE.format(when))));
  }

  private static String listed(Stream<Optional<String>> facts) {
    return facts.flatMap(Optional::stream).collect(Collectors.joining(", "));
  }

  private void print(PendingEtc waiting) {
    out.println();
    out.printf(
        "changed in /etc since %s was made, carried into it at the restart:%n",
        waiting.deployment().shortForm());
    waiting
        .changes()
        .forEach(it -> out.println("  " + it.kind().letter() + " " + EtcDiffJson.path(it)));
  }

  private void printConflicts(List<StandingConflict> conflicts) {
    if (conflicts.isEmpty()) {
      return;
    }
    out.println();
    out.println("conflicts in /etc (`container-snap etc-diff PATH` shows both):");
    for (StandingConflict it : conflicts) {
      NEXT.lines("%s  %s".formatted(it.deployment().shortForm(), it.conflict().inWords()))
          .forEach(out::println);
      it.imageCopy().ifPresent(copy -> out.println("    the image's copy: " + copy));
    }
  }

  private void printHealth(List<Status.Unhealthy> boots) {
    for (Status.Unhealthy boot : boots) {
      out.println();
      out.printf(
          "health checks of %s that failed, %s:%n",
          boot.deployment().shortForm(),
          boot.inThisBoot() ? "in this boot" : "in its boot of " + boot.checked());
      for (FailedCheck it : boot.failed()) {
        NEXT.lines("%s: %s".formatted(it.name(), it.what())).forEach(out::println);
        it.lastLines().forEach(line -> INDENTED.lines("| " + line).forEach(out::println));
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
          case TrialState.Failed _ -> "  (was fallen back from: did not come up)";
        };
  }

  private static String inWords(Optional<DeploymentId> id) {
    return id.map(DeploymentId::shortForm).orElse("none");
  }
}
