package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.RecordingPorts;
import io.github.containersnap.engine.bootable.UnbootableImageException;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.image.RegistryAccess;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class CommandLineTest {
  private static final String ID = "a".repeat(64);

  @TempDir private Path directory;

  private record Result(int status, String output, String error) {}

  private static Result run(MachineAccess access, String... arguments) {
    return run(ContainerSnap.commandLine(access), arguments);
  }

  private static Result run(CommandLine program, String... arguments) {
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    int status =
        program
            .setOut(new PrintWriter(output, true))
            .setErr(new PrintWriter(error, true))
            .execute(arguments);
    return new Result(status, output.toString(), error.toString());
  }

  private MachineAccess machine() {
    RecordingPorts ports = new RecordingPorts(directory);
    return (root, registries, progress) -> ports.machine(progress);
  }

  private static MachineAccess failing(Supplier<RuntimeException> failure) {
    return (root, registries, progress) -> {
      throw failure.get();
    };
  }

  static Stream<Map.Entry<String, CommandLine>> verbs() {
    return ContainerSnap.commandLine(failing(IllegalStateException::new))
        .getSubcommands()
        .entrySet()
        .stream();
  }

  private static String flat(String text) {
    return text.replaceAll("\\s+", " ");
  }

  @ParameterizedTest
  @MethodSource("verbs")
  void help_says_what_a_verb_does_in_80_columns(Map.Entry<String, CommandLine> verb) {
    Result help = run(failing(IllegalStateException::new), verb.getKey(), "--help");
    String purpose = verb.getValue().getCommandSpec().usageMessage().description()[0];
    assertThat(help.status()).isZero();
    assertThat(help.error()).isEmpty();
    assertThat(help.output()).contains("Usage: container-snap " + verb.getKey());
    assertThat(flat(help.output())).contains(flat(purpose)).contains("--root=DIR");
    assertThat(help.output().lines()).allMatch(line -> line.length() <= 80);
  }

  /** The program describes only the verb that it is called with. */
  @ParameterizedTest
  @MethodSource("verbs")
  void a_verb_says_the_same_by_itself_as_among_the_others(Map.Entry<String, CommandLine> verb) {
    for (String option : List.of("--help", "--no-such-option", "--root=/nowhere --insecure")) {
      String[] arguments = (verb.getKey() + " " + option).split(" ");
      MachineAccess access = failing(() -> new LockedException(Path.of("/lock"), "another"));
      assertThat(run(ContainerSnap.commandLine(access, arguments), arguments))
          .isEqualTo(run(ContainerSnap.commandLine(access), arguments));
    }
  }

  @Test
  void help_lists_every_verb_and_the_exit_statuses() {
    Result help = run(failing(IllegalStateException::new), "--help");
    assertThat(help.status()).isZero();
    assertThat(help.output().lines()).allMatch(line -> line.length() <= 80);
    verbs().forEach(verb -> assertThat(help.output()).contains("  " + verb.getKey()));
    assertThat(flat(help.output()))
        .contains(
            "Exit status: 0 done, 1 failed (nothing was changed unless it says so), 2 usage or"
                + " unusable image, 75 another container-snap is at work (try again).");
  }

  @Test
  void without_a_verb_the_way_to_the_help_is_shown() {
    assertThat(run(failing(IllegalStateException::new)))
        .isEqualTo(
            new Result(2, "", "container-snap: Name a command.\n  See `container-snap --help`.\n"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      textBlock =
          """
          lint                 ; Missing required parameter: 'REF'.                   ; lint
          install oci:x:1      ; Missing required option: '--disk=FILE|DEVICE'.       ; install
          lint --jsn oci:x:1   ; Unknown option: '--jsn'. Did you mean --json?        ; lint
          status now           ; Unmatched argument at index 1: 'now'.                ; status
          stauts               ; There is no command 'stauts'. Did you mean status?   ;
          help nothing         ; There is no command 'nothing'.                       ; help
          load                 ; Name either an archive with -i FILE or a REF.        ; load
          """)
  void a_usage_error_is_a_sentence_and_the_way_to_the_help(
      String line, String sentence, String verb) {
    Result result = run(failing(IllegalStateException::new), line.split(" "));
    assertThat(result)
        .isEqualTo(
            new Result(
                2,
                "",
                "container-snap: %s\n  See `container-snap%s --help`.\n"
                    .formatted(sentence, verb == null ? "" : " " + verb)));
  }

  @Test
  void help_of_a_verb_is_what_the_verb_says_of_itself() {
    MachineAccess machine = failing(IllegalStateException::new);

    assertThat(run(machine, "help", "update")).isEqualTo(run(machine, "update", "--help"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"get-root", "get-readonly-state", "switch", "rollback"})
  void an_id_that_nobody_knows_is_a_mistake_of_the_caller(String verb) {
    MachineAccess machine = machine();
    run(machine, "init");
    assertThat(run(machine, verb, "7"))
        .isEqualTo(
            new Result(
                2,
                "",
                """
                container-snap: '7' is not a deployment id (64 hex digits or at least the first 4, then\
                 perhaps -workN), nor current, default, fallback or pending.
                  `container-snap list-snapshots` prints the deployments of this machine.
                """));
    assertThat(run(machine, verb, ID))
        .isEqualTo(
            new Result(
                2,
                "",
                """
                container-snap: There is no deployment %s.
                  `container-snap list-snapshots` prints the deployments of this machine.
                """
                    .formatted(ID)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "update oci:x:1",
        "pull oci:x:1",
        "switch " + "7",
        "rollback",
        "status",
        "recover"
      })
  void before_init_every_verb_says_so(String line) {
    MachineAccess machine = machine();
    Result result = run(machine, line.replace("7", ID).split(" "));
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.error())
        .isEqualTo(
            """
            container-snap: This is not a container-snap system yet: %s/system/@var/lib/container-snap/deployments does not exist.
              `container-snap adopt` makes a deployment of the system that runs; `container-snap install` makes a disk that boots an image; `container-snap init` prepares an empty btrfs.
            """
                .formatted(directory));
  }

  @Test
  void a_machine_that_is_locked_is_worth_another_try() {
    Result result =
        run(failing(() -> new LockedException(Path.of("/state/lock"), "process 7")), "recover");
    assertThat(result)
        .isEqualTo(
            new Result(
                75,
                "",
                """
                container-snap: Another container-snap is at work (/state/lock is held by process 7).
                  Wait until it has ended, then try again. Nothing was changed.
                """));
  }

  @Test
  void an_unusable_image_or_reference_is_a_mistake_of_the_caller() {
    ImageId image = new ImageId(ID);
    assertThat(run(failing(() -> new UnbootableImageException(image, List.of("x"))), "recover"))
        .extracting(Result::status)
        .isEqualTo(2);
    assertThat(run(machine(), "pull", "a\tb").status()).isEqualTo(2);
  }

  @Test
  void a_failure_names_no_class_of_java() {
    IOException cause = new IOException("/var/x: Input/output error");
    Result result = run(failing(() -> new UncheckedIOException(cause)), "recover");

    assertThat(result.error())
        .isEqualTo(
            "container-snap: /var/x: Input/output error\n  The running system is unchanged.\n");
  }

  @Test
  void a_registry_is_given_up_after_the_time_that_was_asked_for_which_is_a_time() {
    List<RegistryAccess> asked = new ArrayList<>();
    MachineAccess access =
        (root, registries, progress) -> {
          asked.add(registries);
          throw new UncheckedIOException("enough", new IOException());
        };
    run(access, "pull", "--stall-timeout", "7", "docker://h/n");
    run(access, "pull", "docker://h/n");
    assertThat(asked.stream().map(RegistryAccess::patience))
        .containsExactly(Duration.ofSeconds(7), Duration.ofMinutes(2));

    Result none = run(access, "update", "--stall-timeout", "0", "docker://h/n");
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.error())
        .startsWith("container-snap: --stall-timeout wants a whole number of seconds, 1 or more.");
  }

  @Test
  void what_could_not_be_used_is_told_with_its_reason() {
    IOException full = new FileSystemException("/run/x", null, "No space left on device");

    Result result =
        run(failing(() -> new UncheckedIOException("cannot use /run", full)), "recover");

    assertThat(result.error())
        .startsWith("container-snap: cannot use /run: No space left on device\n");
  }

  @Test
  void what_can_be_expected_to_fail_shows_no_stack_trace() {
    Path missing = directory.resolve("missing");
    List<Supplier<RuntimeException>> failures =
        List.of(
            () -> thrownBy(() -> ExternalCommand.of("false").run()),
            () -> thrownBy(() -> ExternalCommand.of("no-such-program").run()),
            () -> new UncheckedIOException("cannot read it: EIO", new IOException("EIO")),
            () -> thrownBy(() -> TreeScan.of(missing)));
    for (Supplier<RuntimeException> failure : failures) {
      Result result = run(failing(failure), "recover");
      assertThat(result.status()).isEqualTo(1);
      assertThat(result.error().lines()).hasSize(2);
      assertThat(result.error())
          .isEqualTo(
              "container-snap: %s\n  The running system is unchanged.\n"
                  .formatted(failure.get().getMessage()));
    }
  }

  private static RuntimeException thrownBy(Runnable action) {
    try {
      action.run();
    } catch (RuntimeException e) {
      return e;
    }
    throw new AssertionError("it did not fail");
  }

  @Test
  void a_defect_of_the_program_shows_where_it_is() {
    Result result = run(failing(() -> new IllegalStateException("never")), "recover");
    assertThat(result.status()).isEqualTo(1);
    assertThat(result.error()).contains("IllegalStateException: never").contains("\tat ");
  }

  @Test
  void an_archive_that_is_not_there_is_named() {
    Result result = run(machine(), "load", "-i", directory.resolve("none.tar").toString());
    assertThat(result.status()).isEqualTo(2);
    assertThat(result.error()).contains("none.tar could not be read: no such file or directory");
  }

  @Test
  void load_wants_one_source() {
    assertThat(run(machine(), "load").status()).isEqualTo(2);
    assertThat(run(machine(), "load", "-i", "a", "oci:b:1").error())
        .startsWith("container-snap: Name either an archive with -i FILE or a REF.");
  }

  @Test
  void standard_output_carries_only_what_was_asked_for() throws IOException {
    MachineAccess machine = machine();
    assertThat(run(machine, "init")).isEqualTo(new Result(0, "", ""));
    assertThat(run(machine, "get-default"))
        .isEqualTo(
            new Result(
                2,
                "",
                """
                container-snap: No deployment is the default.
                  `container-snap list-snapshots` prints the deployments of this machine.
                """));
    assertThat(run(machine, "list-snapshots").output()).isEqualTo("# snapshot-id,ro\n");
    assertThat(run(machine, "update", "oci:x:1"))
        .isEqualTo(
            new Result(
                0,
                ID + "\n",
                """
                [1/9] recovering what was interrupted
                [2/9] resolving the image
                [3/9] pulling the image
                [4/9] proving the image against its digest
                [5/9] checking that it can boot
                [6/9] making the deployment and its /etc
                [7/9] sealing the deployment
                [8/9] making it the default
                [9/9] clearing up
                Updated. aaaaaaaaaaaa boots next.
                """));
    assertThat(run(machine, "get-default").output()).isEqualTo(ID + "\n");
    assertThat(run(machine, "recover")).isEqualTo(new Result(0, "", ""));
    assertThat(Files.isDirectory(Path.of(run(machine, "get-root", ID).output().strip()))).isTrue();
    assertThat(run(machine, "update", "oci:x:1"))
        .isEqualTo(
            new Result(
                0,
                ID + "\n",
                """
                [1/9] recovering what was interrupted
                [2/9] resolving the image
                Nothing to do: aaaaaaaaaaaa is that image and boots next.
                """));
  }
}
