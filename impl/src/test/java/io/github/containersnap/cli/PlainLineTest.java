package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
  private final LinesOfPicocli machine = new LinesOfPicocli();

  PlainLineTest() {
    assertThat(machine.asPicocliReads("bless").status()).isZero(); // the next one changes nothing
  }

  @AfterProperty
  void remove_it() {
    machine.close();
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
            "@" + LinesOfPicocli.UNMOUNTED,
            "--",
            "-h",
            "--unattended",
            "--check",
            "--insecure",
            "--progress",
            "--root",
            "--root=/",
            LinesOfPicocli.UNMOUNTED,
            "${ID}");
    return Arbitraries.oneOf(
            verb.list().ofMaxSize(2),
            LinesOfPicocli.ofVerb(verb, other),
            verb.flatMap(
                it ->
                    other
                        .list()
                        .ofMinSize(1)
                        .ofMaxSize(2)
                        .map(
                            rest ->
                                LinesOfPicocli.joined(
                                    List.of("--root", rest.getFirst(), it),
                                    rest.subList(1, rest.size())))))
        .map(words -> words.toArray(String[]::new));
  }

  @Property(tries = 200, maxDiscardRatio = 20) // many lines are picocli's
  void it_ends_as_picocli_lets_it_end(@ForAll("lines") String[] arguments) {
    Optional<PlainLine> line = PlainLine.of(arguments);
    Assume.that(line.isPresent());
    assertThat(machine.without(line.get()::execute))
        .as(Arrays.toString(arguments))
        .isEqualTo(machine.asPicocliReads(arguments));
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
