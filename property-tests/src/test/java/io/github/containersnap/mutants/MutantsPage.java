package io.github.containersnap.mutants;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * {@code docs/mutants.md}: which mutant is caught where.
 *
 * @param rows one for each mutant, in the order of the page
 */
record MutantsPage(List<Row> rows) {
  private static final Path FILE = Path.of("../docs/mutants.md");

  /** What it says of a mutant of which a world knows that it cannot show there. */
  static final String NOT_HERE = "not here";

  /** What it says of one that behaves like the engine without a fault. */
  static final String EQUIVALENT = "equivalent";

  /** What it says of one that is missed. */
  static final String NOT_CAUGHT = "not caught";

  /**
   * What the page says of a mutant.
   *
   * @param place {@code port} or {@code method}
   * @param histories what becomes of it in the simulated world: one of the above, or the property
   *     that catches it and after how many histories
   */
  record Row(String name, String fault, String place, String property, String histories) {}

  static MutantsPage read() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(FILE)) {
      if (line.startsWith("| `")) {
        List<String> cells = Arrays.stream(line.split("\\|")).map(String::strip).toList();
        rows.add(
            new Row(
                cells.get(1).replace("`", ""),
                cells.get(2),
                cells.get(3),
                cells.get(4),
                cells.get(5)));
      }
    }
    return new MutantsPage(List.copyOf(rows));
  }

  /** Writes what was seen in the histories into the page; the rest stays as it is. */
  static void write(Map<String, String> seen) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(FILE)) {
      String[] cells = line.split("\\|", -1);
      if (line.startsWith("| `") && seen.containsKey(cells[1].strip().replace("`", ""))) {
        cells[5] = " %s ".formatted(seen.get(cells[1].strip().replace("`", "")));
      }
      lines.add(String.join("|", cells));
    }
    Files.write(FILE, lines);
  }

  Row row(Mutant mutant) {
    return Objects.requireNonNull(
        rows.stream().filter(it -> it.name().equals(mutant.optionName())).findFirst().orElse(null),
        () -> "docs/mutants.md has no row of " + mutant.optionName());
  }
}
