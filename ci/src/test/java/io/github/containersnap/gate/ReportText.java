package io.github.containersnap.gate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What two reports of one recording must have in common: all but the times. */
record ReportText(JsonNode result, String page, List<String> junit) {
  static ReportText of(Path report) throws IOException {
    ObjectNode result =
        (ObjectNode)
            JsonMapper.builder().build().readTree(Files.readString(report.resolve("result.json")));
    result.remove("seconds");
    result.path("boots").forEach(boot -> ((ObjectNode) boot).remove("seconds"));
    return new ReportText(
        result,
        Files.readString(report.resolve("index.html"))
            .replaceAll("[0-9.]+ recording, [0-9.]+ checking, [0-9.]+ booting", "times")
            .replaceAll("\"seconds\":[0-9.]+", "seconds"),
        Files.readString(report.resolve("junit.xml"))
            .replaceAll(" time=\"[^\"]*\"", "")
            .lines()
            .toList());
  }
}
