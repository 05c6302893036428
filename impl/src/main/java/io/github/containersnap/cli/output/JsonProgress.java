package io.github.containersnap.cli.output;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.github.containersnap.base.Json;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.model.UpdateStep;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code --progress json-lines}: one JSON object a line, schema 1. Later schemas only add fields
 * and types. The last line is of type {@code done} or {@code failed}.
 */
public final class JsonProgress implements ProgressReporter {
  private static final int SCHEMA = 1;
  private final PrintWriter out;
  private final Map<String, PullProgress.State> told = new HashMap<>();
  private Bytes arrived = new Bytes(0);

  /** Progress as lines of JSON on {@code out}. */
  public JsonProgress(PrintWriter out) {
    this.out = out;
  }

  /** What all lines begin with. */
  @JsonPropertyOrder({"schema", "type"})
  private sealed interface Line {
    @JsonProperty
    default int schema() {
      return SCHEMA;
    }

    @JsonProperty
    String type();
  }

  private record StepLine(String type, int number, int of, String name, String text)
      implements Line {}

  private record LayerLine(String type, String digest, long bytes, long of, boolean done)
      implements Line {}

  private record TransferLine(String type, long bytes, long of, long layers, long ofLayers)
      implements Line {}

  private record NoteLine(String type, String text) implements Line {}

  @JsonInclude
  private record DoneLine(String type, String outcome, @Nullable String deployment, String text)
      implements Line {}

  private record FailedLine(String type, String message, String advice, int status)
      implements Line {}

  @Override
  public void enters(UpdateStep step) {
    print(
        new StepLine(
            "step",
            step.number(),
            UpdateStep.values().length,
            step.name().toLowerCase(Locale.ROOT),
            step.description()));
  }

  @Override
  public void transfers(PullProgress transfer) {
    for (PullProgress.Layer layer : transfer.layers()) {
      if (told.put(layer.digest(), layer.state()) != layer.state()) {
        boolean done = layer.state() != PullProgress.State.PENDING;
        long size = layer.size().count();
        print(new LayerLine("layer", layer.digest(), done ? size : 0, size, done));
      }
    }
    if (!arrived.equals(transfer.arrived())) {
      arrived = transfer.arrived();
      print(
          new TransferLine(
              "transfer",
              arrived.count(),
              transfer.total().count(),
              transfer.layersThere(),
              transfer.layers().size()));
    }
  }

  @Override
  public void notes(String line) {
    print(new NoteLine("note", line));
  }

  @Override
  public void ends(CommandResult outcome, Optional<DeploymentId> deployment, String sentence) {
    print(
        new DoneLine(
            "done", outcome.word(), deployment.map(DeploymentId::toString).orElse(null), sentence));
  }

  @Override
  public void fails(String message, String advice, int status) {
    print(new FailedLine("failed", message, advice, status));
  }

  private void print(Line line) {
    out.println(Json.line(line));
    out.flush();
  }
}
