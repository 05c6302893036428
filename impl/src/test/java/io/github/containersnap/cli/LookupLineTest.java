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

/** A line that is read without picocli means what it means to picocli. */
class LookupLineTest {
  private static final String ID = "a".repeat(64);

  private final LinesOfPicocli machine = new LinesOfPicocli();

  @AfterProperty
  void remove_it() {
    machine.close();
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
            "@" + LinesOfPicocli.UNMOUNTED,
            "--",
            "-h",
            "--help",
            "--insecure",
            "--root",
            "--root=/",
            "/",
            ".",
            LinesOfPicocli.UNMOUNTED,
            "${ID}");
    Arbitrary<String> word = Arbitraries.oneOf(verb, other);
    return Arbitraries.oneOf(
            word.list().ofMaxSize(4),
            LinesOfPicocli.ofVerb(verb, other),
            verb.flatMap(
                it ->
                    other
                        .list()
                        .ofSize(2)
                        .map(rest -> List.of("--root", rest.getFirst(), it, rest.getLast()))))
        .map(words -> words.toArray(String[]::new));
  }

  @Property(tries = 2000, maxDiscardRatio = 20) // most lines are picocli's
  void it_ends_as_picocli_lets_it_end(@ForAll("lines") String[] arguments) {
    Optional<LookupLine> line = LookupLine.of(arguments);
    Assume.that(line.isPresent());
    assertThat(machine.without(line.get()::execute))
        .as(Arrays.toString(arguments))
        .isEqualTo(machine.asPicocliReads(arguments));
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
    assertThat(machine.without(LookupLine.of("get-default").orElseThrow()::execute))
        .isEqualTo(new LinesOfPicocli.Result(0, ID + "\n", ""));
    assertThat(
            machine.without(
                LookupLine.of("--root", LinesOfPicocli.UNMOUNTED, "get-default").orElseThrow()
                    ::execute))
        .satisfies(
            failed -> {
              assertThat(failed.status()).isOne();
              assertThat(failed.error()).contains(LinesOfPicocli.UNMOUNTED + ": not mounted");
            });
  }
}
