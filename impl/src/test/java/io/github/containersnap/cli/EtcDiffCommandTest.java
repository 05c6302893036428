package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcDiffCommandTest {
  private static final String ID = "ab".repeat(32);

  @TempDir private Path top;
  private Path came;
  private Path local;

  @BeforeEach
  void a_deployment() throws IOException {
    Path root = top.resolve("@var/lib/container-snap/deployments").resolve(ID);
    came = Files.createDirectories(root.resolve("usr/lib/container-snap-deployment/etc"));
    local = Files.createDirectories(root.resolve("etc"));
    for (Path etc : new Path[] {came, local}) {
      for (String name : new String[] {"same", "content", "mode", "type", "gone"}) {
        Files.writeString(etc.resolve(name), "1");
      }
    }
  }

  private void change() throws IOException {
    Files.writeString(local.resolve("content"), "22");
    Files.setAttribute(local.resolve("mode"), "unix:mode", 0600);
    Files.delete(local.resolve("type"));
    Files.createSymbolicLink(local.resolve("type"), Path.of("same"));
    Files.delete(local.resolve("gone"));
    Files.createDirectory(local.resolve("added"));
    Files.writeString(local.resolve("added/new\nline"), "1");
  }

  private record Result(int status, String output, String error) {}

  private Result run(String... options) {
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    String[] arguments = new String[options.length + 3];
    arguments[0] = "etc-diff";
    arguments[1] = "--root=" + top;
    arguments[2] = ID;
    System.arraycopy(options, 0, arguments, 3, options.length);
    int status =
        ContainerSnap.commandLine(new RealMachineAccess())
            .setOut(new PrintWriter(output, true))
            .setErr(new PrintWriter(error, true))
            .execute(arguments);
    return new Result(status, output.toString(), error.toString());
  }

  @Test
  void each_change_is_a_letter_and_a_path_and_nothing_is_written() throws IOException {
    change();
    String before = TreeScan.of(top).digest();

    assertThat(run())
        .isEqualTo(
            new Result(
                0,
                """
                A /etc/added
                A /etc/added/new%0Aline
                M /etc/content
                D /etc/gone
                m /etc/mode
                T /etc/type
                """,
                ""));
    assertThat(TreeScan.of(top).digest()).isEqualTo(before);
  }

  @Test
  void the_long_form_says_how_each_differs() throws IOException {
    change();

    assertThat(run("--long").output())
        .isEqualTo(
            """
            A /etc/added  (a directory)
            A /etc/added/new%0Aline  (a file)
            M /etc/content  (content differs: 2 bytes instead of 1)
            D /etc/gone  (a file)
            m /etc/mode  (mode 0600 instead of 0644)
            T /etc/type  (a symbolic link instead of a file)
            """);
  }

  @Test
  void the_json_has_the_same_for_machines() throws IOException {
    change();

    JsonNode json = JsonMapper.builder().build().readTree(run("--json").output());

    assertThat(json.get("schema").asInt()).isEqualTo(1);
    assertThat(json.get("deployment").asText()).isEqualTo(ID);
    assertThat(json.get("changes")).hasSize(6);
    assertThat(json.get("changes").get(4).toString())
        .isEqualTo(
            "{\"change\":\"attributes\",\"path\":\"/etc/mode\","
                + "\"what\":\"mode 0600 instead of 0644\"}");
  }

  @Test
  void no_change_is_said_on_standard_error_and_is_no_failure() {
    assertThat(run())
        .isEqualTo(new Result(0, "", "/etc of abababababab is as its image has it.\n"));
  }

  @Test
  void what_every_system_writes_by_itself_is_listed_only_when_asked_for() throws IOException {
    Files.writeString(came.resolve("shadow-"), "1");
    Files.writeString(came.resolve("group-"), "1");
    Files.writeString(local.resolve("group-"), "1");
    Files.setAttribute(local.resolve("group-"), "unix:mode", 0666);
    Files.writeString(local.resolve("machine-id"), "1");
    Files.writeString(local.resolve(".updated"), "1");
    Files.createDirectory(local.resolve("sub"));
    Files.writeString(local.resolve("sub/machine-id"), "1");

    assertThat(run())
        .isEqualTo(
            new Result(
                0,
                "m /etc/group-\nD /etc/shadow-\nA /etc/sub\nA /etc/sub/machine-id\n",
                "Left out: 2 that every system writes by itself; --all lists them.\n"));
    assertThat(run("--all").output()).contains("A /etc/.updated\nm /etc/group-\nA /etc/machine-id");
    assertThat(run("--all").error()).isEmpty();
    assertThat(run("--json").output()).contains("/etc/machine-id");
  }

  @Test
  void another_name_of_a_file_is_no_change_of_the_file() throws IOException {
    Files.createLink(local.resolve("linked"), local.resolve("same"));

    assertThat(run().output()).isEqualTo("A /etc/linked\n");
  }

  @Test
  void a_path_shows_both_versions_and_where_they_lie() throws IOException {
    change();
    Result content = run("/etc/content");
    assertThat(content.status()).isZero();
    assertThat(content.output())
        .startsWith(
            "image: a file, mode 0644%n  %s%nhere:  a file, mode 0644%n  %s%n"
                .formatted(came.resolve("content"), local.resolve("content")))
        .contains("--- image's /etc/content\n+++ /etc/content\n@@ -1 +1 @@\n-1\n")
        .contains("\n+22\n");
    assertThat(run("/etc/type").output()).contains("here:  a link to same\n").doesNotContain("@@");
    assertThat(run("/etc/gone").output()).contains("here:  no such file").contains("\n-1\n");
    assertThat(run("/etc/added/new%0Aline").output()).contains("image: no such file");
    assertThat(run("/etc/same").output()).doesNotContain("@@");
    for (String elsewhere : new String[] {"/etc/../usr", "/usr/x", "/etc/nothing", "/etc"}) {
      assertThat(run(elsewhere).status()).isEqualTo(2);
    }
    Files.delete(local.resolve("type"));
    Files.createSymbolicLink(local.resolve("type"), Path.of("/etc"));
    assertThat(run("/etc/type/passwd").status()).as("a link out is not followed").isEqualTo(2);
  }
}
