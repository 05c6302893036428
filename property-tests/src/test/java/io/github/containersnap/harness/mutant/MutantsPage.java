package io.github.containersnap.harness.mutant;

import io.github.containersnap.harness.property.Property;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code docs/mutants.md}: which mutant is caught where.
 *
 * @param rows one for each mutant, in the order of the page
 * @param reasons by name, why histories do not catch a mutant, and what does
 */
record MutantsPage(List<Row> rows, Map<String, String> reasons) {
  private static final Path FILE = Path.of("../docs/mutants.md");

  /** What it says of a mutant of which a world knows that it cannot show there. */
  static final String NOT_HERE = "not here";

  /** What it says of one that behaves like the engine without a fault. */
  static final String EQUIVALENT = "equivalent";

  /** What it says of one that takes more histories than a test should play. */
  static final String SELDOM = "seldom";

  /** What it says of one that is missed. */
  static final String NOT_CAUGHT = "not caught";

  private static final String REASONS = "## Not caught in histories";
  private static final Pattern PROPERTY = Pattern.compile("P\\d+");
  private static final Pattern REASON = Pattern.compile("- `([a-z-]+)`: (.+)");

  /**
   * What the page says of a mutant.
   *
   * @param place {@code port} or {@code method}
   * @param histories what becomes of it in the simulated world: one of the above, or the properties
   *     that catch it
   * @param sweep likewise of crash states of a recorded update
   */
  record Row(
      String name, String fault, String place, String property, String histories, String sweep) {
    /** The properties that may catch it in a history; none if none does. */
    Set<Property> properties() {
      Set<Property> properties = EnumSet.noneOf(Property.class);
      for (Matcher it = PROPERTY.matcher(histories); it.find(); ) {
        properties.add(Property.valueOf(it.group()));
      }
      return properties;
    }
  }

  static MutantsPage read() throws IOException {
    List<Row> rows = new ArrayList<>();
    Map<String, String> reasons = new TreeMap<>();
    String section = "";
    for (String line : Files.readAllLines(FILE)) {
      section = line.startsWith("## ") ? line : section;
      Matcher reason = REASON.matcher(line);
      if (line.startsWith("| `")) {
        List<String> cells = Arrays.stream(line.split("\\|")).map(String::strip).toList();
        rows.add(
            new Row(
                cells.get(1).replace("`", ""),
                cells.get(2),
                cells.get(3),
                cells.get(4),
                cells.get(5),
                cells.get(6)));
      } else if (section.equals(REASONS) && reason.matches()) {
        reasons.put(reason.group(1), reason.group(2));
      }
    }
    return new MutantsPage(List.copyOf(rows), reasons);
  }

  /** The cell of a mutant that these catch. */
  static String inWords(Set<Property> properties) {
    return properties.isEmpty()
        ? NOT_CAUGHT
        : properties.stream().map(Property::name).collect(Collectors.joining(" "));
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
