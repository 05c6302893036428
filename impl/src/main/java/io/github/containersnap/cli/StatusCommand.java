package io.github.containersnap.cli;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Status;
import java.io.PrintWriter;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "status",
    description = "Shows what runs, what boots next and what is on disk. Only reads.",
    mixinStandardHelpOptions = true)
final class StatusCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @Option(names = "--json", description = "Print JSON (schema 1) for machines.")
  private boolean json;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  StatusCommand() {}

  @Override
  public void run() {
    Status status = Status.of(parent.machine());
    if (json) {
      parent.out().println(StatusJson.of(status));
    } else {
      print(status, parent.out());
    }
  }

  private static void print(Status status, PrintWriter out) {
    out.println("current   " + inWords(status.current()));
    out.println("default   " + inWords(status.byDefault()) + "  (boots next)");
    out.println("fallback  " + inWords(status.fallback()));
    out.println();
    out.println("deployments:");
    if (status.deployments().isEmpty()) {
      out.println("  none; `container-snap update REF` makes the first");
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
    }
    status
        .interrupted()
        .ifPresent(
            what -> {
              out.println();
              out.println("interrupted: " + what);
              out.println("  `container-snap recover` settles it; so does the next update.");
            });
    if (!status.warnings().isEmpty()) {
      out.println();
      status.warnings().forEach(warning -> out.println("warning: " + warning));
    }
  }

  private static String inWords(Optional<DeploymentId> id) {
    return id.map(DeploymentId::shortForm).orElse("none");
  }
}
