package io.github.containersnap.gate.check;

import io.github.containersnap.gate.cases.CaseFile;
import io.github.containersnap.gate.cases.KeptDisk;
import io.github.containersnap.gate.report.CaseName;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.gate.report.JUnitNote;
import io.github.containersnap.gate.report.JUnitXml;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.gate.report.StateDescription;
import io.github.containersnap.gate.report.page.ReportPage;
import io.github.containersnap.gate.run.OutputDirectory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.stream.XMLStreamException;

/**
 * The report directory.
 *
 * @param directory where it lies
 */
public record ReportDirectory(Path directory) {
  private static final String RESULT = "result.json";
  private static final String JUNIT = "junit.xml";
  private static final String CASES = "cases";
  static final String CONSOLES = "consoles";
  private static final String STATES = "{state,dropped,kept,subset,lost,torn}-*.";

  /**
   * Makes the directory and removes an earlier report from it: a run that does not get to its end
   * must not seem to have the result of the one before.
   */
  public void prepare() throws IOException {
    new OutputDirectory("--report", directory).requireWritable();
    Files.deleteIfExists(directory.resolve(RESULT));
    Files.deleteIfExists(directory.resolve(JUNIT));
    Files.deleteIfExists(page());
    disk().delete();
    delete(directory.resolve(CASES), STATES + "json");
    delete(directory.resolve(CONSOLES), STATES + "{log,png}");
  }

  /** Leaves, in place of a report, a JUnit file that says why there is none. */
  public void explain(JUnitNote note) throws IOException, XMLStreamException {
    prepare();
    try (OutputStream out = Files.newOutputStream(directory.resolve(JUNIT))) {
      note.write(out);
    }
  }

  private static void delete(Path directory, String pattern) throws IOException {
    if (Files.isDirectory(directory)) {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, pattern)) {
        for (Path file : files) {
          Files.delete(file);
        }
      }
    }
  }

  /** The page for people. */
  public Path page() {
    return directory.resolve(ReportPage.NAME);
  }

  /** Where the report has the disk and the log that its cases are made from. */
  KeptDisk disk() {
    return new KeptDisk(directory.resolve("disk"));
  }

  /**
   * Writes {@code result.json}, {@code index.html}, {@code junit.xml}, a case file for each
   * violated state, and what each booted machine showed on its console.
   */
  public void write(CheckResult result) throws IOException, XMLStreamException {
    StateDescription words = new StateDescription(result.recorded().log());
    Files.createDirectories(directory.resolve(CASES));
    for (CheckResult.Failing failing : result.failing()) {
      Files.writeString(
          directory.resolve(CaseName.of(failing.state())),
          ResultJson.text(CaseFile.of(result, words, failing)));
    }
    if (!result.boots().isEmpty()) {
      BootRun.keepConsoles(result.boots(), directory);
    }
    try (OutputStream out = Files.newOutputStream(directory.resolve(JUNIT))) {
      new JUnitXml(result).write(out);
    }
    ResultJson json = ResultJson.of(result);
    Files.writeString(page(), new ReportPage(json).html());
    // Last: where it is, the report is whole.
    Files.writeString(directory.resolve(RESULT), json.text());
  }
}
