package io.github.containersnap.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.bootable.UnbootableImageException;
import io.github.containersnap.engine.deployment.NotInitializedException;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.FilesystemFullException;
import io.github.containersnap.engine.model.ImageChangedException;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.ImageUnavailableException;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.RefusedImageException;
import io.github.containersnap.engine.model.UnprovenImageException;
import io.github.containersnap.engine.model.UnusableImageReferenceException;
import io.github.containersnap.engine.model.UpdateException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every sentence a user may read when something cannot be done, in full. */
class MessagesTest {
  private static final ImageId IMAGE = new ImageId("ab".repeat(32));
  private static final ImageId OTHER = new ImageId("cd".repeat(32));
  private static final ImageReference REFERENCE = new ImageReference("docker://host/os:1");

  private static void says(UpdateException failure, String message, String advice) {
    assertThat(failure).hasMessage(message);
    assertThat(failure.advice()).isEqualTo(advice);
  }

  @Test
  void an_image_that_does_not_fit() {
    String advice =
        "Free space or remove deployments, then update again. The running system is unchanged.";
    Path system = Path.of("/run/container-snap/system");
    says(
        FilesystemFullException.ofData(system, Bytes.ofMebibytes(240), new Bytes(1536)),
        "The image needs 240.0 MiB of data; /run/container-snap/system has 1.5 KiB free.",
        advice);
    says(
        FilesystemFullException.ofMetadata(system, Bytes.ofMebibytes(32), new Bytes(0)),
        "The image needs 32.0 MiB of metadata; /run/container-snap/system has 0 B free.",
        advice);
  }

  @Test
  void what_is_no_deployment() {
    String advice = "`container-snap list-snapshots` prints the deployments of this machine.";
    says(
        NotADeploymentException.badForm("7"),
        "'7' is not a deployment id (64 hex digits or at least the first 4, then perhaps"
            + " -workN), nor current, default, fallback or pending.",
        advice);
    says(
        NotADeploymentException.unknown(new DeploymentId(IMAGE, 3)),
        "There is no deployment %s-work3.".formatted(IMAGE),
        advice);
    says(NotADeploymentException.none("default"), "No deployment is the default.", advice);
    says(NotADeploymentException.noFallback(), "There is no fallback to roll back to.", advice);
  }

  @Test
  void an_image_that_cannot_boot() {
    says(
        new UnbootableImageException(IMAGE, List.of("it has no kernel", "it has no init")),
        "Image abababababab cannot boot: it has no kernel; it has no init.",
        "Build the image with kernel, initrd and modules of one version, an init and an os-release."
            + " The running system is unchanged.");
  }

  @Test
  void another_at_work() {
    says(
        new LockedException(Path.of("/state/lock"), "process 4711"),
        "Another container-snap is at work (/state/lock is held by process 4711).",
        "Wait until it has ended, then try again. Nothing was changed.");
  }

  @Test
  void a_system_without_deployments() {
    says(
        new NotInitializedException(Path.of("/state/deployments")),
        "This is not a container-snap system yet: /state/deployments does not exist.",
        "`container-snap adopt` makes a deployment of the system that runs; `container-snap"
            + " install` makes a disk that boots an image; `container-snap init` prepares an empty"
            + " btrfs.");
  }

  @Test
  void a_damaged_file() {
    says(
        new DamagedStateException(Path.of("/@boot/boot.cfg"), "it has no entry"),
        "/@boot/boot.cfg is damaged: it has no entry.",
        "Nothing was changed. Look at the file; `container-snap switch ID` writes a new boot"
            + " menu.");
  }

  @Test
  void an_image_that_could_not_be_had() {
    says(
        new ImageUnavailableException(REFERENCE, new IOException("connection refused")),
        "The image docker://host/os:1 cannot be fetched: connection refused",
        "Check the reference and the connection, then update again; what arrived whole is not"
            + " fetched twice. The running system is unchanged.");
  }

  @Test
  void an_image_that_changed_meanwhile() {
    says(
        new ImageChangedException(REFERENCE, IMAGE, OTHER),
        "docker://host/os:1 was image abababababab when it was resolved and image cdcdcdcdcdcd when"
            + " it was pulled.",
        "Update again. The running system is unchanged.");
  }

  @Test
  void a_copy_that_is_not_the_image() {
    says(
        new UnprovenImageException(IMAGE, "layer 1 differs"),
        "The store's copy of image abababababab is not what its digest says: layer 1 differs",
        "Nothing was deployed. If this repeats, check the disk (`btrfs scrub`).");
  }

  @Test
  void an_image_that_is_refused() {
    says(
        new RefusedImageException(IMAGE, "layer 1 has no name"),
        "Image abababababab is refused: layer 1 has no name.",
        "Build the image without that, and check it with `container-snap lint`. Nothing was"
            + " deployed, and no other image in the store was touched.");
  }

  @Test
  void what_is_no_reference() {
    says(
        new UnusableImageReferenceException("a\nb", "it has control characters"),
        "'a?b' is not an image reference: it has control characters.",
        "Name it as podman does, e.g. docker://registry.example/os:stable or oci:/srv/os:stable.");
  }
}
