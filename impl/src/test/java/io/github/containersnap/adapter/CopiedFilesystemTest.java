package io.github.containersnap.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.bootloader.GrubBtrfs;
import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.TrialState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A btrfs that is mounted while another one with its UUID is: a cloned disk, or a snapshot of it
 * that the hypervisor made. The kernel gives it a temporary UUID. Needs root.
 */
class CopiedFilesystemTest {
  private static final Pattern UUID = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
  private static final BootMenu MENU =
      new BootMenu(
          new BootEntry(
              DeploymentId.pristine(new ImageId("ab".repeat(32))),
              new BootFiles("6.1", "boot/vmlinuz-6.1", "boot/initrd-6.1"),
              List.of(),
              "Linux (abababababab)",
              new TrialState.Untried()),
          Optional.empty());

  @TempDir(cleanup = CleanupMode.ALWAYS)
  private Path directory;

  private final BtrfsProgs btrfs = new BtrfsProgs();
  private BtrfsOnLoop original;

  @BeforeEach
  void a_btrfs() throws IOException {
    original = new BtrfsOnLoop(directory);
  }

  @AfterEach
  void the_loop_device_goes() {
    original.close();
  }

  @ParameterizedTest(name = "btrfstune -m: {0}")
  @ValueSource(booleans = {false, true})
  void its_menu_names_the_uuid_on_the_disk(boolean tuned) throws IOException {
    if (tuned) {
      original = original.withAnotherUuid();
    }
    try (BtrfsOnLoop copy = original.copy(directory)) {
      String onDisk = probed(copy);
      assertThat(knownToTheKernel(copy)).as("the UUID while it is mounted").isNotEqualTo(onDisk);

      assertThat(btrfs.filesystemId(copy.directory())).isEqualTo(onDisk);
      assertThat(btrfs.filesystemId(original.directory())).isEqualTo(onDisk);
      assertThat(uuids(menuOn(copy))).isNotEmpty().containsOnly(onDisk);
      btrfs.commit(copy.directory());
      assertThat(probed(copy)).as("after a commit").isEqualTo(onDisk);
    }
  }

  @ParameterizedTest(name = "the copy: {0}")
  @ValueSource(booleans = {false, true})
  void each_of_the_two_has_its_own_device(boolean ofTheCopy) throws IOException {
    try (BtrfsOnLoop copy = original.copy(directory)) {
      BtrfsOnLoop asked = ofTheCopy ? copy : original;
      assertThat(BtrfsProgs.device(asked.directory())).isEqualTo(asked.device());
    }
  }

  private static String menuOn(BtrfsOnLoop disk) throws IOException {
    DeploymentLayout layout = new DeploymentLayout(disk.directory());
    GrubBtrfs grub = new GrubBtrfs(layout, new LinuxFiles(), new BtrfsProgs());
    grub.initialize();
    grub.replaceMenu(MENU);
    return Files.readString(layout.bootMenu());
  }

  private static List<String> uuids(String menu) {
    return UUID.matcher(menu).results().map(MatchResult::group).toList();
  }

  private static String probed(BtrfsOnLoop disk) {
    return ExternalCommand.of("blkid", "--probe", "-s", "UUID", "-o", "value", disk.device())
        .run()
        .text();
  }

  private static String knownToTheKernel(BtrfsOnLoop disk) {
    String shown = ExternalCommand.of("btrfs", "filesystem", "show", disk.directory()).run().text();
    return uuids(shown).getFirst();
  }
}
