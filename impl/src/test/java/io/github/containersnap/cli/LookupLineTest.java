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

/** A line that is read without picocli means what it means to picocli. */
class LookupLineTest {
  private static final String ID = "a".repeat(64);
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

  private Result asLookup(LookupLine line) {
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    int status = line.execute(machine, new PrintWriter(output), new PrintWriter(error));
    return new Result(status, output.toString(), error.toString());
  }

  /** Words of which some lines have a meaning, and some only to picocli. */
  @Provide
  Arbitrary<String[]> lines() {
    Arbitrary<String> verb =
        Arbitraries.of(
            "get-current", "get-default", "get-root", "get-readonly-state", "list-snapshots");
    Arbitrary<String> other =
        Arbitraries.of(
            ID,
            "aaaa",
            "default",
            "fallback",
            "7",
            "",
            " ",
            "\"aaaa\"",
            "a b",
            "ä",
            "@" + UNMOUNTED,
            "--",
            "-h",
            "--help",
            "--insecure",
            "--root",
            "--root=/",
            "/",
            ".",
            UNMOUNTED,
            "${ID}");
    Arbitrary<String> word = Arbitraries.oneOf(verb, other);
    return Arbitraries.oneOf(
            word.list().ofMaxSize(4),
            verb.flatMap(it -> other.list().ofMaxSize(2).map(rest -> joined(List.of(it), rest))),
            verb.flatMap(
                it ->
                    other
                        .list()
                        .ofSize(2)
                        .map(rest -> List.of("--root", rest.getFirst(), it, rest.getLast()))))
        .map(words -> words.toArray(String[]::new));
  }

  private static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  @Property(tries = 2000, maxDiscardRatio = 20) // most lines are picocli's
  void it_ends_as_picocli_lets_it_end(@ForAll("lines") String[] arguments) {
    Optional<LookupLine> line = LookupLine.of(arguments);
    Assume.that(line.isPresent());
    assertThat(asLookup(line.get()))
        .as(Arrays.toString(arguments))
        .isEqualTo(asPicocliReads(machine, arguments));
  }

  @Example
  void what_tukit_asks_needs_no_picocli() {
    for (String line :
        List.of(
            "get-current",
            "get-default",
            "list-snapshots",
            "get-root ID",
            "get-readonly-state ID",
            "--root / get-default",
            "--root /mnt get-root ID")) {
      assertThat(LookupLine.of(line.replace("ID", ID).split(" "))).as(line).isPresent();
    }
  }

  @Example
  void an_answer_and_a_failure_are_told_from_each_other() {
    assertThat(asLookup(LookupLine.of("get-default").orElseThrow()))
        .isEqualTo(new Result(0, ID + "\n", ""));
    assertThat(asLookup(LookupLine.of("--root", UNMOUNTED, "get-default").orElseThrow()))
        .satisfies(
            failed -> {
              assertThat(failed.status()).isOne();
              assertThat(failed.error()).contains(UNMOUNTED + ": not mounted");
            });
  }
}
