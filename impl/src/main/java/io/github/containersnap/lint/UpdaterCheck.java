package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintCheck;
import io.github.containersnap.lint.model.LintRule;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Whether a machine that runs the image can be updated from it to the next. */
final class UpdaterCheck implements LintCheck {
  private static final String PROGRAM = "usr/bin/container-snap";
  private static final List<String> UNIT_DIRECTORIES =
      List.of("usr/lib/systemd/system", "lib/systemd/system", "etc/systemd/system");
  private static final List<String> UNITS =
      List.of("container-snap-recover.service", "container-snap-bless.service");
  private static final List<String> PROGRAMS = List.of("btrfs", "podman", "skopeo");
  private static final List<String> SEARCH_PATH = List.of("usr/bin", "usr/sbin", "bin", "sbin");

  @Override
  public List<Finding> findings(InspectedImage image) {
    if (!image.has(PROGRAM)) {
      return List.of(
          Finding.warning(
              LintRule.NO_UPDATER,
              "it has no /" + PROGRAM,
              List.of(),
              "A machine that runs the image can neither update nor roll back by itself.",
              "Install the container-snap package in the image."));
    }
    List<Finding> findings = new ArrayList<>();
    missing(UNITS.stream().filter(unit -> isMissing(image, unit, UNIT_DIRECTORIES)))
        .filter(units -> image.hasSystemd())
        .map(
            units ->
                Finding.warning(
                    LintRule.NO_UPDATER_UNITS,
                    "it has container-snap without %s".formatted(String.join(" and ", units)),
                    List.of(),
                    "They settle at boot what a power cut interrupted, and say that a boot was"
                        + " good.",
                    "Install the container-snap package whole."))
        .forEach(findings::add);
    missing(PROGRAMS.stream().filter(program -> isMissing(image, program, SEARCH_PATH)))
        .map(
            programs ->
                Finding.warning(
                    LintRule.NO_UPDATER_PROGRAMS,
                    "it has container-snap without %s".formatted(String.join(", ", programs)),
                    List.of(),
                    "container-snap calls them: the update fails on a machine that runs the image.",
                    "Install them in the image."))
        .forEach(findings::add);
    return findings;
  }

  private static Stream<List<String>> missing(Stream<String> names) {
    return Stream.of(names.toList()).filter(list -> !list.isEmpty());
  }

  private static boolean isMissing(InspectedImage image, String name, List<String> directories) {
    return directories.stream().noneMatch(directory -> image.has(directory + "/" + name));
  }
}
