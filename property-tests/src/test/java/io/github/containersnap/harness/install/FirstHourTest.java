package io.github.containersnap.harness.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The commands of the page "The first hour" that are not container-snap's, which {@code
 * GuideCommandsTest} runs. QEMU's boots a disk that {@code install} made, as far as the boot menu:
 * a tiny image has no kernel. What would take minutes, wants the network or needs a machine is only
 * parsed: by the program itself where it can be asked to ({@code podman --help} behind its options,
 * {@code ssh -G}), and by the shell.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class FirstHourTest {
  private static final Path PAGE = Path.of("../docs/guide/FIRST-HOUR.md");
  private static final Path UNITS =
      Path.of("../impl/src/main/packaging/tree/usr/lib/systemd/system");
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```");

  /** What a command reads from the lines behind it; it is YAML here. */
  private static final Pattern HERE_DOCUMENT =
      Pattern.compile("(?ms)^(cat >[\\w.]+) <<END\\n(.*?)^END\\n");

  private static final String QEMU = "qemu-system-x86_64";
  private static final String VARIABLES = "cp /usr/share/OVMF/";

  /** What a line of a Containerfile may begin with; what follows RUN is the shell's. */
  private static final List<String> INSTRUCTIONS =
      List.of("FROM", "ENV", "ARG", "RUN", "COPY", "CMD");

  private Workbench bench;

  @BeforeAll
  void open() throws IOException {
    bench = new Workbench();
  }

  @AfterAll
  void close() {
    bench.close();
  }

  private static List<String> blocks(String language) throws IOException {
    return BLOCK
        .matcher(Files.readString(PAGE))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  /** The lines, those that end in a backslash with what follows them; without comments. */
  private static List<String> lines(String block) {
    return HERE_DOCUMENT
        .matcher(block)
        .replaceAll("$1\n")
        .replaceAll("(?m)^#.*\\n", "")
        .replaceAll("\\\\\\n *", "")
        .lines()
        .filter(line -> !line.isBlank())
        .toList();
  }

  static List<String> commands() throws IOException {
    List<String> commands = new ArrayList<>();
    for (String block : blocks("sh")) {
      commands.addAll(lines(block));
    }
    commands.removeIf(line -> line.startsWith("container-snap ") || line.startsWith(QEMU));
    return commands;
  }

  static List<String> instructions() throws IOException {
    return lines(String.join("", blocks("dockerfile")));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void a_command_parses(String command) throws IOException {
    List<String> words = List.of(command.split(" ", -1));
    parsesInAShell(command);
    switch (words.getFirst()) {
      case "apt-get" -> words.stream().skip(3).forEach(FirstHourTest::isAPackage);
      case "podman" -> succeeds(command + " --help");
      case "ssh" -> succeeds(command.replaceFirst("ssh ", "ssh -G "));
      case "cat", "ssh-keygen", "cp" -> succeeds(command);
      case "journalctl" -> assertThat(UNITS.resolve(words.getLast())).exists();
      case "docker-registry" ->
          assertThat(words).startsWith("docker-registry", "serve", "registry.yml").endsWith("&");
      case "systemctl" -> assertThat(words).containsExactly("systemctl", "reboot");
      default -> throw new AssertionError("say here how to look at: " + command);
    }
  }

  @Test
  void podman_is_asked_in_a_way_that_it_refuses_what_it_does_not_know() {
    assertThat(ExternalCommand.of("podman", "build", "--no-such-option", ".", "--help"))
        .satisfies(command -> assertThat(command.runAnyStatus().succeeded()).isFalse());
  }

  /** This machine has them all (ci/setup), and a package of the page's own is a file. */
  private static void isAPackage(String name) {
    if (!name.startsWith("./")) {
      succeedsAnywhere("dpkg-query --show " + name);
    }
  }

  private static void parsesInAShell(String command) {
    succeedsAnywhere(ExternalCommand.of("sh", "-n", "-c", command));
  }

  private static void succeedsAnywhere(String command) {
    succeedsAnywhere(ExternalCommand.of("sh", "-c", command));
  }

  private static void succeedsAnywhere(ExternalCommand command) {
    CommandOutput output = command.runAnyStatus();
    assertThat(output.succeeded())
        .as("%s: %s", command.commandLine(), output.standardError())
        .isTrue();
  }

  private void succeeds(String command) throws IOException {
    succeedsAnywhere(ExternalCommand.of("sh", "-c", command).in(directory()));
  }

  /** Where the reader of the page works. */
  private Path directory() throws IOException {
    return Files.createDirectories(bench.file("hour"));
  }

  @ParameterizedTest
  @MethodSource("instructions")
  void an_instruction_of_the_containerfile_parses(String instruction) throws IOException {
    String[] parts = instruction.split(" ", 2);
    List<String> words = List.of(parts[1].split(" ", -1));

    assertThat(INSTRUCTIONS).contains(parts[0]);
    if (parts[0].equals("RUN")) {
      parsesInAShell(parts[1]);
    }
    if (parts[0].equals("COPY")) {
      List<String> names = words.stream().filter(word -> !word.startsWith("--")).toList();
      boolean isOfAStage = words.getFirst().startsWith("--from=");
      assertThat(names).hasSize(2);
      assertThat(isOfAStage || Files.readString(PAGE).contains("**`%s`**".formatted(names.get(0))))
          .as("the page says where %s comes from", names.get(0))
          .isTrue();
    }
  }

  @Test
  void the_files_that_are_copied_last_are_what_lint_wants() throws IOException {
    Path files = directory().resolve("files");
    String first =
        instructions().stream().filter(line -> line.startsWith("RUN ")).findFirst().orElseThrow();

    succeeds(first.substring("RUN ".length()).replace("/files", files.toString()));

    assertThat(files.resolve("etc/hostname")).isEmptyFile();
    assertThat(files.resolve("etc/hosts")).content().startsWith("127.0.0.1 localhost\n");
    assertThat(Files.readSymbolicLink(files.resolve("etc/resolv.conf")))
        .isEqualTo(Path.of("../run/systemd/resolve/stub-resolv.conf"));
    assertThat(files.resolve("etc/systemd/network/80-dhcp.network"))
        .hasContent("[Match]\nType=ether\n\n[Network]\nDHCP=yes\n");
  }

  /** Where nothing depends on a KVM that may be there and not work, nor on a port. */
  private static String emulated(String qemu) {
    assertThat(qemu).contains(" -accel kvm -accel tcg ", "127.0.0.1:2222-:22");
    return qemu.replace(" -accel kvm ", " ").replace("127.0.0.1:2222", "127.0.0.1:0");
  }

  @Test
  void qemu_boots_a_disk_that_was_installed_and_ctrl_a_x_ends_it() throws IOException {
    bench.install(directory().resolve("disk.img"), "--size", "400M").isDone();
    String block =
        blocks("sh").stream().filter(text -> text.contains(QEMU)).findFirst().orElseThrow();
    String variables =
        lines(block).stream().filter(it -> it.startsWith(VARIABLES)).findFirst().orElseThrow();
    String qemu = lines(block).stream().filter(it -> it.startsWith(QEMU)).findFirst().orElseThrow();
    Path script =
        Files.writeString(
            directory().resolve("boot"),
            """
            %s
            mkfifo keys
            %s <keys >console 2>&1 &
            exec 3>keys
            for i in $(seq 1000); do
              kill -0 $! 2>/dev/null || break
              if grep -aq 'Tiny 1' console; then break; fi
              sleep 0.3
            done
            printf '\\001x' >&3
            wait $!
            """
                .formatted(variables, emulated(qemu)));

    CommandOutput output = ExternalCommand.of("bash", script).in(directory()).runAnyStatus();

    String console = Files.readString(directory().resolve("console"), StandardCharsets.ISO_8859_1);
    assertThat(console).as(output.standardError()).contains("BdsDxe: starting Boot", "Tiny 1");
    assertThat(console).containsPattern("QEMU: Terminated");
    assertThat(output.succeeded()).as(output.standardError()).isTrue();
  }
}
