package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Images whose content cannot be used, each made on the spot: one sentence that names the image and
 * what is wrong, exit status 2, and nothing written anywhere but in the gate's own directory.
 * {@link ImageEntranceTest} has those that are refused before their content is looked at.
 */
@Timeout(120)
class UnusableImageTest {
  private static final String UNTOUCHED = "untouched";

  @TempDir Path directory;
  private Path canaries;

  @BeforeEach
  void hangCanaries() throws IOException {
    canaries = Files.createDirectory(directory.resolve("canaries"));
    Files.writeString(canaries.resolve("canary"), UNTOUCHED);
  }

  @AfterEach
  void nothing_was_written_outside_and_nothing_is_left() throws IOException {
    try (var files = Files.list(canaries)) {
      assertThat(files).containsExactly(canaries.resolve("canary"));
    }
    assertThat(canaries.resolve("canary")).hasContent(UNTOUCHED);
    Remains.assertNothingIsLeftOf(ProcessHandle.current().pid());
  }

  private Path image() {
    return directory.resolve("image");
  }

  /** What the gate says to an update from this image to itself; it never gets that far. */
  private String refused(Path image) {
    String refusal = GateRun.of("check", image, image).refusal();
    assertThat(refusal).contains("oci:" + image);
    return refusal
        .replaceFirst("^(The image )?oci:%s( could not be read)?".formatted(image), "")
        .replace(directory.toString(), "DIR")
        .replaceAll("sha256:[0-9a-f]{64}", "sha256:H")
        .replaceAll("(sha256/|member )[0-9a-f]{64}", "$1H")
        .replaceAll("Image [0-9a-f]{12}", "Image ID")
        .replaceAll("through \"[^\"/]+\", which", "through \"FIRST\", which");
  }

  private String refused(TarFile... layers) {
    byte[][] bytes = List.of(layers).stream().map(TarFile::bytes).toArray(byte[][]::new);
    return refused(ExampleImage.of(image(), bytes).directory());
  }

  private static void change(Path file, String from, String to) throws IOException {
    String before = Files.readString(file, StandardCharsets.ISO_8859_1);
    String after = before.replace(from, to);
    assertThat(after).isNotEqualTo(before).hasSameSizeAs(before);
    Files.writeString(file, after, StandardCharsets.ISO_8859_1);
  }

  @Test
  void a_configuration_with_other_content_than_its_digest_says() throws IOException {
    ExampleImage image = ExampleImage.of(image(), ExampleImage.bootable().bytes());
    change(image.config(), "amd64", "arm64");
    assertThat(refused(image.directory()))
        .isEqualTo(": its blob sha256:H really has the digest sha256:H");
  }

  @Test
  void an_image_without_a_kernel() {
    assertThat(refused(ExampleImage.bootable(ExampleImage.KERNEL)))
        .isEqualTo(
            ": Image ID cannot boot: its kernel is missing (looked for"
                + " /usr/lib/modules/6.1/vmlinuz, /boot/vmlinuz-6.1).");
  }

  @Test
  void an_image_without_an_init() {
    assertThat(refused(ExampleImage.bootable(ExampleImage.INIT)))
        .isEqualTo(
            ": Image ID cannot boot: it has no init (looked for an executable /sbin/init,"
                + " /usr/lib/systemd/systemd, /lib/systemd/systemd, /init).");
  }

  @Test
  void an_image_without_an_os_release() {
    assertThat(refused(ExampleImage.bootable(ExampleImage.OS_RELEASE)))
        .isEqualTo(
            ": Image ID cannot boot: it has no os-release (/etc/os-release, /usr/lib/os-release).");
  }

  @Test
  void a_kernel_that_is_an_empty_file() {
    assertThat(refused(ExampleImage.bootable(ExampleImage.KERNEL).file(ExampleImage.KERNEL, "")))
        .isEqualTo(
            ": Image ID cannot boot: its kernel /usr/lib/modules/6.1/vmlinuz is an empty file.");
  }

  @Test
  void a_kernel_that_is_a_dangling_link() {
    assertThat(
            refused(
                ExampleImage.bootable(ExampleImage.KERNEL)
                    .symlink(ExampleImage.KERNEL, "/boot/nothing")))
        .isEqualTo(
            ": Image ID cannot boot: its kernel /usr/lib/modules/6.1/vmlinuz is a dangling link.");
  }

