package io.github.containersnap.harness.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HistoryFileTest {
  @TempDir private Path directory;

  HistoryFileTest() {}

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("history.json"), text);
  }

  @Test
  void what_is_written_is_read_again() throws IOException {
    for (long seed = 1; seed <= 200; seed++) {
      History history = Generator.history(seed);
      assertThat(HistoryFile.read(file(HistoryFile.text(history)))).isEqualTo(history);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{",
        "{\"seed\":1}",
        "{\"seed\":1,\"first\":null,\"acts\":[]}",
        "{\"seed\":1,\"first\":{\"base\":-1,\"version\":0,\"health\":\"GOOD\"},\"acts\":[]}",
        "{\"seed\":1,\"first\":{\"base\":0,\"version\":0,\"health\":\"WELL\"},\"acts\":[]}",
        "{\"seed\":1,\"first\":{\"base\":0,\"version\":0,\"health\":\"GOOD\"},\"acts\":[null]}",
        "{\"seed\":1,\"first\":{\"base\":0,\"version\":0,\"health\":\"GOOD\"},\"acts\":[{\"step\":{\"do\":\"rm\"},\"strikes\":[],\"duringRecovery\":[]}]}",
        "{\"seed\":1,\"first\":{\"base\":0,\"version\":0,\"health\":\"GOOD\"},\"acts\":[{\"step\":{\"do\":\"edit-etc\",\"file\":\"../x\",\"text\":\"\"},\"strikes\":[],\"duringRecovery\":[]}]}",
        "{\"seed\":1,\"first\":{\"base\":0,\"version\":0,\"health\":\"GOOD\"},\"acts\":[{\"step\":{\"do\":\"kernel-arguments\",\"change\":\"APPEND\",\"word\":\"$x\"},\"strikes\":[],\"duringRecovery\":[]}]}",
        "{\"seed\":1,\"first\":{\"base\":0,\"version\":0,\"health\":\"GOOD\"},\"acts\":[{\"step\":{\"do\":\"reset\",\"keepsUsers\":true,\"kept\":\"../x\"},\"strikes\":[],\"duringRecovery\":[]}]}",
        "{\"seed\":1,\"first\":{\"base\":0,\"version\":0,\"health\":\"GOOD\"},\"acts\":[{\"step\":{\"do\":\"restore\",\"file\":\"/x\",\"removingAdded\":true},\"strikes\":[],\"duringRecovery\":[]}]}",
        "{\"seed\":1,\"first\":{\"base\":0,\"version\":0,\"health\":\"GOOD\"},\"acts\":[{\"step\":{\"do\":\"source\",\"reference\":\"-o\"},\"strikes\":[],\"duringRecovery\":[]}]}",
        "{\"seed\":1,\"first\":{\"base\":0,\"version\":0,\"health\":\"GOOD\"},\"acts\":[{\"step\":{\"do\":\"wait\",\"days\":-5},\"strikes\":[],\"duringRecovery\":[]}]}",
        "{\"seed\":1,\"first\":{\"base\":0,\"version\":0,\"health\":\"GOOD\"},\"acts\":[{\"step\":{\"do\":\"prune\"},\"strikes\":[{\"call\":0,\"step\":0,\"fault\":{\"fault\":\"kill\"}}],\"duringRecovery\":[]}]}"
      })
  void what_is_no_history_is_refused_in_a_sentence(String text) throws IOException {
    Path file = file(text);

    assertThatThrownBy(() -> HistoryFile.read(file))
        .isInstanceOf(HistoryFile.UnusableHistoryException.class)
        .hasMessageContaining("holds no history");
  }

  @Test
  void a_file_that_is_absurdly_large_is_refused() throws IOException {
    Path file = file(" ".repeat((1 << 20) + 1));

    assertThatThrownBy(() -> HistoryFile.read(file)).hasMessageContaining("larger than a mebibyte");
  }

  @Test
  void a_directory_is_refused() {
    assertThatThrownBy(() -> HistoryFile.read(directory)).hasMessageContaining("not a file");
  }
}
