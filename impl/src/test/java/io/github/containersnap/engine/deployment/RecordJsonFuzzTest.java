package io.github.containersnap.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.LastUpdate;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.fuzz.KeptInputs;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as a record of the engine: the journal's, a deployment's. Only a {@link
 * DamagedStateException} may refuse them. What is read is read again from the text it is written
 * as.
 */
final class RecordJsonFuzzTest {
  private static final Path FILE = Path.of("record.json");
  private static final List<Class<? extends Record>> RECORDS =
      List.of(
          Journal.Intent.class,
          Journal.SnapshotIntent.class,
          Journal.FinalizeIntent.class,
          Journal.RestoreIntent.class,
          LastUpdate.Ended.class,
          DeploymentRecord.class,
          SnapshotRecord.class,
          EtcOrigin.class);

  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    RECORDS.forEach(type -> assertReadAgain(text, type));
  }

  private static void assertReadAgain(String text, Class<? extends Record> type) {
    Record read;
    try {
      read = RecordJson.read(FILE, text, type);
    } catch (DamagedStateException refused) {
      assertThat(refused.getMessage())
          .doesNotContain("java.", "com.fasterxml", "io.github")
          .doesNotContainPattern("\\p{Cc}");
      return;
    }
    assertThat(RecordJson.read(FILE, RecordJson.write(read), type)).isEqualTo(read);
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("RecordJson", RecordJsonFuzzTest::fuzzerTestOneInput);
  }
}
