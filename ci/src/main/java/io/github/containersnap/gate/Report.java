package io.github.containersnap.gate;

import io.github.containersnap.oracle.StateVerdict;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLStreamException;

/**
 * The report directory.
 *
 * @param directory where it lies
 */
record Report(Path directory) {
  void write(GateResult result) throws IOException, XMLStreamException {
    Files.createDirectories(directory.resolve("cases"));
    for (StateVerdict state : result.violated()) {
      Files.writeString(
          directory.resolve(CaseFile.name(state.state())),
          ResultJson.text(CaseFile.of(result, state)));
    }
    try (OutputStream out = Files.newOutputStream(directory.resolve("junit.xml"))) {
      new JUnitXml(result).write(out);
    }
    Files.writeString(directory.resolve("result.json"), ResultJson.of(result).text());
  }
}
