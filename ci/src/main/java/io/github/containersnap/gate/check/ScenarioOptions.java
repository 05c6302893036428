package io.github.containersnap.gate.check;

import io.github.containersnap.gate.run.Scenario;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.experiment.BootLoaderKind;
import io.github.containersnap.harness.experiment.Transition;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that say what is checked. */
public final class ScenarioOptions {
  private static final String ALL = "all";

  @Option(
      names = "--transition",
      paramLabel = "NAME[,NAME…]",
      description =
          "What loses its power: install, adopt, update (default), second-update, rollback,"
              + " discard, kargs, reset, switch, delete, prune, pin, create-snapshot,"
              + " set-readonly-state, bless, recover, finalize; or all of them. Several are checked"
              + " one after the other, each with a report of its own below DIR.")
  private String transition = "update";

  @Option(
      names = "--boot-loader",
      paramLabel = "NAME",
      description =
          "How the machine boots: grub-btrfs (default), a GRUB that reads its menu from the btrfs;"
              + " or default-subvolume, one that follows the default subvolume, as openSUSE's"
              + " does. The images must then have its configuration, /boot/grub2/grub.cfg.")
  private String bootLoader = "grub-btrfs";

  /**
   * What is to be checked, at least one.
   *
   * @throws UnusableInputException if a name is unknown
   */
  public List<Scenario> scenarios() {
    BootLoaderKind kind =
        BootLoaderKind.named(bootLoader)
            .orElseThrow(
                () ->
                    unknown(
                        "--boot-loader",
                        bootLoader,
                        Stream.of(BootLoaderKind.values()).map(BootLoaderKind::optionName)));
    return Arrays.stream(transition.split(",", -1))
        .flatMap(name -> transitions(name, kind))
        .distinct()
        .map(each -> new Scenario(each, kind))
        .toList();
  }

  private static Stream<Transition> transitions(String name, BootLoaderKind kind) {
    List<Transition> known =
        Stream.of(Transition.values()).filter(each -> each.isKnownTo(kind)).toList();
    return name.equals(ALL)
        ? known.stream()
        : Stream.of(
            Transition.named(name)
                .filter(known::contains)
                .orElseThrow(
                    () ->
                        unknown(
                            "--transition",
                            name,
                            Stream.concat(
                                known.stream().map(Transition::optionName), Stream.of(ALL)))));
  }

  private static UnusableInputException unknown(String option, String value, Stream<String> known) {
    return new UnusableInputException(
        "%s does not know '%s'; it knows %s."
            .formatted(option, value, known.collect(Collectors.joining(", "))));
  }
}
