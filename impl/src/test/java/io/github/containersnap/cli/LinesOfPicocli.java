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
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;

/**
 * A machine with one deployment, on which a line is run by picocli, and without it, so that both
 * can be held against each other.
 */
final class LinesOfPicocli implements AutoCloseable {
  /** A root on which nothing is mounted. */
  static final String UNMOUNTED = "/unmounted";

  private final TemporaryDirectory scratch =
      TemporaryDirectory.in(Path.of(System.getProperty("java.io.tmpdir")));
  private final MachineAccess machine = machineIn(scratch.path());

  /** How a line ended. */
  record Result(int status, String output, String error) {}

  /** Runs a line without picocli. */
  @FunctionalInterface
  interface Line {
    int execute(MachineAccess access, PrintWriter out, PrintWriter error);
  }

  /** A machine that has been updated once. */
  LinesOfPicocli() {
    assertThat(asPicocliReads("init").status()).isZero();
    assertThat(asPicocliReads("update", "oci:x:1").status()).isZero();
  }

  private static MachineAccess machineIn(Path directory) {
    RecordingPorts ports = new RecordingPorts(directory);
    return (root, _, progress) -> {
      if (root.equals(Optional.of(Path.of(UNMOUNTED)))) {
        throw new UncheckedIOException(new IOException(UNMOUNTED + ": not mounted"));
      }
      return ports.machine(progress);
    };
  }

  Result asPicocliReads(String... arguments) {
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    int status =
        ContainerSnap.commandLine(machine)
            .setOut(new PrintWriter(output, true))
            .setErr(new PrintWriter(error, true))
            .execute(arguments);
    return new Result(status, output.toString(), error.toString());
  }

  Result without(Line line) {
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    int status = line.execute(machine, new PrintWriter(output), new PrintWriter(error));
    return new Result(status, output.toString(), error.toString());
  }

  /** A verb, and at most two words behind it. */
  static Arbitrary<List<String>> ofVerb(Arbitrary<String> verb, Arbitrary<String> other) {
    return verb.flatMap(it -> other.list().ofMaxSize(2).map(rest -> joined(List.of(it), rest)));
  }

  static List<String> joined(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  @Override
  public void close() {
    scratch.close();
  }
}
