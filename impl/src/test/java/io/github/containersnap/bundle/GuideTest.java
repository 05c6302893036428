package io.github.containersnap.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.cli.ContainerSnap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The administrator's guide names verbs and options that the program has. */
final class GuideTest {
  private static final Path GUIDE = Path.of("../docs/guide/README.md");

  /** A command in a code block, or between backquotes. */
  private static final Pattern COMMAND =
      Pattern.compile("(?m)^container-snap (.+)$|`container-snap ([^`]+)`");

  private static final String SOME_ID = "3f".repeat(32);

  private static CommandLine commandLine() {
    return ContainerSnap.commandLine(new RealMachineAccess());
  }

  static List<String> commands() throws IOException {
    return COMMAND
        .matcher(Files.readString(GUIDE))
        .results()
        .map(GuideTest::arguments)
        .filter(arguments -> !arguments.startsWith("VERB"))
        .toList();
  }

  private static String arguments(MatchResult found) {
    return Stream.of(found.group(1), found.group(2))
        .filter(group -> group != null)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void it_shows_commands() throws IOException {
    assertThat(commands()).hasSizeGreaterThan(15);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void each_command_is_one_that_the_program_takes(String arguments) {
    String[] words =
        arguments
            .replace("\"$(container-snap get-default)\"", SOME_ID)
            .replace(" ID", " " + SOME_ID)
            .replace(" RULE", " machine-id")
            .split(" ");

    assertThatCode(() -> commandLine().parseArgs(words))
        .as(Arrays.toString(words))
        .doesNotThrowAnyException();
  }
}
