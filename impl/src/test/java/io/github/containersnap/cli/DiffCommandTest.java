package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.command.PrintableText;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest {
  private static final String OLD = "ab".repeat(32);
  private static final String NEW = "cd".repeat(32);

  @TempDir private Path top;
  private Path old;
  private Path next;

  @BeforeEach
  void two_deployments() throws IOException {
    old = deployment(OLD, "6.1.0");
    next = deployment(NEW, "6.12.3");
  }

  private Path deployment(String id, String kernel) throws IOException {
    Path root = top.resolve("@var/lib/container-snap/deployments").resolve(id);
    write(root, "usr/lib/container-snap-deployment/etc/same", "1");
    write(root, "usr/lib/container-snap-deployment/etc/other", kernel);
    write(root, "etc/same", "1");
    write(root, "etc/of-this-machine", id);
    write(root, "usr/lib/os-release", "VERSION=\"of %s\"\n".formatted(kernel));
    write(root, "usr/lib/modules/%s/vmlinuz".formatted(kernel), "k");
    write(root, "usr/lib/modules/%s/initramfs.img".formatted(kernel), "i");
    write(root, "usr/lib/modules/%s/modules.dep".formatted(kernel), "m");
    write(root, "var/lib/in-the-image", id);
    write(root, "home/in-the-image", id);
    return root;
  }

  private static void write(Path root, String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static void install(Path root, String name, String version) throws IOException {
    write(
        root,
        "var/lib/dpkg/status.d/" + name,
        "Package: %s\nVersion: %s\n".formatted(name, version));
  }

  private record Result(int status, String output, String error) {}

  private Result run(String... arguments) {
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    String[] all = new String[arguments.length + 2];
    all[0] = "diff";
    all[1] = "--root=" + top;
    System.arraycopy(arguments, 0, all, 2, arguments.length);
    int status =
        ContainerSnap.commandLine(new RealMachineAccess())
            .setOut(PrintableText.writer(output))
            .setErr(PrintableText.writer(error))
            .execute(all);
    return new Result(status, output.toString(), error.toString());
  }

  @Test
  void packages_come_first_then_kernel_files_and_etc_and_nothing_is_written() throws IOException {
    install(old, "bash", "5.2-1");
    install(old, "gone", "1");
    install(old, "kept", "1");
    install(next, "bash", "5.2-2");
    install(next, "kept", "1");
    install(next, "tzdata", "2026a-1");
    write(next, "usr/bin/tool", "x".repeat(2048));
    String before = TreeScan.of(top).digest();

    assertThat(run(OLD, NEW))
        .isEqualTo(
            new Result(
                0,
                """
                from  abababababab, version of 6.1.0, 3 packages
                to    cdcdcdcdcdcd, version of 6.12.3, 3 packages

                Upgraded (1):
                  bash 5.2-1 -> 5.2-2
                Added (1):
                  tzdata 2026a-1
                Removed (1):
                  gone 1

                Kernel: 6.1.0 -> 6.12.3

                Files                               added            removed            changed
                  /usr                      1         0 B                  -                  -
                  /usr/bin                  1     2.0 KiB                  -                  -
                  /usr/lib                  4         3 B      4         3 B      1        20 B
                  all                       6     2.0 KiB      4         3 B      1        20 B

                /etc of the images (1):
                  M /etc/other
                """,
                ""));
    assertThat(TreeScan.of(top).digest()).isEqualTo(before);
  }

  @Test
  void no_line_is_longer_than_a_terminal_and_no_name_reaches_it_raw() throws IOException {
    String hostile = "usr/share/\u001b[2Jclear";
    write(next, hostile, "");
    for (int i = 0; i < 60; i++) {
      install(next, "a-package-with-a-rather-long-name-" + i, "1:2.3.4.5.6-7+deb13u1~bpo12+" + i);
      install(old, "a-package-with-a-rather-long-name-" + i, "1:2.3.4.5.6-7+deb12u1~bpo12+" + i);
      write(next, "usr/directory-%d/sub/file".formatted(i), "x");
    }
    for (String[] options : new String[][] {{}, {"--all"}, {"--all", "--files"}}) {
      String[] arguments = new String[options.length + 2];
      System.arraycopy(options, 0, arguments, 0, options.length);
      arguments[options.length] = OLD;
      arguments[options.length + 1] = NEW;
      Result result = run(arguments);
      assertThat(result.status()).isZero();
      assertThat(result.output().lines()).allMatch(line -> line.length() <= 80);
      assertThat(result.output()).doesNotContain("\u001b");
      boolean whole = options.length > 0;
      assertThat(result.output().contains("... and 40 more; --all lists them")).isEqualTo(!whole);
      assertThat(result.output().contains("  A /usr/share/%1B[2Jclear\n"))
          .isEqualTo(options.length > 1);
    }
  }

  @Test
  void the_json_has_the_same_for_machines() throws IOException {
    install(old, "bash", "5.2-2");
    install(next, "bash", "5.2-1");

    JsonNode json =
        JsonMapper.builder().build().readTree(run("--json", "--files", OLD, NEW).output());

    assertThat(json.get("schema").asInt()).isEqualTo(1);
    assertThat(json.get("from").toString())
        .isEqualTo(
            "{\"deployment\":\"%s\",\"version\":\"of 6.1.0\",\"kernel\":\"6.1.0\",\"packages\":1}"
                .formatted(OLD));
    assertThat(json.get("packages").toString())
        .isEqualTo(
            "[{\"change\":\"downgraded\",\"name\":\"bash\",\"from\":\"5.2-2\",\"to\":\"5.2-1\"}]");
    assertThat(json.get("directories").get(0).toString())
        .isEqualTo(
            "{\"path\":\"/usr/lib\",\"added\":{\"count\":4,\"bytes\":3},"
                + "\"removed\":{\"count\":4,\"bytes\":3},\"changed\":{\"count\":1,\"bytes\":20}}");
    assertThat(json.get("files").get(0).get("change").asText()).isEqualTo("deleted");
    assertThat(json.get("etc").toString())
        .isEqualTo(
            "[{\"change\":\"modified\",\"path\":\"/etc/other\","
                + "\"what\":\"content differs: 6 bytes instead of 5\",\"here\":\"taken\"}]");
    assertThat(run("--json", OLD, NEW).output()).contains("\"files\" : null");
  }

  @Test
  void a_database_that_is_not_read_is_said() throws IOException {
    install(old, "bash", "5.2-1");
    write(next, "usr/lib/sysimage/rpm/Packages.db", "RpmP");
    assertThat(run(OLD, NEW).output())
        .contains("\nPackages: not compared\n")
        .contains("warning: cdcdcdcdcdcd has no package database that is read")
        .contains("warning: cdcdcdcdcdcd: /usr/lib/sysimage/rpm/Packages.db is not read: ");
    assertThat(run("--json", OLD, NEW).output()).contains("\"packages\" : null");
  }

  @Test
  void one_deployment_is_not_different_from_itself() {
    assertThat(run(OLD, OLD)).isEqualTo(new Result(0, "", "Both are abababababab.\n"));
    assertThat(run(OLD, "ef".repeat(32)).status()).isEqualTo(2);
    assertThat(run("ef".repeat(32), "ef".repeat(32)).status()).isEqualTo(2);
    assertThat(run(OLD, NEW, NEW).status()).isEqualTo(2);
  }
}
