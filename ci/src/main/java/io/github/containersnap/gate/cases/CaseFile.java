package io.github.containersnap.gate.cases;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateDescription;
import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.harness.experiment.BootLoaderKind;
import io.github.containersnap.harness.experiment.Transition;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.loopback.crash.CrashState;
import io.github.containersnap.loopback.crash.Fingerprint;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to find a failing crash state again: the images, the fault, the disk and its log by
 * their digests, the state's address, and what its disk is recognised by. With {@code base.img} and
 * {@code write.log} it makes that disk, bit for bit.
 *
 * @param schema 1; later schemas only add fields
 * @param mutant the fault that was switched on
 * @param updater the updater, if it is not container-snap
 * @param model {@code write-prefix}: the first {@code entries} entries of the log; {@code
 *     epoch-part}: see the address
 * @param entries how many entries of the log had been issued when the power was lost
 * @param address which crash state ({@link CrashState})
 * @param fingerprint the disk's {@link Fingerprint} over its base, which is known by its SHA-256
 * @param transition what lost its power; missing in older cases: the first update
 * @param bootLoader how the machine boots; missing in older cases: grub-btrfs
 * @param kept where {@code --keep} has left the base and the log
 */
public record CaseFile(
    int schema,
    ResultJson.Image old,
    @JsonProperty("new") ResultJson.Image newImage,
    @Nullable String mutant,
    @Nullable String updater,
    ResultJson.Disk disk,
    String model,
    int entries,
    String address,
    String fingerprint,
    @Nullable String kept,
    String when,
    List<Found> violations,
    @Nullable String transition,
    @Nullable String bootLoader) {

  record Found(Property property, String text) {
    static List<Found> of(Verdict.Violated violated) {
      return violated.violations().stream()
          .map((Violation each) -> new Found(each.property(), each.text()))
          .toList();
    }
  }

  /**
   * The case of one violated state.
   *
   * @param words describes states of the result's log
   */
  public static CaseFile of(
      CheckResult result, StateDescription words, CheckResult.Failing failing) {
    CrashState state = failing.state();
    return new CaseFile(
        1,
        ResultJson.Image.of(result.update().oldImage()),
        ResultJson.Image.of(result.update().newImage()),
        result.update().updater().faults().names().orElse(null),
        result.update().updater().foreign().orElse(null),
        ResultJson.Disk.of(result.recorded().disk()),
        model(state),
        words.issued(state),
        state.toString(),
        failing.fingerprint().toString(),
        result.kept().map(directory -> directory.toAbsolutePath().toString()).orElse(null),
        words.of(state),
        Found.of(failing.verdict()),
        result.update().scenario().transition().optionName(),
        result.update().scenario().bootLoader().optionName());
  }

  private static String model(CrashState state) {
    return state instanceof CrashState.Prefix ? "write-prefix" : "epoch-part";
  }

  /** The same case with another state in it. */
  CaseFile with(
      CrashState state, StateDescription words, Fingerprint other, Verdict.Violated violated) {
    return new CaseFile(
        schema,
        old,
        newImage,
        mutant,
        updater,
        disk,
        model(state),
        words.issued(state),
        state.toString(),
        other.toString(),
        kept,
        words.of(state),
        Found.of(violated),
        transition,
        bootLoader);
  }

  /** What lost its power; nothing if this version does not know it. */
  Optional<Scenario> scenario() {
    return Transition.named(
            transition == null ? Scenario.USUAL.transition().optionName() : transition)
        .flatMap(
            what ->
                BootLoaderKind.named(
                        bootLoader == null ? Scenario.USUAL.bootLoader().optionName() : bootLoader)
                    .map(how -> new Scenario(what, how)));
  }

  CrashState state() {
    return CrashState.parse(address);
  }
}
