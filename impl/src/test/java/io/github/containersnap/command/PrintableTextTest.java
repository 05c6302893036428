package io.github.containersnap.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.CharRangeList;
import net.jqwik.api.constraints.StringLength;

/** Nothing that steers a terminal or turns a text round gets through, on whatever way. */
class PrintableTextTest {
  private static String written(Consumer<PrintWriter> printing) {
    StringWriter out = new StringWriter();
    PrintWriter writer = PrintableText.writer(out);
    printing.accept(writer);
    writer.flush();
    return out.toString();
  }

  private static String streamed(Consumer<PrintStream> printing) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    PrintStream stream = PrintableText.stream(new PrintStream(out, true, StandardCharsets.UTF_8));
    printing.accept(stream);
    stream.flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  private static void assertHarmless(String text) {
    assertThat(text.codePoints().filter(point -> !PrintableText.isShownAsItself(point)))
        .as("%s", text)
        .isEmpty();
  }

  @Property(tries = 500)
  void a_writer_and_a_stream_let_nothing_through(
      @ForAll
          @StringLength(max = 30)
          @CharRangeList({
            @CharRange(from = '\u0000', to = '\u00ff'),
            @CharRange(from = '\u200b', to = '\u206f'),
            @CharRange(from = '\ud800', to = '\udfff')
          })
          String text) {
    assertHarmless(written(out -> out.println(text)));
    assertHarmless(written(out -> out.printf("<%s>%n", text)));
    assertHarmless(written(out -> out.append(text).print(text.toCharArray())));
    assertHarmless(written(out -> text.chars().forEach(out::write)));
    assertHarmless(streamed(out -> out.println(text)));
    assertHarmless(streamed(out -> out.printf("<%s>%n", text)));
    assertHarmless(streamed(out -> out.append(text).print(text.toCharArray())));
    assertHarmless(streamed(out -> out.println((Object) text)));
  }

  @Property(tries = 500)
  void a_text_stays_the_same_in_json(@ForAll @StringLength(max = 30) String text)
      throws JsonProcessingException {
    JsonMapper mapper = new JsonMapper();
    String json = mapper.writeValueAsString(text);
    assertThat(mapper.readValue(PrintableText.of(json), String.class)).isEqualTo(text);
  }

  @Property(tries = 500)
  void what_is_printable_is_printed(
      @ForAll @StringLength(max = 30) @CharRange(from = ' ', to = '~') String text) {
    assertThat(written(out -> out.print(text))).isEqualTo(text);
    assertThat(streamed(out -> out.print(text))).isEqualTo(text);
  }

  @Example
  void letters_of_all_languages_stay_and_controls_are_shown() {
    assertThat(PrintableText.of("Grüße, 你好, \u001b[31m\u009b31m\u202egnp.exe\r"))
        .isEqualTo("Grüße, 你好, \\u001b[31m\\u009b31m\\u202egnp.exe\\u000d");
  }
}
