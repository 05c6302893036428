package io.github.containersnap.gate;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.containersnap.mutants.Mutant;
import io.github.containersnap.oracle.CrashState;
import io.github.containersnap.oracle.StateVerdict;
import io.github.containersnap.properties.Property;
import io.github.containersnap.properties.Verdict;
import io.github.containersnap.properties.Violation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to find a failing crash state again: the images, the fault, the disk and its log by
 * their digests, and the state's place in the log. With {@code base.img} and {@code write.log} as
 * {@code --keep} leaves them, the first {@code entries} entries of the log make its disk.
 */
record CaseFile(
    int schema,
    ResultJson.Image old,
    @JsonProperty("new") ResultJson.Image newImage,
    @Nullable String mutant,
    ResultJson.Disk disk,
    String model,
    int entries,
    String when,
    List<Found> violations) {

  record Found(Property property, String text) {}

  /** The file's name below the report. */
  static String name(CrashState state) {
    return "cases/state-%d.json".formatted(state.entries());
  }

  static CaseFile of(GateResult result, StateInWords words, StateVerdict state) {
    List<Violation> violations = ((Verdict.Violated) state.verdict()).violations();
    return new CaseFile(
        1,
        ResultJson.Image.of(result.oldImage()),
        ResultJson.Image.of(result.newImage()),
        result.mutant().map(Mutant::optionName).orElse(null),
        ResultJson.Disk.of(result.disk()),
        "write-prefix",
        state.state().entries(),
        words.of(state.state()),
        violations.stream().map(v -> new Found(v.property(), v.text())).toList());
  }
}