  @Test
  void a_kernel_that_is_a_link_out_of_the_root_is_looked_up_inside_it() {
    assertThat(
            refused(
                ExampleImage.bootable(ExampleImage.KERNEL)
                    .symlink(ExampleImage.KERNEL, "../../../../../../../../etc/passwd")))
        .as("the machine has an /etc/passwd, the image has none")
        .isEqualTo(
            ": Image ID cannot boot: its kernel /usr/lib/modules/6.1/vmlinuz is a dangling link.");
    assertThat(
            refused(
                ExampleImage.bootable(ExampleImage.KERNEL, ExampleImage.INIT)
                    .file("etc/passwd", "the image's own")
                    .symlink(ExampleImage.KERNEL, "../../../../../../../../etc/passwd")))
        .as("the image's own is found")
        .isEqualTo(
            ": Image ID cannot boot: it has no init (looked for an executable /sbin/init,"
                + " /usr/lib/systemd/systemd, /lib/systemd/systemd, /init).");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../", "../../../../../../../../../..", "usr/../../../../../../../.."})
  void a_layer_that_writes_through_dots(String way) {
    assertThat(refused(ExampleImage.bootable().file(way + canaries + "/dots", "out")))
        .isEqualTo(
            ": its layer sha256:H is refused: its entry \"%sDIR/canaries/dots\" contains \"..\", which could lead out of the root"
                .formatted(way));
  }

  @Test
  void a_layer_that_writes_through_a_link_that_leads_out() {
    assertThat(
            refused(
                ExampleImage.bootable()
                    .symlink("out", "../../../../../../../../../.." + canaries)
                    .file("out/through-a-link", "out")))
        .isEqualTo(
            ": its layer sha256:H is refused: its entry \"out/through-a-link\" goes"
                + " through the link \"out\" to \"../../../../../../../../../..DIR/canaries\" and"
                + " so goes through a link that points out of the root");
  }

  @Test
  void a_layer_that_writes_through_an_absolute_link() {
    assertThat(
            refused(
                ExampleImage.bootable()
                    .symlink("out", canaries.toString())
                    .file("out/through-a-link", "out")))
        .isEqualTo(
            ": its layer sha256:H is refused: its entry \"out/through-a-link\" goes"
                + " through the link \"out\" to \"DIR/canaries\" and so goes through \"FIRST\","
                + " which does not exist");
  }

  @Test
  void a_layer_that_writes_through_a_link_of_the_layer_below() {
    assertThat(
            refused(
                ExampleImage.bootable().symlink("out", "../../../../../.." + canaries),
                new TarFile().file("out/through-a-link", "out")))
        .isEqualTo(
            ": its layer sha256:H is refused: its entry \"out/through-a-link\" goes"
                + " through the link \"out\" to \"../../../../../..DIR/canaries\" and so goes"
                + " through a link that points out of the root");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '$',
      value = {
        "../../../../../../../../../..|is a hard link to"
            + " \"../../../../../../../../../..DIR/canaries/canary\", which contains \"..\", which"
            + " could lead out of the root",
        "$$|goes through \"FIRST\", which does not exist"
      })
  void a_hard_link_to_something_outside(String way, String why) {
    assertThat(
            refused(
                ExampleImage.bootable()
                    .hardLink("stolen", way + canaries + "/canary")
                    .file("stolen", "changed")))
        .isEqualTo(": its layer sha256:H is refused: its entry \"stolen\" " + why);
  }

  @Test
  void a_layer_with_absolute_names_stays_inside() {
    assertThat(
            refused(ExampleImage.bootable(ExampleImage.INIT).file(canaries + "/absolute", "out")))
        .isEqualTo(
            ": Image ID cannot boot: it has no init (looked for an executable /sbin/init,"
                + " /usr/lib/systemd/systemd, /lib/systemd/systemd, /init).");
  }

  @Test
  void a_layer_with_devices_is_not_opened() {
    assertThat(refused(ExampleImage.bootable(ExampleImage.KERNEL).device(ExampleImage.KERNEL)))
        .isEqualTo(
            ": Image ID cannot boot: its kernel /usr/lib/modules/6.1/vmlinuz is not a file.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '$',
      value = {
        "8000000000|12,800 (entry \"absurd\"): it ends with 7,999,998,976 bytes of the content"
            + " missing",
        "35184372088832|11,776 (entry \"absurd\"): a size of 35,184,372,088,832 bytes is absurd",
        "9223372036854775807|11,776 (entry \"absurd\"): a size of 9,223,372,036,854,775,807 bytes"
            + " is absurd",
        "-1|11,776 (entry \"absurd\"): negative"
      })
  void a_file_that_claims_an_absurd_size(long size, String why) {
    assertThat(refused(ExampleImage.bootable().claiming("absurd", size)))
        .isEqualTo(": its layer sha256:H is a malformed tar archive at byte " + why);
  }
}
