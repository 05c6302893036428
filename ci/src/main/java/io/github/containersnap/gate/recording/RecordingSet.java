package io.github.containersnap.gate.recording;

import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.JsonObjectFile;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.experiment.Transition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashSet;
import java.util.List;

/**
 * The recordings of several transitions of one pair of images: {@code recordings.json}, the two
 * images, which they share, and a directory for each transition.
 *
 * @param directory where they lie
 */
public record RecordingSet(Path directory) {
  /** What lists the transitions. It is written last. */
  public static final String NAME = "recordings.json";

  private static final String DRAFT = ".recordings.json";
  private static final long LARGEST = 1 << 16;

  /**
   * The file.
   *
   * @param schema 1; later schemas only add fields
   * @param transitions what was recorded
   */
  private record Listing(int schema, List<String> transitions) {}

  /** Whether the directory has recordings of several transitions, and not of one. */
  public boolean exists() {
    return Files.exists(directory.resolve(NAME));
  }

  /**
   * Refuses a directory that cannot take recordings.
   *
   * @throws UnusableInputException if it cannot be written to, or has something in it
   */
  public void prepare() {
    OutputDirectory output = new OutputDirectory("--to", directory);
    output.requireWritable();
    output.requireEmpty();
  }

  /** The recording of one of them. */
  public RecordingDirectory of(Transition transition) {
    return new RecordingDirectory(directory.resolve(transition.optionName()), directory);
  }

  /**
   * Ends the recordings. A crash before leaves a directory that no check takes for recordings.
   *
   * @param transitions what was recorded
   */
  public void finish(List<Transition> transitions) throws IOException {
    Path draft = directory.resolve(DRAFT);
    Files.writeString(
        draft,
        ResultJson.text(new Listing(1, transitions.stream().map(Transition::optionName).toList())));
    Files.move(draft, directory.resolve(NAME), StandardCopyOption.ATOMIC_MOVE);
  }

  /**
   * What was recorded; at least one.
   *
   * @throws UnusableInputException if the file does not say
   */
  public List<Transition> transitions() throws IOException {
    JsonObjectFile json =
        new JsonObjectFile(
            directory.resolve(NAME), LARGEST, List.of("schema", "transitions"), this::refused);
    Listing found = json.as(Listing.class, json.read());
    if (found.schema() != 1 || found.transitions().isEmpty()) {
      throw refused("it lists no transitions");
    }
    if (new HashSet<>(found.transitions()).size() != found.transitions().size()) {
      throw refused("it lists a transition twice");
    }
    return found.transitions().stream()
        .map(
            name ->
                Transition.named(String.valueOf(name))
                    .orElseThrow(() -> refused("it lists a transition that there is not")))
        .toList();
  }

  private UnusableInputException refused(String why) {
    return new UnusableInputException(
        "%s does not list recordings: %s. `ci/gate record --transition NAME,NAME` makes them."
            .formatted(directory.resolve(NAME), why));
  }
}
