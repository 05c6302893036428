package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.linux.TemporaryDirectory;
import io.github.containersnap.engine.RecordingPorts;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;

/** A verb whose line is read without picocli does what it does with picocli. */
class PlainLineTest {
  private static final String UNMOUNTED = "/unmounted";

  private record Result(int status, String output, String error) {}

  private final TemporaryDirectory scratch =
      TemporaryDirectory.in(Path.of(System.getProperty("java.io.tmpdir")));
  private final MachineAccess machine = updatedMachine(scratch.path());

  private static MachineAccess updatedMachine(Path directory) {
    RecordingPorts ports = new RecordingPorts(directory);
    MachineAccess machine =
        (root, _, progress) -> {
          if (root.equals(Optional.of(Path.of(UNMOUNTED)))) {
            throw new UncheckedIOException(new IOException(UNMOUNTED + ": not mounted"));
          }
          return ports.machine(progress);
        };
    assertThat(asPicocliReads(machine, "init").status()).isZero();
    assertThat(asPicocliReads(machine, "update", "oci:x:1").status()).isZero();
    assertThat(asPicocliReads(machine, "bless").status()).isZero(); // the next one changes nothing
    return machine;
  }

  @AfterProperty
  void remove_it() {
    scratch.close();
  }

  private static Result asPicocliReads(MachineAccess machine, String... arguments) {
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    int status =
        ContainerSnap.commandLine(machine)
            .setOut(new PrintWriter(output, true))
            .setErr(new PrintWriter(error, true))
            .execute(arguments);
    return new Result(status, output.toString(), error.toString());
  }

  private Result asPlain(PlainLine line) {
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    int status = line.execute(machine, new PrintWriter(output), new PrintWriter(error));
    return new Result(status, output.toString(), error.toString());
  }

  /** Words of which some lines have a meaning, and some only to picocli. */
  @Provide
  Arbitrary<String[]> lines() {
    Arbitrary<String> verb =
        Arbitraries.of("status", "recover", "bless", "finalize", "update", "prune");
    Arbitrary<String> other =
        Arbitraries.of(
            "oci:x:1",
            "oci:/srv/os:1",
            "docker://registry.example:5000/os@sha256:" + "a".repeat(64),
            "docker://registry.example/os:stable",
            "status",
            "nosuch:thing",
            ":",
            "",
            "\"oci:x:1\"",
            "a b",
            "ä",
            "@" + UNMOUNTED,
            "--",
            "-h",
            "--unattended",
            "--check",
            "--insecure",
            "--progress",
            "--root",
            "--root=/",
            UNMOUNTED,
            "${ID}");
    return Arbitraries.oneOf(
            verb.list().ofMaxSize(2),
            verb.flatMap(it -> other.list().ofMaxSize(2).map(rest -> joined(List.of(it), rest))),
            verb.flatMap(
                it ->
                    other
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(2)
                        .map(
                            rest ->
                                joined(
                                    List.of("--root", rest.getFirst(), it),
                                    rest.subList(1, rest.size())))))
        .map(words -> words.toArray(String[]::new));
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  @Property(tries = 200, maxDiscardRatio = 20) // many lines are picocli's
  void it_ends_as_picocli_lets_it_end(@ForAll("lines") String[] arguments) {
    Optional<PlainLine> line = PlainLine.of(arguments);
    Assume.that(line.isPresent());
    assertThat(asPlain(line.get()))
        .as(Arrays.toString(arguments))
        .isEqualTo(asPicocliReads(machine, arguments));
  }

  @Example
  void what_units_and_administrators_give_most_often_needs_no_picocli() {
    for (String line :
        List.of(
            "status",
            "recover",
            "bless",
            "finalize",
            "update",
            "update --unattended",
            "update docker://registry.example/os:stable",
            "--root /mnt update oci:/srv/os:1")) {
      assertThat(PlainLine.of(line.split(" "))).as(line).isPresent();
    }
  }

  @Example
  void options_and_files_of_arguments_are_for_picocli() {
    for (String line :
        List.of(
            "status --json",
            "update --check",
            "update oci:x:1 --retry",
            "update @file",
            "update --help",
            "prune",
            "help update")) {
      assertThat(PlainLine.of(line.split(" "))).as(line).isEmpty();
    }
  }
}
