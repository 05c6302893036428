package io.github.containersnap.gate.demo;

import io.github.containersnap.cli.output.TextWrap;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * Where the story is told: a terminal, at a pace a person can follow, and the recording of it.
 * Three voices can be told apart, with colours and without: the narrator's, that of the person who
 * types at the host, and the host's own.
 */
public final class DemoTerminal {
  private static final String PROMPT = "# ";

  /** Where commands are typed unless it is said. */
  private static final String HOST = "host";

  private static final String MACHINE = "  | ";
  private static final Duration BETWEEN_KEYS = Duration.ofMillis(35);
  private static final Duration TO_READ_A_WORD = Duration.ofMillis(170);
  private static final Duration BETWEEN_LINES = Duration.ofMillis(60);

  private final PrintStream out;
  private final AsciicastWriter cast;
  private final Transcript transcript;
  private final int columns;
  private final boolean colours;
  private final boolean paced;
  private final Runnable interruption;

  /**
   * @param out the terminal, or a file
   * @param cast what else hears all of it
   * @param transcript what is told all of it as plain text
   * @param columns how many characters fit into a line
   * @param colours whether the voices have colours
   * @param paced whether there is time to read
   * @param interruption called often; throws if the story is to end
   */
  public DemoTerminal(
      PrintStream out,
      AsciicastWriter cast,
      Transcript transcript,
      int columns,
      boolean colours,
      boolean paced,
      Runnable interruption) {
    this.out = out;
    this.cast = cast;
    this.transcript = transcript;
    this.columns = columns;
    this.colours = colours;
    this.paced = paced;
    this.interruption = interruption;
  }

  /** A part of the story begins. */
  void chapter(String title) {
    line("");
    line(Voice.TITLE.of("== " + title + " ==", colours));
    transcript.chapter(title);
  }

  /** The narrator speaks. */
  void says(String text) {
    line("");
    new TextWrap("", "", columns)
        .lines(text)
        .forEach(each -> line(Voice.NARRATOR.of(each, colours)));
    transcript.narrates(text);
    wait(TO_READ_A_WORD.multipliedBy(text.split(" ", -1).length));
  }

  /** Somebody types a command at the host. */
  void types(String command) {
    types(HOST, command);
  }

  /** The same at another machine, which its prompt names. */
  void types(String machine, String command) {
    line("");
    put(Voice.TYPIST.of(machine + PROMPT, colours));
    for (String key : command.split("", -1)) {
      put(key);
      wait(BETWEEN_KEYS);
    }
    line("");
    transcript.command(machine + PROMPT + command);
  }

  /** A command at the host writes a line. */
  void shows(String text) {
    transcript.output(text);
    showsInMargin(text);
  }

  /** The host writes a line to its console. */
  void showsConsole(String text) {
    transcript.console(text);
    showsInMargin(text);
  }

  private void showsInMargin(String text) {
    int room = columns - MACHINE.length();
    String line = text.length() > room ? text.substring(0, room - 1) + "…" : text;
    line(Voice.MACHINE.of(MACHINE + line, colours));
    wait(BETWEEN_LINES);
  }

  /** The machine loses its power. */
  void strikes(String text) {
    line(Voice.ALARM.of("  *** " + text + " ***", colours));
    transcript.narrates("*** " + text + " ***");
    wait(Duration.ofSeconds(2));
  }

  private void line(String text) {
    put(text + "\n");
  }

  private void put(String text) {
    interruption.run();
    out.print(text);
    out.flush();
    cast.shows(text);
  }

  private void wait(Duration time) {
    if (paced) {
      LockSupport.parkNanos(time.toNanos());
    }
  }

  /** To be called while the story waits for the machine. */
  void checkInterruption() {
    interruption.run();
  }

  /** Who is heard, by an SGR sequence (ECMA-48). */
  private enum Voice {
    TITLE("1;36"),
    NARRATOR("1"),
    TYPIST("32"),
    MACHINE("2"),
    ALARM("1;31");

    private final String attributes;

    Voice(String attributes) {
      this.attributes = attributes;
    }

    String of(String text, boolean colours) {
      return colours ? "\u001b[" + attributes + "m" + text + "\u001b[0m" : text;
    }
  }
}
