package io.github.containersnap.gate.cases;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.JsonObjectFile;
import io.github.containersnap.gate.run.UnusableInputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads case files, believing none of them. */
final class CaseReader {
  private static final long LARGEST = 4 << 20;

  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final List<String> NEEDED =
      List.of("schema", "old", "new", "disk", "entries", "when", "violations", "fingerprint");

  private final Path file;

  CaseReader(Path file) {
    this.file = file;
  }

  /**
   * The case.
   *
   * @throws UnusableInputException if the file is none; one sentence says why
   */
  CaseFile read() throws IOException {
    JsonObjectFile json = new JsonObjectFile(file, LARGEST, NEEDED, this::refused);
    ObjectNode object = json.read();
    return validated(json.as(CaseFile.class, object));
  }

  private CaseFile validated(CaseFile found) {
    ResultJson.Disk disk = found.disk();
    require(found.schema() >= 1, "schema");
    disk.wrongField()
        .ifPresent(
            field -> {
              throw wrong(field);
            });
    require(found.entries() >= 0 && found.entries() <= disk.logEntries(), "entries");
    require(isImage(found.old()), "old");
    require(isImage(found.newImage()), "new");
    require(found.scenario().isPresent(), "transition");
    require(found.kept() == null || isPath(found.kept()), "kept");
    require(SHA256.matcher(found.fingerprint()).matches(), "fingerprint");
    require(
        !found.violations().isEmpty() && found.violations().stream().allMatch(CaseReader::isFound),
        "violations");
    try {
      found.state();
    } catch (IllegalArgumentException | NullPointerException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
    return found;
  }

  private static boolean isImage(ResultJson.@Nullable Image image) {
    return image != null && isText(image.reference()) && isText(image.imageId());
  }

  private static boolean isFound(CaseFile.@Nullable Found violation) {
    return violation != null && violation.property() != null && isText(violation.text());
  }

  private static boolean isText(@Nullable String text) {
    return text != null && !text.isEmpty();
  }

  /** The kernel ends a name at a NUL, and Java refuses it in a path. */
  private static boolean isPath(String text) {
    return text.startsWith("/") && text.indexOf('\0') < 0;
  }

  private void require(boolean right, String field) {
    if (!right) {
      throw wrong(field);
    }
  }

  private UnusableInputException wrong(String field) {
    return refused("its '%s' is not what a case has there".formatted(field));
  }

  private UnusableInputException refused(String why) {
    return new UnusableInputException("%s is no case file: %s.".formatted(file, why));
  }
}
