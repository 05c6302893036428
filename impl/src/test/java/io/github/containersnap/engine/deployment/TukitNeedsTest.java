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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a deployment of an image with tukit has, although its image lacks it. */
class TukitNeedsTest {
  private static final ImageReference REFERENCE = new ImageReference("oci:tiny");
  private static final String LINE =
      "UUID=00000000-0000-0000-0000-000000000000 /var btrfs subvol=@var 0 0\n";

  @TempDir private Path directory;
  private final List<String> notes = new ArrayList<>();
  private RecordingPorts ports;
  private Machine machine;

  @BeforeEach
  void a_prepared_machine() {
    ports = new RecordingPorts(directory);
    machine = ports.machineThatNotes(notes);
    new Initialization(machine).run();
  }

  private Path updated() {
    return machine.deployments().root(new Update(machine).run(REFERENCE).deployment()).root();
  }

  private void inImage(String path, String text) throws IOException {
    Path file = ports.image().resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private Path certificates() {
    return machine.layout().var().resolve("lib/ca-certificates");
  }

  @Test
  void a_system_with_tukit_can_begin_a_transaction() throws IOException {
    inImage("usr/sbin/tukit", "");

    Path root = updated();

    assertThat(root.resolve(".snapshots")).isEmptyDirectory();
    assertThat(certificates()).isEmptyDirectory();
    assertThat(Files.getPosixFilePermissions(certificates()))
        .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
    Path fstab = root.resolve("etc/fstab");
    assertThat(fstab).hasContent(LINE);
    assertThat(Files.getPosixFilePermissions(fstab))
        .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(notes).contains("/etc/fstab now mounts /var, which tukit needs");
    assertThat(Verification.of(machine, machine.byDefault()).differences())
        .as("it is still its image")
        .isEmpty();
  }

  @Test
  void a_system_without_tukit_is_its_image() {
    Path root = updated();

    assertThat(root.resolve(".snapshots")).doesNotExist();
    assertThat(root.resolve("etc/fstab")).doesNotExist();
    assertThat(certificates()).doesNotExist();
  }

  @Test
  void what_the_fstab_says_already_stays() throws IOException {
    inImage("usr/bin/tukit", "");
    inImage("etc/fstab", "# mounts\nLABEL=DATA /data ext4 defaults 0 2");
    Files.setPosixFilePermissions(
        ports.image().resolve("etc/fstab"), PosixFilePermissions.fromString("rw-r-----"));

    Path fstab = updated().resolve("etc/fstab");

    assertThat(fstab).hasContent("# mounts\nLABEL=DATA /data ext4 defaults 0 2\n" + LINE);
    assertThat(Files.getPosixFilePermissions(fstab))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
  }

  @Test
  void an_entry_for_var_is_not_made_twice() throws IOException {
    inImage("usr/bin/tukit", "");
    String own = "UUID=1 /var xfs defaults 0 2\n";
    inImage("etc/fstab", own);

    assertThat(updated().resolve("etc/fstab")).hasContent(own);
  }

  @Test
  void a_link_in_the_fstabs_place_is_not_followed() throws IOException {
    inImage("usr/bin/tukit", "");
    Path outside = Files.writeString(directory.resolve("outside"), "the host's\n");
    Files.createDirectories(ports.image().resolve("etc"));
    Files.createSymbolicLink(ports.image().resolve("etc/fstab"), outside);

    Path fstab = updated().resolve("etc/fstab");

    assertThat(Files.isSymbolicLink(fstab)).isTrue();
    assertThat(outside).hasContent("the host's\n");
    assertThat(notes)
        .contains(
            "warning: /etc/fstab is not a file that can be changed; tukit needs this line in it: "
                + LINE.strip());
  }

  @Test
  void what_the_image_has_at_snapshots_stays() throws IOException {
    inImage("usr/bin/tukit", "");
    Files.createSymbolicLink(ports.image().resolve(".snapshots"), Path.of("var/snapshots"));

    Path snapshots = updated().resolve(".snapshots");

    assertThat(Files.isDirectory(snapshots, LinkOption.NOFOLLOW_LINKS)).isFalse();
  }

  @Test
  void init_gives_the_current_deployment_what_it_can_still_get() throws IOException {
    Path root = updated();
    Files.createDirectories(root.resolve("usr/sbin"));
    Files.createFile(root.resolve("usr/sbin/tukit"));
    Files.createDirectories(root.resolve("etc"));
    Path fstab = Files.writeString(root.resolve("etc/fstab"), "# mine");
    Files.setPosixFilePermissions(fstab, PosixFilePermissions.fromString("rw-r-----"));

    new Initialization(machine).run();
    new Initialization(machine).run();

    assertThat(certificates()).isEmptyDirectory();
    assertThat(fstab).hasContent("# mine\n" + LINE);
    assertThat(Files.getPosixFilePermissions(fstab))
        .isEqualTo(PosixFilePermissions.fromString("rw-r-----"));
    assertThat(root.resolve("etc/fstab.container-snap")).doesNotExist();
    assertThat(root.resolve(".snapshots")).as("in a sealed root").doesNotExist();
    assertThat(notes).anyMatch(note -> note.contains("tukit needs the directory /.snapshots"));
  }

  @Test
  void init_adds_nothing_where_there_is_no_tukit() {
    Path root = updated();

    new Initialization(machine).run();

    assertThat(certificates()).doesNotExist();
    assertThat(root.resolve("etc/fstab")).doesNotExist();
  }
}
