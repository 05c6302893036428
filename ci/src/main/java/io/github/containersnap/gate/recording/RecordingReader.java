package io.github.containersnap.gate.recording;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.run.GateBuild;
import io.github.containersnap.gate.run.JsonObjectFile;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.experiment.BootLoaderKind;
import io.github.containersnap.harness.experiment.Transition;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads {@code recording.json}; nothing in it is trusted. */
final class RecordingReader {
  private static final long LARGEST = 1 << 20;

  private static final long LARGEST_LOG = 1L << 40;
  private static final long LONGEST_INTERVAL = 30_000;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final List<String> NEEDED =
      List.of("schema", "gate", "old", "new", "transition", "bootLoader", "disk", "logBytes");

  private final Path file;

  RecordingReader(Path file) {
    this.file = file;
  }

  /**
   * The recording's description.
   *
   * @throws UnusableInputException if the file is none, or another gate's; one sentence says why
   */
  RecordingFile read() throws IOException {
    JsonObjectFile json = new JsonObjectFile(file, LARGEST, NEEDED, this::refused);
    ObjectNode object = json.read();
    return validated(json.as(RecordingFile.class, object));
  }

  private RecordingFile validated(RecordingFile found) {
    require(found.schema() == 1, "schema");
    if (!found.gate().equals(GateBuild.current())) {
      throw new UnusableInputException(
          "%s was recorded by another gate (%.120s; this is %s); check it with that one, or record it again."
              .formatted(file, found.gate(), GateBuild.current()));
    }
    require(isImage(found.old(), ImageMount.OLD), "old");
    require(isImage(found.newImage(), ImageMount.NEW), "new");
    require(Transition.named(found.transition()).isPresent(), "transition");
    require(BootLoaderKind.named(found.bootLoader()).isPresent(), "bootLoader");
    require(
        (found.updater() == null) == (found.updaterSha256() == null)
            && (found.updaterSha256() == null || SHA256.matcher(found.updaterSha256()).matches()),
        "updaterSha256");
    require(found.updater() == null || found.mutant() == null, "mutant");
    Long interval = found.commitEveryMilliseconds();
    require(
        interval == null || (interval >= 1 && interval <= LONGEST_INTERVAL),
        "commitEveryMilliseconds");
    require(found.seconds() >= 0 && found.seconds() < 1e9, "seconds");
    require(found.logBytes() > 0 && found.logBytes() <= LARGEST_LOG, "logBytes");
    ResultJson.Disk disk = found.disk();
    disk.wrongField()
        .ifPresent(
            field -> {
              throw wrong(field);
            });
    return found;
  }

  private static boolean isImage(ResultJson.@Nullable Image image, String name) {
    return image != null
        && image.imageId() != null
        && image.reference() != null
        && SHA256.matcher(image.imageId()).matches()
        && tag(image.reference(), name) != null;
  }

  /**
   * The tag in a reference to an image that lies where recordings are seen; null if it does not.
   */
  static @Nullable String tag(String reference, String name) {
    String before = "oci:%s/%s:".formatted(ImageMount.PLACE, name);
    String tag = reference.startsWith(before) ? reference.substring(before.length()) : "";
    return tag.matches("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}") ? tag : null;
  }

  private void require(boolean right, String field) {
    if (!right) {
      throw wrong(field);
    }
  }

  private UnusableInputException wrong(String field) {
    return refused("its '%s' is not what a recording has there".formatted(field));
  }

  private UnusableInputException refused(String why) {
    return new UnusableInputException(
        "%s does not describe a recording: %s. `ci/gate record` makes one.".formatted(file, why));
  }
}
