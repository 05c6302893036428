package io.github.containersnap.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChildEnvironmentTest {
  /** Each has turned a tool into something else, for somebody. */
  private static final List<String> HARMFUL =
      List.of(
          "CONTAINER_HOST",
          "CONTAINER_CONNECTION",
          "CONTAINERS_CONF",
          "CONTAINERS_CONF_OVERRIDE",
          "CONTAINERS_STORAGE_CONF",
          "STORAGE_DRIVER",
          "STORAGE_OPTS",
          "DOCKER_HOST",
          "TMPDIR",
          "LD_PRELOAD",
          "LD_LIBRARY_PATH",
          "BASH_ENV",
          "ENV",
          "GODEBUG",
          "GREP_OPTIONS",
          "MTOOLSRC",
          "POSIXLY_CORRECT",
          "TAR_OPTIONS",
          "XDG_CONFIG_HOME",
          "XDG_DATA_HOME",
          "LANG",
          "LANGUAGE",
          "LC_MESSAGES",
          "TZ");

  /** A process with an environment of its own, whose child prints what it was given. */
  static final class Caller {
    private Caller() {}

    public static void main(String[] arguments) {
      System.out.print(ExternalCommand.of("env").run().text());
    }
  }

  @Test
  void nothing_of_the_caller_passes_but_what_is_listed(@TempDir Path directory) throws Exception {
    Path impostor = Files.writeString(directory.resolve("env"), "#!/bin/sh\necho IMPOSTOR=yes\n");
    Files.setPosixFilePermissions(impostor, PosixFilePermissions.fromString("rwxr-xr-x"));
    ProcessBuilder caller =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Caller.class.getName())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    caller.environment().clear();
    HARMFUL.stream()
        .filter(name -> !name.startsWith("LD_")) // the loader of this very process would object
        .forEach(name -> caller.environment().put(name, "/nonexistent"));
    caller.environment().put("PATH", directory.toString());
    caller.environment().put("LC_ALL", "tr_TR.ISO-8859-9");
    caller.environment().put("HOME", "/home/somebody");
    caller.environment().put("https_proxy", "http://192.0.2.1:3128");

    assertThat(printedBy(caller))
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "HOME", "/home/somebody",
                "LC_ALL", "C.UTF-8",
                "PATH", ChildEnvironment.SEARCH_PATH,
                "https_proxy", "http://192.0.2.1:3128"));
  }

  private static Map<String, String> printedBy(ProcessBuilder caller)
      throws IOException, InterruptedException {
    Process process = caller.start();
    String text =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    return text.lines()
        .map(line -> line.split("=", 2))
        .collect(Collectors.toMap(pair -> pair[0], pair -> pair[1]));
  }

  @Test
  void what_changes_a_tool_does_not_pass() {
    Map<String, String> callers = new TreeMap<>();
    HARMFUL.forEach(name -> callers.put(name, "x"));

    assertThat(ChildEnvironment.from(callers, Path.of("/w")))
        .containsOnlyKeys("PATH", "LC_ALL")
        .containsEntry("LC_ALL", "C.UTF-8");
  }

  @Test
  void files_that_are_named_from_the_working_directory_stay_the_same_files() {
    Map<String, String> callers =
        Map.of("REGISTRY_AUTH_FILE", "auth.json", "SSL_CERT_DIR", "a:b", "SSL_CERT_FILE", "");

    assertThat(ChildEnvironment.from(callers, Path.of("/w")))
        .containsEntry("REGISTRY_AUTH_FILE", "/w/auth.json")
        .containsEntry("SSL_CERT_DIR", "a:b")
        .containsEntry("SSL_CERT_FILE", "");
  }

  @Test
  void a_program_that_is_not_there_is_named_with_where_it_was_looked_for() {
    assertThatThrownBy(() -> ExternalCommand.of("no-such-program", "-x").run())
        .isInstanceOf(CommandFailedException.class)
        .hasMessage(
            "`no-such-program -x` could not be run: there is no program no-such-program in "
                + ChildEnvironment.SEARCH_PATH);
  }
}
