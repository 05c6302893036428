package io.github.containersnap.vm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run leaves that was killed while a machine ran. */
class KilledHarnessTest {
  @Test
  void the_next_run_ends_the_machine_its_container_and_the_engine(@TempDir Path runs)
      throws IOException, InterruptedException {
    Process harness = HarnessProcess.start(runs);
    Path run = HarnessProcess.awaitGuest(harness);
    assertThat(speakingOf(run)).anyMatch(line -> line.contains("conmon"));
    assertThat(marked(run)).anyMatch(line -> line.contains("qemu-system-x86_64"));

    harness.destroyForcibly().waitFor();
    List<String> swept = Workspace.sweep(runs);

    assertThat(swept).noneMatch(line -> line.startsWith("left behind"));
    assertThat(speakingOf(run)).isEmpty();
    assertThat(marked(run)).isEmpty();
    assertThat(run).doesNotExist();
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(run.toString());
  }

  @Test
  void a_run_that_is_asked_to_end_takes_all_of_it_away_itself(@TempDir Path runs)
      throws IOException, InterruptedException {
    Process harness = HarnessProcess.start(runs);
    Path run = HarnessProcess.awaitGuest(harness);

    harness.destroy();
    int _ = harness.waitFor();

    assertThat(marked(run)).isEmpty();
    assertThat(speakingOf(run)).isEmpty();
    assertThat(run).doesNotExist();
  }

  /** The command lines that name the run's directory. */
  private static List<String> speakingOf(Path run) {
    return processes()
        .filter(line -> line.contains(run.toString()))
        .filter(line -> !line.contains(HarnessProcess.class.getName()))
        .toList();
  }

  /** The command lines of the processes that carry the run's mark: run-PID-STARTTIME-…. */
  private static List<String> marked(Path run) {
    String[] name = String.valueOf(run.getFileName()).split("-", -1);
    String mark = "%s=%s-%s\0".formatted(Workspace.PROCESS_VARIABLE, name[1], name[2]);
    return ProcessHandle.allProcesses()
        .filter(process -> read(process, "environ").contains(mark))
        .map(process -> read(process, "cmdline"))
        .toList();
  }

  private static Stream<String> processes() {
    return ProcessHandle.allProcesses().map(process -> read(process, "cmdline"));
  }

  private static String read(ProcessHandle process, String file) {
    try {
      return Files.readString(
          Path.of("/proc", String.valueOf(process.pid()), file), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return ""; // it ended meanwhile
    }
  }
}
