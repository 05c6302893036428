package io.github.containersnap.cli;

import io.github.containersnap.cli.output.StatusJson;
import io.github.containersnap.cli.output.StatusMetrics;
import io.github.containersnap.cli.output.StatusText;
import io.github.containersnap.engine.Status;
import io.github.containersnap.engine.deployment.Machine;
import java.nio.file.Path;
import java.util.Optional;
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
          + " with, and when it was deployed (UTC); of its image the version"
          + " (org.opencontainers.image.version), when it was built, the size of its layers"
          + " unpacked, and the digest. It names the health checks that failed in the last boot of"
          + " each, with the end of their output.",
      "",
      "While another container-snap is at work, it says at what and in which step. It also says how"
          + " the last update of the running system ended."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap status",
      "  container-snap status --json | jq .lastUpdate",
      "  container-snap status --prometheus /var/lib/prometheus/node-exporter/os.prom",
      "",
      "Exit status: 0 done; 1 failed; 2 usage."
    },
    mixinStandardHelpOptions = true)
final class StatusCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @ArgGroup private Form form = new Form();

  @SuppressWarnings("NullAway.Init") // picocli injects it
  StatusCommand() {}

  /** Without picocli, and without options. */
  StatusCommand(ContainerSnap parent) {
    this.parent = parent;
  }

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
      new StatusText(parent.out()).print(status);
    }
  }
}
