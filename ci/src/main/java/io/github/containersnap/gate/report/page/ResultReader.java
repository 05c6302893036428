package io.github.containersnap.gate.report.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.JsonObjectFile;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.gate.shard.Shard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Reads {@code result.json}; nothing in it is trusted. */
public final class ResultReader {
  /** A hundred thousand violated states take some 40 MB. */
  private static final long LARGEST = 256L << 20;

  private static final int DEEPEST = 20;
  private static final Set<String> VERDICTS = Set.of("holds", "violated", "unknown");
  private static final List<String> NEEDED =
      List.of(
          "schema",
          "verdict",
          "old",
          "new",
          "disk",
          "log",
          "selection",
          "states",
          "outcomes",
          "seconds",
          "violations",
          "faults",
          "unknowns",
          "boots");

  /** Where a field may be null, by its name. */
  private static final Set<String> NULLABLE =
      Set.of(
          "mutant",
          "updater",
          "sample",
          "seed",
          "subsets",
          "atomicUnit",
          "commitEveryMilliseconds",
          "proof",
          "problem",
          "void",
          "boots",
          "afterwards",
          "root",
          "system",
          "screen",
          "console",
          "map",
          "shard");

  private final Path file;

  /** A reader of a file. */
  public ResultReader(Path file) {
    this.file = file;
  }

  /**
   * The result.
   *
   * @throws UnusableInputException if the file is not one; one sentence says why
   * @throws IOException if it cannot be read
   */
  public ResultJson read() throws IOException {
    JsonObjectFile json = new JsonObjectFile(file, LARGEST, NEEDED, this::refused);
    ObjectNode object = json.read();
    requireNoNulls(object, 0);
    return validated(json.as(ResultJson.class, object));
  }

  private void requireNoNulls(JsonNode node, int depth) {
    if (depth > DEEPEST) {
      throw refused("its objects are nested too deep");
    }
    node.properties()
        .forEach(
            field -> {
              if (field.getValue().isNull() && !NULLABLE.contains(field.getKey())) {
                throw wrong(field.getKey());
              }
              requireNoNulls(field.getValue(), depth + 1);
            });
    if (node.isArray()) {
      node.forEach(
          element -> {
            if (element.isNull()) {
              throw refused("one of its lists has an empty place");
            }
            requireNoNulls(element, depth + 1);
          });
    }
  }

  private ResultJson validated(ResultJson found) {
    require(found.schema() >= 1, "schema");
    require(VERDICTS.contains(found.verdict()), "verdict");
    require(isImage(found.old()), "old");
    require(isImage(found.newImage()), "new");
    require(found.disk().logEntries() >= 0, "disk.logEntries");
    require(found.log().writes() >= 0 && found.log().epochs() >= 0, "log");
    require(isText(found.selection().states()) && isText(found.selection().depth()), "selection");
    require(isText(found.transition()) && isText(found.bootLoader()), "transition");
    require(found.states().families() != null && found.states().checked() >= 0, "states");
    require(
        found.violations().stream().allMatch(e -> areTexts(e.address(), e.property(), e.text())),
        "violations");
    require(found.faults().stream().allMatch(e -> areTexts(e.property(), e.what())), "faults");
    require(found.unknowns().stream().allMatch(e -> areTexts(e.address(), e.text())), "unknowns");
    require(found.boots().stream().allMatch(e -> areTexts(e.address(), e.system())), "boots");
    require(found.shard() == null || isPart(found.shard()), "shard");
    try {
      new MapCheck(found).require();
    } catch (IllegalArgumentException e) {
      throw refused("its map of states is damaged: " + e.getMessage());
    }
    return found;
  }

  /** The JSON reader leaves null what is missing, whatever the record says. */
  @SuppressWarnings("ConstantValue")
  private static boolean isPart(ResultJson.Part part) {
    return part.count() >= 1
        && part.count() <= Shard.MOST
        && part.index() >= 1
        && part.index() <= part.count()
        && part.planned() >= 0
        && areTexts(part.plan(), part.gate())
        && part.classes() != null
        && part.machines() != null
        && (part.boots() == null
            || (isText(part.boots().accelerator())
                && part.boots().groups() != null
                && part.boots().views() != null));
  }

  private static boolean isImage(ResultJson.Image image) {
    return areTexts(image.reference(), image.imageId());
  }

  private static boolean areTexts(String... texts) {
    return List.of(texts).stream().allMatch(ResultReader::isText);
  }

  /** The JSON reader leaves null what is missing, whatever the record says. */
  @SuppressWarnings("ConstantValue")
  private static boolean isText(String text) {
    return text != null;
  }

  private void require(boolean right, String field) {
    if (!right) {
      throw wrong(field);
    }
  }

  private UnusableInputException wrong(String field) {
    return refused("its '%s' is not what a result has there".formatted(field));
  }

  private UnusableInputException refused(String why) {
    return new UnusableInputException("%s is not a result of the gate: %s.".formatted(file, why));
  }
}
