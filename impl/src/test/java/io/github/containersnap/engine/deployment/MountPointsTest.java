package io.github.containersnap.engine.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.RecordingPorts;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.Verification;
import io.github.containersnap.engine.model.ImageReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the fstab mounts has where to be mounted, although the image knows nothing of it. */
class MountPointsTest {
  @TempDir private Path directory;
  private RecordingPorts ports;
  private Machine machine;

  @BeforeEach
  void a_prepared_machine() {
    ports = new RecordingPorts(directory);
    machine = ports.machineThatNotes(new ArrayList<>());
    new Initialization(machine).run();
  }

  private Path updated(String fstab) throws IOException {
    Files.createDirectories(ports.image().resolve("etc"));
    Files.writeString(ports.image().resolve("etc/fstab"), fstab);
    return machine
        .deployments()
        .root(new Update(machine).run(new ImageReference("oci:tiny")).deployment())
        .root();
  }

  @Test
  void a_deployment_has_the_directories_and_is_still_its_image() throws IOException {
    Path root = updated("UUID=AB /boot/efi vfat umask=0077 0 1\nUUID=1 /data/a ext4 defaults\n");

    assertThat(root.resolve("boot/efi")).isEmptyDirectory();
    assertThat(root.resolve("data/a")).isEmptyDirectory();
    assertThat(Verification.of(machine, machine.byDefault()).differences()).isEmpty();
  }

  @Test
  void what_the_image_has_there_stays() throws IOException {
    Files.createSymbolicLink(ports.image().resolve("data"), Path.of("var/data"));

    Path root = updated("UUID=1 /data/a ext4 defaults\nUUID=1 /data ext4 defaults\n");

    assertThat(Files.isDirectory(root.resolve("data"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(machine.layout().var().resolve("data")).doesNotExist();
    assertThat(Verification.of(machine, machine.byDefault()).differences()).isEmpty();
  }

  @Test
  void verify_reports_what_else_lies_in_a_root() throws IOException {
    Path root = updated("UUID=AB /boot/efi vfat umask=0077 0 1\n");
    Files.createFile(root.resolve("boot/efi/file"));

    assertThat(Verification.of(machine, machine.byDefault()).differences())
        .singleElement()
        .satisfies(difference -> assertThat(difference.path()).isEqualTo("boot/efi/file"));
  }
}
