package io.github.containersnap.gate;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.containersnap.loopback.state.CrashState;
import io.github.containersnap.mutants.Mutant;
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

  private static final int LONGEST_NAME = 100;

  record Found(Property property, String text) {}

  /** The file's name below the report. */
  static String name(CrashState state) {
    return "cases/%s.json"
        .formatted(
            state instanceof CrashState.Prefix(int entries) ? "state-" + entries : named(state));
  }

  private static String named(CrashState state) {
    String address = state.toString().replaceAll("[:,]", "-");
    return address.length() <= LONGEST_NAME
        ? address
        : "%s-%08x".formatted(address.substring(0, LONGEST_NAME), address.hashCode());
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
        words.issued(state.state()),
        words.of(state.state()),
        violations.stream().map(v -> new Found(v.property(), v.text())).toList());
  }
}
