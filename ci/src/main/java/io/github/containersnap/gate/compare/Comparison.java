package io.github.containersnap.gate.compare;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.containersnap.gate.run.ExitStatus;
import java.util.List;

/**
 * {@code comparison.json}: what power cuts during the same update leave of it, by updater.
 *
 * @param schema 1; later schemas only add fields
 * @param old the image before the update, as it was named
 * @param newImage the image after it
 * @param states which power cuts: {@code flush}, {@code write} or {@code all}
 * @param rows one for each updater and filesystem, in the order in which they were asked for
 */
public record Comparison(
    int schema,
    String old,
    @JsonProperty("new") String newImage,
    String states,
    List<ComparedCell> rows) {
  /** The name of container-snap's own row. */
  public static final String OWN = "container-snap";

  public Comparison {
    rows = List.copyOf(rows);
  }

  /**
   * The exit status of the comparison: what another updater loses is what was to be found out, and
   * no failure; what container-snap loses is one.
   */
  public ExitStatus status() {
    ExitStatus worst = rows.isEmpty() ? ExitStatus.CANNOT_TELL : ExitStatus.HOLDS;
    for (ComparedCell row : rows) {
      worst = worst.worse(status(row));
    }
    return worst;
  }

  private static ExitStatus status(ComparedCell row) {
    ComparedCell.Figures figures = row.figures();
    if (figures == null || figures.cutPoints() == 0) {
      return ExitStatus.CANNOT_TELL;
    }
    if (row.updater().equals(OWN) && !figures.violations().isEmpty()) {
      return ExitStatus.VIOLATED;
    }
    return figures.unknown() > 0 ? ExitStatus.CANNOT_TELL : ExitStatus.HOLDS;
  }
}
