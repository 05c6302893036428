package io.github.containersnap.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.containersnap.cli.output.TextWrap;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.oci.LayoutBuilder;
import io.github.containersnap.oci.TarBuilder;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LintCommandTest {
  @TempDir private Path directory;

  private record Result(int status, String output, String error) {}

  private static Result lint(String... arguments) {
    StringWriter output = new StringWriter();
    StringWriter error = new StringWriter();
    int status =
        ContainerSnap.commandLine(
                (root, registries, progress) -> {
                  throw new AssertionError("lint needs no machine");
                })
            .setOut(new PrintWriter(output, true))
            .setErr(new PrintWriter(error, true))
            .execute(arguments);
    return new Result(status, output.toString(), error.toString());
  }

  private static TarBuilder system() {
    TarBuilder tar = new TarBuilder();
    List.of("dev", "etc", "proc", "run", "sys", "usr", "usr/lib", "usr/sbin", "var")
        .forEach(tar::directory);
    return tar.file("./usr/lib/modules/6.12/vmlinuz", "kernel")
        .file("usr/lib/modules/6.12/initramfs.img", "initrd")
        .file("usr/lib/modules/6.12/modules.dep", "modules")
        .mode(0755)
        .file("usr/sbin/init", "init")
        .symlink("sbin", "usr/sbin")
        .file("usr/lib/os-release", "PRETTY_NAME=\"A system\"\n")
        .symlink("./etc/os-release", "../usr/lib/os-release")
        .file("./etc/fstab", "LABEL=SYSTEM /var btrfs subvol=@var 0 0\n");
  }

  private Path layout(TarBuilder... layers) {
    Path layout = directory.resolve("os");
    LayoutBuilder builder = new LayoutBuilder(layout);
    for (TarBuilder layer : layers) {
      builder.layer(layer.build());
    }
    builder.image("stable", "");
    return layout;
  }

  @Test
  void findings_are_grouped_and_explained_in_80_columns_and_end_in_a_sentence() {
    TarBuilder keys = new TarBuilder().file("etc/machine-id", "a".repeat(32) + "\n");
    for (int i = 1; i <= 7; i++) {
      keys.file("etc/ssh/ssh_host_%d_key".formatted(i), "secret");
    }
    Path layout = layout(system().file("etc/machine-id", ""), keys);

    Result result = lint("lint", "oci:" + layout + ":stable");

    assertThat(result)
        .isEqualTo(
            new Result(
                1,
                """
                Updates
                  warning: it has no /usr/bin/container-snap [no-updater]
                    Why: A machine that runs the image can neither update nor roll back by
                         itself.
                    Fix: Install the container-snap package in the image.

                /etc
                  error: it has a machine id [machine-id]
                      /etc/machine-id
                    Why: Every machine that is installed from the image gets this one id, and
                         DHCP, journals and licences take them for one machine (machine-id(5)).
                    Fix: Empty the file at the end of the build: RUN truncate --size 0
                         /etc/machine-id
                  error: it has private SSH host keys [ssh-host-key]
                      /etc/ssh/ssh_host_1_key
                      /etc/ssh/ssh_host_2_key
                      /etc/ssh/ssh_host_3_key
                      /etc/ssh/ssh_host_4_key
                      /etc/ssh/ssh_host_5_key
                      and 2 more
                    Why: Anyone who has the image can pass for every machine that was installed
                         from it.
                    Fix: Remove them in the layer that installs the SSH server, and let each
                         machine make its own: RUN rm -f /etc/ssh/ssh_host_*

                %s
                """
                    .formatted(
                        String.join(
                            "\n",
                            new TextWrap("", "", 80)
                                .lines(
                                    ("oci:%s:stable has 2 errors and 1 warning: it should not be"
                                            + " published as it is.")
                                        .formatted(layout)))),
                ""));
    assertThat(result.output().lines()).allMatch(line -> line.length() <= 80);
  }

  @Test
  void warnings_alone_are_no_failure_unless_asked_to_be() {
    String image = "oci:" + layout(system());
    assertThat(lint("lint", image).status()).isZero();
    assertThat(lint("lint", image).output()).contains("has no errors and 1 warning");
    assertThat(lint("lint", "--strict", image).status()).isEqualTo(1);
    Result ignoring = lint("lint", "--strict", "--ignore", "no-updater", image);
    assertThat(ignoring.status()).isZero();
    assertThat(ignoring.output()).contains("has no findings (1 finding ignored)");
    assertThat(lint("lint", "--ignore", "nothing", image).status()).isEqualTo(2);
  }

  @Test
  void an_archive_is_read_like_the_layout_it_was_made_of() {
    Path layout = layout(system());
    Path archive = directory.resolve("os.tar");
    ExternalCommand.of("tar", "-C", layout, "-cf", archive, ".").run();

    Result result = lint("lint", "oci-archive:" + archive);

    assertThat(result.error()).isEmpty();
    assertThat(result.status()).isZero();
    assertThat(result.output()).contains("has no errors and 1 warning");
  }

  @Test
  void json_has_all_that_the_text_has() throws IOException {
    Result result = lint("lint", "--json", "--arch", "arm64", "oci:" + layout(system()));

    JsonNode json = JsonMapper.builder().build().readTree(result.output());
    assertThat(result.status()).isEqualTo(1);
    assertThat(json.path("schema").asInt()).isEqualTo(1);
    assertThat(json.path("reference").asText()).startsWith("oci:/");
    assertThat(json.path("errors").asInt()).isEqualTo(1);
    assertThat(json.path("warnings").asInt()).isEqualTo(1);
    assertThat(json.path("ignored").asInt()).isZero();
    JsonNode finding = json.path("findings").path(0);
    assertThat(finding.properties())
        .extracting(property -> property.getKey())
        .containsExactly("severity", "rule", "topic", "what", "paths", "pathCount", "why", "fix");
    assertThat(finding.path("severity").asText()).isEqualTo("error");
    assertThat(finding.path("rule").asText()).isEqualTo("architecture");
  }

  @Test
  void an_image_that_cannot_be_read_is_no_finding() throws IOException {
    Path layout = layout(system());
    Result none = lint("lint", "oci:" + layout + ":other");
    assertThat(none.status()).isEqualTo(2);
    assertThat(none.output()).isEmpty();
    assertThat(none.error())
        .isEqualTo(
            """
            container-snap: The image oci:%s:other could not be read: it has no image with the tag "other"
              Check the path and the tag, or fetch the image again.
            """
                .formatted(layout));
    Result missing = lint("lint", "oci-archive:" + directory.resolve("missing.tar"));
    assertThat(missing.status()).isEqualTo(2);
    assertThat(missing.error().lines()).hasSize(2);
    assertThat(missing.error()).contains("missing.tar").contains("no such file or directory");
    Files.writeString(directory.resolve("broken.tar"), "no archive");
    assertThat(lint("lint", "oci-archive:" + directory.resolve("broken.tar")).status())
        .isEqualTo(2);
  }
}
