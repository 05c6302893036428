package io.github.containersnap.adapter.bootloader;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import org.junit.jupiter.api.Test;

/** What the words on a kernel's command line say, and that only whole words say it. */
class KernelCommandLineTest {
  private static final DeploymentId ONE = id("1");
  private static final DeploymentId OTHER = id("2");

  private static DeploymentId id(String digit) {
    return new DeploymentId(new ImageId(digit.repeat(64)), 0);
  }

  private static KernelCommandLine told(String words) {
    return new KernelCommandLine("BOOT_IMAGE=/vmlinuz root=UUID=1 rw " + words + "\n");
  }

  @Test
  void a_system_is_told_what_it_is() {
    KernelCommandLine told = told("container-snap.deployment=" + ONE);
    assertThat(told.deployment()).contains(ONE);
    assertThat(told.insteadOf()).isEmpty();
  }

  @Test
  void a_fallback_is_told_what_it_stands_in_for() {
    KernelCommandLine told =
        told("container-snap.instead-of=" + OTHER + " container-snap.deployment=" + ONE);
    assertThat(told.deployment()).contains(ONE);
    assertThat(told.insteadOf()).contains(OTHER);
  }

  @Test
  void a_word_that_names_no_deployment_says_nothing() {
    assertThat(told("container-snap.deployment=../../etc").deployment()).isEmpty();
    assertThat(told("container-snap.deployment=").deployment()).isEmpty();
    assertThat(told("not-container-snap.deployment=" + ONE).deployment()).isEmpty();
    assertThat(told("quiet").insteadOf()).isEmpty();
  }
}
