package io.github.containersnap.gate.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoTerminalTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String shown() {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private DemoTerminal stage(AsciicastWriter cast, boolean colours) {
    return new DemoTerminal(out, cast, Transcript.nowhere(), 30, colours, false, () -> {});
  }

  private static void tell(DemoTerminal stage) {
    stage.chapter("A beginning");
    stage.says("A host whose whole system is one image.");
    stage.types("container-snap status");
    stage.shows("a line of the host that is longer than the terminal");
    stage.strikes("gone");
  }

  @Test
  void the_voices_can_be_told_apart_without_colours() {
    tell(stage(AsciicastWriter.nowhere(), false));

    assertThat(shown())
        .isEqualTo(
            """

            == A beginning ==

            A host whose whole system is
            one image.

            host# container-snap status
              | a line of the host that i…
              *** gone ***
            """);
  }

  @Test
  void colours_change_nothing_else() {
    tell(stage(AsciicastWriter.nowhere(), true));

    String coloured = shown();
    bytes.reset();
    tell(stage(AsciicastWriter.nowhere(), false));
    assertThat(coloured).contains("\u001b[");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", "")).isEqualTo(shown());
  }

  @Test
  void a_recording_has_all_that_was_shown_in_its_order() throws Exception {
    Path file = directory.resolve("a.cast");
    try (AsciicastWriter cast = AsciicastWriter.to(file, 30, "title")) {
      tell(stage(cast, true));
    }

    JsonMapper json = JsonMapper.builder().build();
    List<String> lines = Files.readAllLines(file);
    assertThat(json.readTree(lines.getFirst()).path("version").asInt()).isEqualTo(2);
    assertThat(json.readTree(lines.getFirst()).path("width").asInt()).isEqualTo(30);
    StringBuilder played = new StringBuilder();
    List<Double> times = new ArrayList<>();
    for (String line : lines.subList(1, lines.size())) {
      JsonNode event = json.readTree(line);
      times.add(event.get(0).asDouble());
      assertThat(event.get(1).asText()).isEqualTo("o");
      played.append(event.get(2).asText());
    }
    assertThat(played.toString()).isEqualTo(shown().replace("\n", "\r\n"));
    assertThat(times).isSorted();
  }

  @Test
  void an_interruption_ends_the_story() {
    DemoTerminal stage =
        new DemoTerminal(
            out,
            AsciicastWriter.nowhere(),
            Transcript.nowhere(),
            30,
            false,
            false,
            () -> {
              throw new IllegalStateException("interrupted");
            });

    assertThatThrownBy(() -> stage.says("no more")).hasMessage("interrupted");
    assertThat(shown()).isEmpty();
  }

  @Test
  void a_transcript_keeps_what_a_command_writes_and_cuts_the_console() throws Exception {
    Path file = directory.resolve("session.txt");
    try (Transcript transcript = Transcript.to(file)) {
      DemoTerminal stage =
          new DemoTerminal(out, AsciicastWriter.nowhere(), transcript, 30, true, false, () -> {});
      transcript.calls(":43210/", ":50000/");
      stage.chapter("A beginning");
      stage.says(
          "A host whose whole system is one image, and a line that is longer than all of the"
              + " others.");
      stage.types("workstation", "container-snap source docker://registry.example:43210/os:1");
      stage.shows("x".repeat(90) + "  ");
      stage.showsConsole("y".repeat(90));
    }

    assertThat(file)
        .hasContent(
            """

            == A beginning ==

            # A host whose whole system is one image, and a line that is longer than all of
            # the others.

            workstation# container-snap source docker://registry.example:50000/os:1
            %s
              | %s…
            """
                .formatted("x".repeat(90), "y".repeat(75)));
  }
}
