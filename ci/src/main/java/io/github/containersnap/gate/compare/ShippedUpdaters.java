package io.github.containersnap.gate.compare;

import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.run.UpdaterUnderTest;
import io.github.containersnap.harness.mutant.Mutants;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the updaters to compare by their names.
 *
 * @param places directories whose directories are updaters; one that is missing is passed over
 */
record ShippedUpdaters(List<Path> places) {
  /** What says that a directory is an updater and not something that updaters share. */
  private static final String INSTALL = "install";

  /** Those that come with the gate. */
  static ShippedUpdaters ofThisProject() {
    return new ShippedUpdaters(List.of(Path.of("ci", "updaters"), Path.of("updaters")));
  }

  /**
   * An updater with its name.
   *
   * @param name names its row, and the directory of its report
   */
  record Named(String name, UpdaterUnderTest updater) {}

  /** All of them, container-snap first. */
  List<Named> all() {
    return Stream.concat(Stream.of(Comparison.OWN), shipped().stream()).map(this::named).toList();
  }

  /**
   * The updater of a name, a directory, or {@code shell:DIR}.
   *
   * @throws UnusableInputException if there is none
   */
  Named named(String text) {
    if (text.equals(Comparison.OWN)) {
      return new Named(text, new UpdaterUnderTest.Shipped(Mutants.NONE));
    }
    String place = text.startsWith("shell:") ? text.substring("shell:".length()) : text;
    Path directory =
        place.indexOf('/') >= 0
            ? Path.of(place)
            : places.stream()
                .map(each -> each.resolve(place))
                .filter(each -> Files.isRegularFile(each.resolve(INSTALL)))
                .findFirst()
                .orElseThrow(() -> unknown(place));
    Path absolute = directory.toAbsolutePath().normalize();
    return new Named(
        String.valueOf(absolute.getFileName()),
        UpdaterUnderTest.Foreign.parse("shell:" + absolute));
  }

  private UnusableInputException unknown(String name) {
    return new UnusableInputException(
        "--updaters does not know '%.80s'; it knows %s, or a directory with a slash in its name."
            .formatted(
                name,
                Stream.concat(Stream.of(Comparison.OWN), shipped().stream())
                    .collect(Collectors.joining(", "))));
  }

  private List<String> shipped() {
    Optional<Path> place = places.stream().filter(Files::isDirectory).findFirst();
    if (place.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(place.get())) {
      return files
          .filter(each -> Files.isRegularFile(each.resolve(INSTALL)))
          .map(each -> String.valueOf(each.getFileName()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + place.get(), e);
    }
  }
}
