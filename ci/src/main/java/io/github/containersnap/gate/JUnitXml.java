package io.github.containersnap.gate;

import io.github.containersnap.oracle.StateVerdict;
import io.github.containersnap.properties.Verdict;
import java.io.OutputStream;
import java.util.Locale;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** {@code junit.xml}: a test case for each state, as CI systems read it. */
final class JUnitXml {
  private final GateResult result;
  private final StateInWords words;

  JUnitXml(GateResult result) {
    this.result = result;
    this.words = new StateInWords(result.log());
  }

  void write(OutputStream out) throws XMLStreamException {
    XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out, "UTF-8");
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "container-snap gate");
    xml.writeAttribute("tests", String.valueOf(result.verdicts().size()));
    xml.writeAttribute("failures", String.valueOf(result.violated().size()));
    xml.writeAttribute("errors", String.valueOf(result.unknown().size()));
    xml.writeAttribute(
        "time", String.format(Locale.ROOT, "%.3f", result.checking().toMillis() / 1000.0));
    for (StateVerdict state : result.verdicts()) {
      testCase(xml, state);
    }
    xml.writeEndElement();
    xml.writeEndDocument();
    xml.close();
  }

  private void testCase(XMLStreamWriter xml, StateVerdict state) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "container-snap.gate");
    xml.writeAttribute(
        "name", "state %d: %s".formatted(state.state().entries(), words.of(state.state())));
    switch (state.verdict()) {
      case Verdict.Holds holds -> {}
      case Verdict.Violated violated ->
          problem(
              xml,
              "failure",
              violated.violations().stream()
                  .map(v -> "%s: %s".formatted(v.property(), v.text()))
                  .collect(Collectors.joining("\n")));
      case Verdict.Unknown unknown -> problem(xml, "error", unknown.obstacle());
    }
    xml.writeEndElement();
  }

  private static void problem(XMLStreamWriter xml, String element, String text)
      throws XMLStreamException {
    String plain = text.replaceAll("[^\\x09\\x0A\\x20-\\uD7FF\\uE000-\\uFFFD]", "?");
    xml.writeStartElement(element);
    xml.writeAttribute("message", plain.lines().findFirst().orElse(""));
    xml.writeCharacters(plain);
    xml.writeEndElement();
  }
}
