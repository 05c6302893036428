package io.github.containersnap.gate.report;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.harness.oracle.BootView;
import io.github.containersnap.harness.oracle.DefaultRoots;
import io.github.containersnap.harness.oracle.Observation;
import io.github.containersnap.harness.property.GradedBoot;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.sweep.SweptClass;
import io.github.containersnap.loopback.crash.CrashState;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * What a report says of a class of states: all that the filesystem refers to is equal in them.
 *
 * @param name tells the classes of one run apart
 * @param loaderRoot the root that the boot loader would start, from the top level of the btrfs
 * @param kernelRoot the same as the kernel reads it after a mount
 * @param boots which of the two systems the machine boots, if it boots one of them
 * @param afterwards which one it boots from then on
 * @param graded how whole the system is; only of other updaters
 * @param bootView names what a boot of it can depend on; empty if that is not known
 */
public record StateClass(
    String name,
    Optional<String> loaderRoot,
    Optional<String> kernelRoot,
    Optional<Side> boots,
    Optional<Side> afterwards,
    Optional<GradedBoot> graded,
    Optional<String> bootView) {

  /** A class without a grade, of which no boot is known. */
  public StateClass(
      String name,
      Optional<String> loaderRoot,
      Optional<String> kernelRoot,
      Optional<Side> boots,
      Optional<Side> afterwards) {
    this(name, loaderRoot, kernelRoot, boots, afterwards, Optional.empty(), Optional.empty());
  }

  /** The class of each state of a sweep. */
  public static Map<CrashState, StateClass> of(
      Map<CrashState, SweptClass> swept, DefaultRoots roots) {
    Map<String, StateClass> classes = new HashMap<>();
    Map<CrashState, StateClass> classOf = new HashMap<>();
    swept.forEach(
        (state, found) ->
            classOf.put(
                state,
                classes.computeIfAbsent(
                    found.name(), name -> of(name, found.observation(), roots))));
    return classOf;
  }

  private static StateClass of(String name, Observation seen, DefaultRoots roots) {
    return new StateClass(
        name,
        roots.of(seen.loader()),
        roots.of(seen.kernel()),
        seen.side(),
        seen.afterwards(),
        seen.graded(),
        Optional.of(named(seen.bootView())));
  }

  private static String named(BootView view) {
    return HexFormat.of()
        .formatHex(Sha256.digest().digest(view.toString().getBytes(StandardCharsets.UTF_8)));
  }
}
