package io.github.containersnap.gate;

import io.github.containersnap.experiment.BootLoaderKind;
import io.github.containersnap.experiment.Transition;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** The options that say what is checked. */
final class ScenarioOptions {
  private static final String ALL = "all";

  @Option(
      names = "--transition",
      paramLabel = "NAME",
      defaultValue = "update",
      description =
          "What loses its power: update (default), second-update, rollback, switch, delete, prune,"
              + " pin, create-snapshot, set-readonly-state, bless, recover, finalize; or all of"
              + " them, one after the other.")
  private String transition = "update";

  @Option(
      names = "--boot-loader",
      paramLabel = "NAME",
      defaultValue = "grub-btrfs",
      description =
          "How the machine boots: grub-btrfs (default), a GRUB that reads its menu from the btrfs.")
  private String bootLoader = "grub-btrfs";

  /**
   * What is to be checked, at least one.
   *
   * @throws UnusableInputException if a name is unknown
   */
  List<Scenario> scenarios() {
    BootLoaderKind kind =
        BootLoaderKind.named(bootLoader)
            .orElseThrow(
                () ->
                    unknown(
                        "--boot-loader",
                        bootLoader,
                        Stream.of(BootLoaderKind.values()).map(BootLoaderKind::optionName)));
    if (transition.equals(ALL)) {
      return Stream.of(Transition.values()).map(each -> new Scenario(each, kind)).toList();
    }
    return List.of(
        new Scenario(
            Transition.named(transition)
                .orElseThrow(
                    () ->
                        unknown(
                            "--transition",
                            transition,
                            Stream.concat(
                                Stream.of(Transition.values()).map(Transition::optionName),
                                Stream.of(ALL)))),
            kind));
  }

  private static UnusableInputException unknown(String option, String value, Stream<String> known) {
    return new UnusableInputException(
        "%s does not know '%s'; it knows %s."
            .formatted(option, value, known.collect(Collectors.joining(", "))));
  }
}
