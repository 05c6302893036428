package io.github.containersnap.gate.report;

import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.loopback.crash.CrashState;
import java.io.OutputStream;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * {@code junit.xml}: a test case for each state that was checked, as CI systems read it. A violated
 * state is a failure, one that could not be judged an error. A test case is named by the moment
 * ({@link StableNames}), so that a CI system knows it again in the next run; the message of a
 * failure begins with the state's address, which is that of this run alone.
 */
public final class JUnitXml {
  private final CheckResult result;
  private final StateDescription words;
  private final StableNames names;

  /** A view of a result. */
  public JUnitXml(CheckResult result) {
    this.result = result;
    this.words = new StateDescription(result.recorded().log());
    this.names = new StableNames(result.recorded().log());
  }

  /** Writes the file, in UTF-8. */
  public void write(OutputStream out) throws XMLStreamException {
    XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out, "UTF-8");
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "container-snap gate");
    int obstacles = result.voidBecause().isPresent() ? 1 : 0;
    xml.writeAttribute("tests", String.valueOf(result.sweep().verdicts().size() + obstacles));
    xml.writeAttribute("failures", String.valueOf(result.violated().size()));
    xml.writeAttribute("errors", String.valueOf(result.unknown().size() + obstacles));
    xml.writeAttribute("skipped", "0");
    xml.writeAttribute(
        "time", String.format(Locale.ROOT, "%.3f", result.sweep().took().toMillis() / 1000.0));
    properties(xml);
    if (result.voidBecause().isPresent()) {
      JUnitNote.writeCase(xml, "error", "It proves nothing: " + result.voidBecause().get());
    }
    for (StateVerdict state : result.sweep().verdicts()) {
      testCase(xml, state);
    }
    xml.writeEndElement();
    xml.writeEndDocument();
    xml.close();
  }

  private void properties(XMLStreamWriter xml) throws XMLStreamException {
    xml.writeStartElement("properties");
    property(xml, "old image", result.update().oldImage().imageId());
    property(xml, "new image", result.update().newImage().imageId());
    property(xml, "mutant", result.update().updater().faults().names().orElse("none"));
    property(xml, "updater", result.update().updater().foreign().orElse("container-snap"));
    property(xml, "transition", result.update().scenario().transition().optionName());
    property(xml, "boot loader", result.update().scenario().bootLoader().optionName());
    property(xml, "states in all", String.valueOf(result.sweep().states().total()));
    property(xml, "distinct states", String.valueOf(result.sweep().states().distinct()));
    property(xml, "checked states", String.valueOf(result.sweep().verdicts().size()));
    xml.writeEndElement();
  }

  private static void property(XMLStreamWriter xml, String name, String value)
      throws XMLStreamException {
    xml.writeEmptyElement("property");
    xml.writeAttribute("name", name);
    xml.writeAttribute("value", plain(value));
  }

  private void testCase(XMLStreamWriter xml, StateVerdict state) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "container-snap.gate");
    xml.writeAttribute("name", plain(names.of(state.state())));
    switch (state.verdict()) {
      case Verdict.Holds holds -> {}
      case Verdict.Violated violated ->
          problem(
              xml,
              "failure",
              state.state(),
              violated.violations().stream()
                  .map(v -> "%s: %s".formatted(v.property(), v.text()))
                  .collect(Collectors.joining("\n")));
      case Verdict.Unknown unknown -> problem(xml, "error", state.state(), unknown.obstacle());
    }
    xml.writeEndElement();
  }

  private void problem(XMLStreamWriter xml, String element, CrashState state, String text)
      throws XMLStreamException {
    String plain = plain(text);
    xml.writeStartElement(element);
    xml.writeAttribute("message", "%s: %s".formatted(state, plain.lines().findFirst().orElse("")));
    xml.writeCharacters("%s: %s\n%s".formatted(state, plain(words.of(state)), plain));
    xml.writeEndElement();
  }

  /** Names from an image can hold what XML 1.0 cannot (section 2.2). */
  static String plain(String text) {
    return text.replaceAll(
        "[^\\x09\\x0A\\x20-\\x{D7FF}\\x{E000}-\\x{FFFD}\\x{10000}-\\x{10FFFF}]", "?");
  }
}
