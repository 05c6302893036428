package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.registry.LocalRegistry;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each command of the administrator's guide does what it is for: it runs on a disk with two
 * deployments, where the names of the guide stand for an archive, a registry, disks and an id. The
 * other commands of the first hour are looked at by {@code harness.install.FirstHourTest}.
 */
@ExtendWith(TestDisks.Shared.class)
class GuideCommandsTest {
  private static final List<Path> PAGES =
      List.of(Path.of("../docs/guide/README.md"), Path.of("../docs/guide/FIRST-HOUR.md"));

  /** A command in a code block, or between backquotes. */
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^container-snap (.+)$|`container-snap ([^`]+)`");

  private static final String STABLE = "docker://registry.example/os:stable";
  private static final Pattern LOCAL =
      Pattern.compile("docker://(?:10[.]0[.]2[.]2|127[.]0[.]0[.]1):5001/os:stable");
  private static final String DEFAULT = "\"$(container-snap get-default)\"";

  private static Workspace workspace;
  private static LocalRegistry registry;
  private static Path archive;

  private final TestDisks disks;

  GuideCommandsTest(TestDisks disks) {
    this.disks = disks;
  }

  @BeforeAll
  static void offerTheThirdVersion(TestDisks disks) throws IOException {
    workspace =
        Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"));
    registry = LocalRegistry.open(workspace, "registry");
    registry.push(disks.third().reference(), "os:stable");
    archive = workspace.file("os-1.tar");
    ExternalCommand.of("skopeo", "copy", "--quiet", disks.third().reference())
        .with("oci-archive:" + archive)
        .run();
  }

  @AfterAll
  static void closeTheRegistry() {
    registry.close();
    workspace.close();
  }

  static List<String> commands() throws IOException {
    String pages = Files.readString(PAGES.get(0)) + Files.readString(PAGES.get(1));
    return COMMAND
        .matcher(pages)
        .results()
        .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
        .filter(command -> !command.startsWith("VERB"))
        .filter(command -> !command.equals("discard")) // only of a machine that runs: DiscardTest
        .distinct()
        .toList();
  }

  @ParameterizedTest
  @MethodSource("commands")
  void it_succeeds(String command) throws IOException {
    Path directory = disks.newDirectory();
    Path zeros = directory.resolve("a-whole-disk");
    try (RandomAccessFile file = new RandomAccessFile(zeros.toFile(), "rw")) {
      file.setLength(600L << 20);
    }
    try (LoopDevice disk = LoopDevice.attach(zeros, 0, Files.size(zeros))) {
      disks.onUpdated(
          machine -> {
            new TestTree(machine.root(machine.second()))
                .write("etc/ssh/sshd_config", "PermitRootLogin no\n");
            String words =
                LOCAL
                    .matcher(command)
                    .replaceAll(registry.reference("os:stable"))
                    .replace("oci-archive:os-1.tar", "oci-archive:" + archive)
                    .replace(" os:1", " oci-archive:" + archive)
                    .replace("disk.img", directory.resolve("disk.img") + " --size 600M")
                    .replace("/dev/sdb", disk.device().toString())
                    .replace(STABLE, registry.reference("os:stable") + " --insecure")
                    .replace(DEFAULT, machine.second().toString())
                    .replace("--restore /etc/ssh/sshd_config", "--restore /etc/hostname")
                    .replace(" FILE", " " + directory.resolve("metrics.prom"))
                    .replace(" ID", " " + machine.first());
            if (command.startsWith("kargs --replace") || command.startsWith("kargs --delete")) {
              succeeds(machine, "kargs --append " + command.split(" ", -1)[2]); // as the guide did
            }
            succeeds(machine, words);
            assertThat(machine.succeeds("get-default")).startsWith(defaultAfter(command, machine));
          });
    }
  }

  private String defaultAfter(String command, MachineOnDisk machine) {
    if (command.equals("update " + STABLE)) {
      return disks.third().id();
    }
    boolean goesBack = command.startsWith("rollback") || command.equals("switch ID");
    return (goesBack ? machine.first() : machine.second()).toString();
  }

  private void succeeds(MachineOnDisk machine, String words) {
    List<String> line = new ArrayList<>();
    if (Stream.of("lint", "install").noneMatch(words::startsWith)) {
      line.addAll(List.of("--root", machine.top().toString()));
    }
    line.addAll(List.of(words.split(" ")));
    CommandLineRun run = CommandLineRun.of(new RealMachineAccess(disks.runtimeDirectory()), line);
    assertThat(run.exit()).as("%s: %s", words, run.error()).isZero();
  }
}
