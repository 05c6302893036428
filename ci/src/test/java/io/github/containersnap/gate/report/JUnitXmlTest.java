package io.github.containersnap.gate.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.gate.ExampleLog;
import io.github.containersnap.gate.ExampleResult;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.property.Violation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class JUnitXmlTest {

  @TempDir Path directory;

  private static Element parsed(ExampleResult example) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    new JUnitXml(example.result()).write(bytes);
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new ByteArrayInputStream(bytes.toByteArray()))
        .getDocumentElement();
  }

  private static Element child(Element parent, String name, int index) {
    return (Element) parent.getElementsByTagName(name).item(index);
  }

  @Test
  void every_state_is_a_test_case_and_the_counts_are_right() throws Exception {
    Element suite =
        parsed(
            ExampleResult.violated(ExampleLog.in(directory))
                .withMore(ExampleResult.unknown(12, "it hangs")));

    assertThat(suite.getTagName()).isEqualTo("testsuite");
    assertThat(suite.getAttribute("tests")).isEqualTo("7");
    assertThat(suite.getAttribute("failures")).isEqualTo("3");
    assertThat(suite.getAttribute("errors")).isEqualTo("1");
    assertThat(suite.getAttribute("skipped")).isEqualTo("0");
    assertThat(suite.getAttribute("time")).isEqualTo("2.000");
    assertThat(suite.getElementsByTagName("testcase").getLength()).isEqualTo(7);
    assertThat(suite.getElementsByTagName("failure").getLength()).isEqualTo(3);
    assertThat(suite.getElementsByTagName("error").getLength()).isEqualTo(1);
  }

  @Test
  void a_failure_names_the_moment_and_all_that_is_violated() throws Exception {
    Element suite = parsed(ExampleResult.violated(ExampleLog.in(directory)));
    Element testCase = child(suite, "testcase", 5);

    assertThat(testCase.getAttribute("classname")).isEqualTo("container-snap.gate");
    assertThat(testCase.getAttribute("name"))
        .isEqualTo("after success was reported, epoch 1, after write 1");
    assertThat(child(testCase, "failure", 0).getTextContent().lines())
        .hasSize(3)
        .startsWith(
            "prefix:11: power lost after 11 of 12 entries, in epoch 3 of 3, after the update had"
                + " reported success",
            "P2: the update had reported success, but the machine boots old");
    assertThat(child(testCase, "failure", 0).getAttribute("message"))
        .startsWith("prefix:11: P2: the update");
  }

  @Test
  void the_images_and_the_denominator_are_properties() throws Exception {
    Element suite = parsed(ExampleResult.holding(ExampleLog.in(directory)));
    Element properties = child(suite, "properties", 0);

    assertThat(child(properties, "property", 0).getAttribute("value")).isEqualTo("1".repeat(64));
    assertThat(child(properties, "property", 3).getAttribute("value")).isEqualTo("container-snap");
    assertThat(child(properties, "property", 4).getAttribute("value")).isEqualTo("update");
    assertThat(child(properties, "property", 5).getAttribute("value")).isEqualTo("grub-btrfs");
    assertThat(child(properties, "property", 6).getAttribute("name")).isEqualTo("states in all");
    assertThat(child(properties, "property", 6).getAttribute("value")).isEqualTo("9");
  }

  @Test
  void names_that_xml_cannot_hold_come_out_as_something_it_can() throws Exception {
    String hostile = "a file \"<]]>&amp;\" \u0000\u001b[31m\ufffe 🐧 \ud800 is wrong";
    Element suite =
        parsed(
            ExampleResult.violated(ExampleLog.in(directory))
                .with(
                    ExampleResult.holds(0, Side.OLD),
                    ExampleResult.violates(5, new Violation(Property.P1, hostile)),
                    ExampleResult.unknown(6, hostile)));

    assertThat(child(suite, "failure", 0).getTextContent())
        .endsWith("\nP1: a file \"<]]>&amp;\" ??[31m? 🐧 ? is wrong");
    assertThat(child(suite, "error", 0).getTextContent())
        .endsWith("\na file \"<]]>&amp;\" ??[31m? 🐧 ? is wrong");
  }
}
