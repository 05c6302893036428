package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine.Command;

/**
 * The script {@code ci/gate} answers {@code --help} from {@code ci/help}, without building the
 * program. These pages are what the program prints itself. To write them again after a change of an
 * option: {@code mvn -pl ci -am test -Dtest=HelpPagesTest -Dhelp.write=true}.
 */
class HelpPagesTest {

  private static final Path PAGES = Path.of("help");

  static Stream<String> commands() {
    return Stream.concat(
        Stream.of("gate"),
        Arrays.stream(GateMain.class.getAnnotation(Command.class).subcommands())
            .map(command -> command.getAnnotation(Command.class).name()));
  }

  @ParameterizedTest
  @MethodSource("commands")
  void the_page_is_what_the_program_prints(String command) throws IOException {
    GateRun run = command.equals("gate") ? GateRun.of("--help") : GateRun.of(command, "--help");
    assertThat(run.status()).isZero();
    Path page = PAGES.resolve(command + ".txt");
    if (Boolean.getBoolean("help.write")) {
      Files.createDirectories(PAGES);
      Files.writeString(page, run.out());
    }
    assertThat(page).as("written again with -Dhelp.write=true").hasContent(run.out());
  }

  @ParameterizedTest
  @MethodSource("commands")
  void no_line_is_longer_than_80_columns_and_no_word_is_broken(String command) throws IOException {
    String page = Files.readString(PAGES.resolve(command + ".txt"));

    assertThat(page.lines()).allMatch(line -> line.length() <= 80);
    assertThat(words(page))
        .containsAll(words(annotation(command).description()))
        .containsAll(words(annotation(command).footer()));
  }

  private static Command annotation(String command) {
    return Stream.concat(
            Stream.of(GateMain.class),
            Arrays.stream(GateMain.class.getAnnotation(Command.class).subcommands()))
        .map(type -> type.getAnnotation(Command.class))
        .filter(found -> found.name().equals(command) || found.name().equals("ci/" + command))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> words(String... texts) {
    return Arrays.stream(texts)
        .flatMap(text -> Arrays.stream(text.strip().split("\\s+", -1)))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
