package io.github.containersnap.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.engine.model.DeploymentLayout;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
  private static final String ID = "ab".repeat(32);
  private static final Journal.Intent INTENT =
      new Journal.Intent(1, ID + "-work2", ID, "oci:/srv/os:1");

  @TempDir private Path directory;
  private Journal journal;
  private Path file;

  @BeforeEach
  void there_is_a_journal() throws IOException {
    DeploymentLayout layout = new DeploymentLayout(directory);
    Files.createDirectories(layout.journal());
    journal = new Journal(new LinuxFiles(), layout);
    file = layout.journal().resolve("transaction.json");
  }

  @Test
  void what_was_opened_is_found_until_it_is_cleared() {
    assertThat(journal.interrupted()).isEmpty();
    journal.open(INTENT);
    assertThat(journal.interrupted()).contains(new Journal.Found.Recorded(INTENT));
    journal.clear();
    assertThat(journal.interrupted()).isEmpty();
    journal.clear();
  }

  @Test
  void a_restoration_is_told_from_the_others() {
    Journal.RestoreIntent intent = new Journal.RestoreIntent(1, ID, "/etc/hosts");
    journal.open(intent);
    assertThat(journal.interrupted()).contains(new Journal.Found.Restoration(intent));
  }

  @Test
  void what_a_crash_left_beside_it_goes_too() throws IOException {
    Files.writeString(directory.resolve(file + ".new"), "{");
    journal.open(INTENT);
    journal.clear();
    assertThat(file.getParent()).isEmptyDirectory();
  }

  @Test
  void a_truncated_record_is_unreadable_at_every_length() throws IOException {
    journal.open(INTENT);
    String whole = Files.readString(file);
    for (int length = 0; length < whole.strip().length(); length++) {
      Files.writeString(file, whole.substring(0, length));
      assertThat(journal.interrupted())
          .get()
          .as("the first %d characters", length)
          .isInstanceOf(Journal.Found.Unreadable.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "true",
        "{}",
        "{\"schema\":1}",
        "{\"schema\":1,\"deployment\":null,\"imageId\":\"x\",\"reference\":\"x\"}",
        "{\"schema\":1,\"deployment\":\"../../etc\",\"imageId\":\"x\",\"reference\":\"x\"}",
        "{\"schema\":1,\"deployment\":{},\"imageId\":\"x\",\"reference\":\"x\"}",
        "{\"schema\":1,\"restoresIn\":\"../../etc\",\"path\":\"/etc/hosts\"}",
        "{\"schema\":1e999999999,\"deployment\":\"x\",\"imageId\":\"x\",\"reference\":\"x\"}",
        "\0\0\0\0",
      })
  void hostile_json_is_unreadable(String text) throws IOException {
    Files.writeString(file, text);
    assertThat(journal.interrupted()).get().isInstanceOf(Journal.Found.Unreadable.class);
  }

  @Test
  void nesting_without_end_is_unreadable() throws IOException {
    Files.writeString(file, "[".repeat(60_000));
    assertThat(journal.interrupted()).get().isInstanceOf(Journal.Found.Unreadable.class);
  }

  @Test
  void an_absurd_size_is_unreadable_and_not_read() throws IOException {
    try (RandomAccessFile absurd = new RandomAccessFile(file.toFile(), "rw")) {
      absurd.setLength(1L << 40);
    }
    assertThat(journal.interrupted())
        .isEqualTo(
            Optional.of(
                new Journal.Found.Unreadable(
                    file + " is damaged: it is larger than 65536 bytes.")));
  }
}
