package io.github.containersnap.gate.report;

import io.github.containersnap.gate.run.ExitStatus;
import java.io.OutputStream;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * {@code junit.xml} of a check that came to nothing: one test case that says why. A CI system that
 * finds no file, or the file of an earlier run, would show nothing, or something else.
 *
 * @param status how the gate ends
 * @param why the sentence that it prints
 */
public record JUnitNote(ExitStatus status, String why) {
  /** The test case that stands for all of a check. */
  static final String CASE = "the check";

  /** Writes the file, in UTF-8. */
  public void write(OutputStream out) throws XMLStreamException {
    boolean skipped = status == ExitStatus.NOTHING_TO_CHECK;
    XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out, "UTF-8");
    xml.writeStartDocument("UTF-8", "1.0");
    xml.writeStartElement("testsuite");
    xml.writeAttribute("name", "container-snap gate");
    xml.writeAttribute("tests", "1");
    xml.writeAttribute("failures", "0");
    xml.writeAttribute("errors", skipped ? "0" : "1");
    xml.writeAttribute("skipped", skipped ? "1" : "0");
    writeCase(xml, skipped ? "skipped" : "error", why);
    xml.writeEndElement();
    xml.writeEndDocument();
    xml.close();
  }

  /** Writes the test case that stands for all of a check. */
  static void writeCase(XMLStreamWriter xml, String element, String why) throws XMLStreamException {
    xml.writeStartElement("testcase");
    xml.writeAttribute("classname", "container-snap.gate");
    xml.writeAttribute("name", CASE);
    xml.writeStartElement(element);
    xml.writeAttribute("message", JUnitXml.plain(why));
    xml.writeEndElement();
    xml.writeEndElement();
  }
}
