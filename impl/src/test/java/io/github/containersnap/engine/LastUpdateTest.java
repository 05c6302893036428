package io.github.containersnap.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.LastUpdate.Result;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.port.SystemFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LastUpdateTest {
  private static final ImageReference REFERENCE = new ImageReference("docker://r.example/os:1");
  private static final DeploymentId ID = DeploymentId.parse("ab".repeat(32));

  @TempDir private Path directory;
  private final List<String> notes = new ArrayList<>();

  @SuppressWarnings("NullAway.Init")
  private Machine machine;

  @SuppressWarnings("NullAway.Init")
  private LastUpdate last;

  @BeforeEach
  void a_machine() throws IOException {
    machine = new RecordingPorts(directory).machineThatNotes(notes);
    Files.createDirectories(machine.layout().deployments());
    last = new LastUpdate(machine);
  }

  @Test
  void the_end_that_was_noted_last_is_read() {
    assertThat(last.read()).isEmpty();

    last.succeeded(Result.UPDATED, REFERENCE, ID, last.failedRow());
    assertThat(last.read())
        .hasValueSatisfying(
            it -> {
              assertThat(it.result()).isEqualTo(Result.UPDATED);
              assertThat(it.deployment()).isEqualTo(ID.toString());
              assertThat(it.reference()).isEqualTo(REFERENCE.text());
            });

    last.failed(REFERENCE, new IllegalStateException("no ".repeat(2000)), last.failedRow());
    assertThat(last.read())
        .hasValueSatisfying(
            it -> {
              assertThat(it.result()).isEqualTo(Result.FAILED);
              assertThat(it.message()).startsWith("no no").endsWith("…").hasSizeLessThan(1100);
            });
    assertThat(notes).isEmpty();
  }

  @Test
  void a_record_that_cannot_be_written_is_a_note() throws IOException {
    Files.createDirectories(
        SystemFiles.unfinished(machine.layout().lastUpdate()).resolve("in the way"));

    last.succeeded(Result.UNCHANGED, REFERENCE, ID, last.failedRow());

    assertThat(notes).singleElement().asString().contains("could not be noted");
  }

  @Test
  void a_damaged_one_is_named() throws IOException {
    Files.writeString(machine.layout().lastUpdate(), "{\"schema\":1}");

    assertThatThrownBy(last::read)
        .isInstanceOf(DamagedStateException.class)
        .hasMessageContaining(machine.layout().lastUpdate().toString());
  }
}
