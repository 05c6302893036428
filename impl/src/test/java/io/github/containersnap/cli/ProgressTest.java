package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.cli.output.JsonProgress;
import io.github.containersnap.cli.output.LineProgress;
import io.github.containersnap.cli.output.ProgressReporter;
import io.github.containersnap.cli.output.QuietProgress;
import io.github.containersnap.cli.output.TerminalProgress;
import io.github.containersnap.engine.RecordingPorts;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.model.PullProgress.State;
import io.github.containersnap.engine.model.UpdateStep;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressTest {
  private static final DeploymentId ID = new DeploymentId(new ImageId("ab".repeat(32)), 0);

  @TempDir private Path directory;

  /** What {@code form} says of an update that pulls one of two layers. */
  private static String told(Function<PrintWriter, ProgressReporter> form) {
    StringWriter text = new StringWriter();
    ProgressReporter narrator = form.apply(new PrintWriter(text, true));
    narrator.enters(UpdateStep.RESOLVE);
    narrator.enters(UpdateStep.PULL);
    narrator.transfers(transfer(0, State.PENDING));
    narrator.transfers(transfer(1 << 20, State.PENDING));
    narrator.transfers(transfer(3 << 20, State.DONE));
    narrator.enters(UpdateStep.PROVE);
    narrator.notes("something is worth a line");
    narrator.ends(ProgressReporter.CommandResult.UPDATED, Optional.of(ID), "Updated.");
    return text.toString();
  }

  private static PullProgress transfer(long arrived, State second) {
    return new PullProgress(
        List.of(
            new PullProgress.Layer("sha256:1", new Bytes(5 << 20), State.PRESENT),
            new PullProgress.Layer("sha256:2", new Bytes(3 << 20), second)),
        new Bytes(arrived),
        new Bytes(3 << 20));
  }

  @Test
  void plain_has_a_line_for_each_step_and_for_each_layer_that_came() {
    assertThat(told(LineProgress::new))
        .isEqualTo(
            """
            [2/9] resolving the image
            [3/9] pulling the image
                  layer 2 of 2: 3.0 MiB
            [4/9] proving the image against its digest
                  something is worth a line
            Updated.
            """);
  }

  @Test
  void on_a_terminal_the_line_of_the_pull_is_drawn_again() {
    assertThat(told(TerminalProgress::new).replace("\u001b[K", "<").replace("\r", ">"))
        .isEqualTo(
            """
            >[2/9] resolving the image<
            >[3/9] pulling the image<\
            >[3/9] pulling the image: 0 B of 3.0 MiB, 1 of 2 layers<\
            >[3/9] pulling the image: 1.0 MiB of 3.0 MiB, 1 of 2 layers<\
            >[3/9] pulling the image: 3.0 MiB of 3.0 MiB, 2 of 2 layers<
            >[4/9] proving the image against its digest<
                  something is worth a line
            Updated.
            """);
  }

  @Test
  void json_lines_say_all_of_it() {
    assertThat(told(JsonProgress::new))
        .isEqualTo(
            """
            {"schema":1,"type":"step","number":2,"of":9,"name":"resolve","text":"resolving the image"}
            {"schema":1,"type":"step","number":3,"of":9,"name":"pull","text":"pulling the image"}
            {"schema":1,"type":"layer","digest":"sha256:1","bytes":5242880,"of":5242880,"done":true}
            {"schema":1,"type":"layer","digest":"sha256:2","bytes":0,"of":3145728,"done":false}
            {"schema":1,"type":"transfer","bytes":1048576,"of":3145728,"layers":1,"ofLayers":2}
            {"schema":1,"type":"layer","digest":"sha256:2","bytes":3145728,"of":3145728,"done":true}
            {"schema":1,"type":"transfer","bytes":3145728,"of":3145728,"layers":2,"ofLayers":2}
            {"schema":1,"type":"step","number":4,"of":9,"name":"prove","text":"proving the image against its digest"}
            {"schema":1,"type":"note","text":"something is worth a line"}
            {"schema":1,"type":"done","outcome":"updated","deployment":"%s","text":"Updated."}
            """
                .formatted(ID));
  }

  @Test
  void none_is_silent() {
    assertThat(told(QuietProgress::new)).isEmpty();
  }

  private String error(String... arguments) {
    StringWriter error = new StringWriter();
    RecordingPorts ports = new RecordingPorts(directory);
    ContainerSnap.commandLine((root, registries, progress) -> ports.machine(progress))
        .setOut(new PrintWriter(new StringWriter()))
        .setErr(new PrintWriter(error, true))
        .execute(arguments);
    return error.toString();
  }

  @Test
  void a_failure_is_told_in_the_form_that_was_asked_for() {
    String message =
        "This is not a container-snap system yet: %s/system/@var/lib/container-snap/deployments"
            + " does not exist.";
    String advice =
        "`container-snap adopt` makes a deployment of the system that runs; `container-snap"
            + " install` makes a disk that boots an image; `container-snap init` prepares an empty"
            + " btrfs.";
    assertThat(error("update", "--progress", "json-lines", "oci:x:1"))
        .isEqualTo(
            """
            {"schema":1,"type":"failed","message":"%s","advice":"%s","status":1}
            """
                .formatted(message.formatted(directory), advice));
    for (String form : List.of("none", "plain", "terminal")) {
      assertThat(error("update", "--progress", form, "oci:x:1").replaceAll("\\s+", " "))
          .isEqualTo("container-snap: %s %s ".formatted(message.formatted(directory), advice));
    }
    assertThat(error("update", "--progress", "terminal", "oci:x:1").lines())
        .hasSizeGreaterThan(2)
        .allMatch(line -> line.length() <= 80 || line.contains(directory.toString()));
  }

  @Test
  void a_form_that_does_not_exist_is_a_mistake_that_names_those_that_do() {
    assertThat(error("update", "--progress", "loud", "oci:x:1"))
        .startsWith(
            "container-snap: Invalid value for option '--progress': 'loud' is none of plain,"
                + " terminal, json-lines, none.");
  }
}
