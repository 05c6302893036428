package io.github.containersnap.gate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Reads case files, believing none of them. */
final class CaseReader {
  private static final long LARGEST = 4 << 20;
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
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
    if (!Files.isRegularFile(file)) {
      throw refused("there is no such file");
    }
    if (Files.size(file) > LARGEST) {
      throw refused("it is larger than %d bytes".formatted(LARGEST));
    }
    JsonMapper mapper =
        JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES) // later schemas add fields
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
    try {
      JsonNode json = mapper.readTree(Files.readAllBytes(file));
      if (!(json instanceof ObjectNode object)) {
        throw refused("it holds no JSON object");
      }
      for (String name : NEEDED) {
        if (!object.hasNonNull(name)) {
          throw refused("it lacks '%s'".formatted(name));
        }
      }
      return validated(mapper.treeToValue(object, CaseFile.class));
    } catch (JsonProcessingException e) {
      throw refused("its JSON is not a case's: " + e.getOriginalMessage());
    }
  }

  private CaseFile validated(CaseFile found) {
    ResultJson.Disk disk = found.disk();
    require(found.schema() >= 1, "schema");
    require(disk.bytes() > 0, "disk.bytes");
    require(UUID.matcher(String.valueOf(disk.filesystemUuid())).matches(), "disk.filesystemUuid");
    require(SHA256.matcher(String.valueOf(disk.baseSha256())).matches(), "disk.baseSha256");
    require(SHA256.matcher(String.valueOf(disk.logSha256())).matches(), "disk.logSha256");
    require(SHA256.matcher(found.fingerprint()).matches(), "fingerprint");
    require(!found.violations().isEmpty(), "violations");
    try {
      found.state();
    } catch (IllegalArgumentException | NullPointerException e) {
      throw refused(String.valueOf(e.getMessage()));
    }
    return found;
  }

  private void require(boolean right, String field) {
    if (!right) {
      throw refused("its '%s' is not what a case has there".formatted(field));
    }
  }

  private UnusableInputException refused(String why) {
    return new UnusableInputException("%s is no case file: %s.".formatted(file, why));
  }
}
