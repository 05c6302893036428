package io.github.containersnap.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CommandAndItsParentTest {
  /** A program that is killed while it waits for a command. */
  static final class Waiting {
    private Waiting() {}

    public static void main(String[] arguments) {
      ExternalCommand.of("sleep", "1000").endingWithThisProcess().run();
    }
  }

  @Test
  void a_tied_command_does_not_outlive_a_process_that_is_killed() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Waiting.class.getName())
            .inheritIO()
            .start();
    ProcessHandle sleeping = onlyChild(parent);

    parent.destroyForcibly().waitFor();

    assertThat(sleeping.onExit().get(10, TimeUnit.SECONDS).isAlive()).isFalse();
  }

  private static ProcessHandle onlyChild(Process parent) throws InterruptedException {
    for (int tries = 0; tries < 300; tries++) {
      var child =
          parent
              .children()
              .filter(process -> process.info().command().orElse("").endsWith("/sleep"))
              .findAny();
      if (child.isPresent()) {
        return child.get();
      }
      Thread.sleep(100);
    }
    throw new AssertionError("the command did not start within 30 seconds");
  }

  @Test
  void what_ties_a_command_is_no_part_of_what_a_person_would_type() {
    ExternalCommand command = ExternalCommand.of("cp", "a file", "b").endingWithThisProcess();
    assertThat(command.commandLine()).isEqualTo("cp 'a file' b");
    assertThat(command.with("--", "c").commandLine()).isEqualTo("cp 'a file' b -- c");
  }
}
