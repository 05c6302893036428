package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.harness.testkit.TinyImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The table of DESIGN §6: the commands that tukit runs, through a shell, as it runs them. Standard
 * output is compared byte for byte.
 */
@ExtendWith(TestDisks.Shared.class)
class TukitContractTest {
  private final TestDisks disks;

  TukitContractTest(TestDisks disks) {
    this.disks = disks;
  }

  /** A shell that finds container-snap on its PATH. */
  private record Shell(Path bin) {
    /** The program, which works on the system mounted at {@code top}. */
    static Shell on(MachineOnDisk machine, Path directory) throws IOException {
      Path program = directory.resolve("container-snap");
      Files.writeString(
          program,
          """
          #!/bin/sh
          exec '%s' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \\
            -cp '%s' io.github.containersnap.cli.Main --root '%s' "$@"
          """
              .formatted(
                  Path.of(System.getProperty("java.home"), "bin/java"),
                  System.getProperty("java.class.path"),
                  machine.top()));
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      return new Shell(directory);
    }

    CommandOutput run(String line) {
      return ExternalCommand.of("sh", "-c", line)
          .withEnvironment("PATH", bin + ":" + System.getenv("PATH"))
          .runAnyStatus();
    }

    /** Standard output, as it is, of a command that has to succeed. */
    String prints(String line) {
      CommandOutput output = run(line);
      assertThat(output.exitCode()).as("%s: %s", line, output.standardError()).isZero();
      return new String(output.standardOutput(), StandardCharsets.UTF_8);
    }

    void fails(String line, int exit, String message) {
      CommandOutput output = run(line);
      assertThat(output.exitCode()).as(line).isEqualTo(exit);
      assertThat(output.standardOutput()).as("%s: standard output", line).isEmpty();
      assertThat(output.standardError()).contains(message);
    }
  }

  @Test
  void a_whole_session_of_tukit() throws IOException {
    Path bin = disks.newDirectory();
    disks.onUpdated(
        machine -> {
          Shell shell = Shell.on(machine, bin);
          String base = machine.second().toString();
          String work = base + "-work1";
          assertThat(shell.prints("container-snap get-current")).isEqualTo(base + "\n");
          assertThat(shell.prints("container-snap create-snapshot " + base)).isEqualTo(work + "\n");
          assertThat(shell.prints("container-snap get-readonly-state " + work))
              .isEqualTo("false\n");
          assertThat(shell.prints("container-snap set-readonly-state --no-readonly " + work))
              .isEmpty();
          String root = shell.prints("container-snap get-root " + work);
          assertThat(root).isEqualTo(machine.root(machine.second()) + "-work1/\n");
          new TestTree(Path.of(root.strip())).write("usr/share/version", "worked on\n");
          new TestTree(Path.of(root.strip())).write("etc/changed", "too\n");
          assertThat(shell.prints("container-snap set-readonly-state --readonly " + work))
              .isEmpty();
          assertThat(shell.prints("container-snap get-readonly-state " + work)).isEqualTo("true\n");
          assertThat(shell.prints("container-snap get-default")).isEqualTo(base + "\n");
          assertThat(shell.prints("container-snap switch " + work)).isEmpty();
          assertThat(shell.prints("container-snap get-default")).isEqualTo(work + "\n");
          assertThat(shell.prints("container-snap create-snapshot " + work))
              .isEqualTo(base + "-work2\n");
          assertThat(shell.prints("container-snap list-snapshots"))
              .isEqualTo(listOf(machine, base, work));
          assertThat(shell.prints("container-snap delete --id=" + base + "-work2")).isEmpty();
          shell.fails("container-snap delete --id=" + work, 2, "is the default");
          shell.fails("container-snap get-root " + base + "-work2", 2, "There is no deployment");
          assertThat(shell.prints("cat $(container-snap get-root " + work + ")etc/changed"))
              .isEqualTo("too\n");
        });
  }

  private static String listOf(MachineOnDisk machine, String base, String work) {
    StringBuilder all = new StringBuilder("# snapshot-id,ro\n");
    Stream.of(machine.first() + ",true", base + ",true", work + ",true", base + "-work2,false")
        .sorted()
        .forEach(line -> all.append(line).append('\n'));
    return all.toString();
  }

  @Test
  void images_come_and_go_as_with_the_original() throws IOException {
    Path bin = disks.newDirectory();
    disks.onUpdated(
        machine -> {
          Shell shell = Shell.on(machine, bin);
          TinyImage third = disks.third();
          assertThat(shell.prints("container-snap init")).isEmpty();
          assertThat(shell.prints("container-snap load " + third.reference()))
              .isEqualTo(third.id() + "\n");
          assertThat(shell.prints("container-snap list-images"))
              .contains(
                  "%s,2026-01-03T00:00:00Z,localhost/image-tiny-3:latest%n".formatted(third.id()));
          assertThat(shell.prints("container-snap delete --url=localhost/image-tiny-3:latest"))
              .isEmpty();
          assertThat(shell.prints("container-snap list-images")).doesNotContain(third.id());
          shell.fails("container-snap delete --url=localhost/image-tiny-3:latest", 2, "No image");
          shell.fails("container-snap delete", 2, "Missing required argument");
          shell.fails("container-snap create-snapshot 'x;y'", 2, "is not a deployment id");
        });
  }
}
