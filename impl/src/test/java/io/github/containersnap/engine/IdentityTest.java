package io.github.containersnap.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.UnusableImageReferenceException;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of things: images, deployments, references. */
class IdentityTest {
  private static final String HEX = "0123456789abcdef".repeat(4);
  private static final ImageId IMAGE = new ImageId(HEX);

  @Test
  void an_id_reads_as_it_was_written() {
    assertThat(DeploymentId.pristine(IMAGE)).hasToString(HEX);
    assertThat(new DeploymentId(IMAGE, 12)).hasToString(HEX + "-work12");
    assertThat(new DeploymentId(IMAGE, 12).shortForm()).isEqualTo("0123456789ab-work12");
  }

  @Property
  void every_id_can_be_read_back(@ForAll @IntRange(min = 0, max = 999_999_999) int work) {
    DeploymentId id = new DeploymentId(IMAGE, work);
    assertThat(DeploymentId.read(id.toString())).contains(id);
    assertThat(DeploymentId.parse(id.toString())).isEqualTo(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-work1",
        "0123",
        "..",
        "../" + "a",
        "work1",
        ".draft-",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
        "0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef-work0",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef-work01",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef-work-1",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef-work9999999999",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef/..",
      })
  void anything_else_is_no_id(String text) {
    assertThat(DeploymentId.read(text)).isEmpty();
    assertThatThrownBy(() -> DeploymentId.parse(text))
        .isInstanceOf(NotADeploymentException.class)
        .hasMessageContaining("'" + text + "' is not a deployment id");
  }

  @Test
  void an_image_id_has_64_digits() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ImageId("sha256:" + HEX))
        .withMessageContaining("is not an image id (64 hex digits)");
  }

  @Test
  void a_negative_work_number_is_a_defect() {
    assertThatIllegalArgumentException().isThrownBy(() -> new DeploymentId(IMAGE, -1));
  }

  @ParameterizedTest
  @CsvSource({
    "docker://host/os:1, docker://host/os:1",
    "host:5000/os:1,     docker://host:5000/os:1",
    "os,                 docker://os",
    "oci:/srv/os:1,      oci:/srv/os:1",
    "oci-archive:/a.tar, oci-archive:/a.tar",
    "ocx:/srv/os,        docker://ocx:/srv/os",
    ":os,                docker://:os",
  })
  void a_reference_without_a_transport_is_a_registrys(String typed, String meant) {
    assertThat(new ImageReference(typed)).hasToString(meant);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "  ", "-v", "--root", "os\n", "os\0", "o\tos"})
  void a_text_that_a_program_could_trip_over_is_no_reference(String text) {
    assertThatThrownBy(() -> new ImageReference(text))
        .isInstanceOf(UnusableImageReferenceException.class);
  }

  @Test
  void a_reference_of_absurd_length_is_none() {
    assertThatThrownBy(() -> new ImageReference("a".repeat(4097)))
        .isInstanceOf(UnusableImageReferenceException.class)
        .hasMessageContaining("too long");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "251658240, 240.0 MiB",
    "9223372036854775807, 8.0 EiB",
  })
  void amounts_are_for_people(long count, String text) {
    assertThat(new Bytes(count)).hasToString(text);
  }

  @Test
  void no_sum_overflows() {
    Bytes most = new Bytes(Long.MAX_VALUE);
    assertThat(most.plus(new Bytes(1))).isEqualTo(most);
    assertThat(most.times(4)).isEqualTo(most);
    assertThat(new Bytes(Long.MAX_VALUE / 2).times(3)).isEqualTo(most);
    assertThat(new Bytes(3).times(4)).isEqualTo(new Bytes(12));
    assertThat(new Bytes(1).minus(most)).isEqualTo(new Bytes(0));
    assertThatIllegalArgumentException().isThrownBy(() -> new Bytes(-1));
  }

  @Test
  void a_name_leads_nowhere_else() {
    assertThat(Optional.of(DeploymentLayout.fromTopLevel(new DeploymentId(IMAGE, 3))))
        .contains("@var/lib/container-snap/deployments/" + HEX + "-work3");
  }
}
