package io.github.containersnap.adapter.bootloader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.adapter.BtrfsOnLoop;
import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.bootable.UnbootableDeploymentException;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.port.Btrfs;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** On a real btrfs, whose default subvolume it sets. */
class DefaultSubvolumeTest {
  private static final BootEntry FIRST = entry("ab", new TrialState.Blessed());
  private static final BootEntry SECOND = entry("cd", new TrialState.Untried());
  private static final BootMenu OLD = new BootMenu(FIRST, Optional.empty());
  private static final BootMenu NEW = new BootMenu(SECOND, Optional.of(FIRST));

  @TempDir(cleanup = CleanupMode.ALWAYS)
  private Path directory;

  private final BtrfsProgs btrfs = new BtrfsProgs();
  private BtrfsOnLoop disk;
  private DeploymentLayout layout;
  private DefaultSubvolume loader;

  private static BootEntry entry(String digits, TrialState standing) {
    return new BootEntry(
        DeploymentId.pristine(new ImageId(digits.repeat(32))),
        new BootFiles("6.12", "boot/vmlinuz-6.12", "boot/initrd-6.12"),
        List.of("quiet"),
        "Linux",
        standing);
  }

  @BeforeEach
  void two_deployments() throws IOException {
    disk = new BtrfsOnLoop(directory);
    layout = new DeploymentLayout(disk.directory());
    loader = new DefaultSubvolume(layout, new LinuxFiles(), btrfs);
    Files.createDirectories(layout.deployments());
    for (BootEntry entry : List.of(FIRST, SECOND)) {
      Path root = layout.deployment(entry.deployment());
      btrfs.createSubvolume(root);
      Files.createDirectories(root.resolve("boot/grub2"));
      Files.writeString(root.resolve("boot/grub2/grub.cfg"), "");
    }
    loader.initialize();
  }

  @AfterEach
  void the_loop_device_goes() {
    disk.close();
  }

  private String kernelsDefault() {
    return ExternalCommand.of("btrfs", "subvolume", "get-default", disk.directory()).run().text();
  }

  @Test
  void the_default_subvolume_is_what_boots() {
    assertThat(loader.menu()).isEmpty();
    loader.replaceMenu(OLD);
    assertThat(loader.menu()).contains(OLD);
    assertThat(kernelsDefault()).endsWith(DeploymentLayout.fromTopLevel(FIRST.deployment()));
    loader.replaceMenu(NEW);
    assertThat(loader.menu()).contains(NEW);
    assertThat(kernelsDefault()).endsWith(DeploymentLayout.fromTopLevel(SECOND.deployment()));
  }

  @Test
  void until_the_default_subvolume_changes_the_old_menu_is_in_force() {
    loader.replaceMenu(OLD);
    loader.replaceMenu(NEW);
    btrfs.setDefault(layout.deployment(FIRST.deployment())); // as a crash before the commit leaves
    assertThat(loader.menu()).contains(OLD);
  }

  @Test
  void a_crash_before_the_first_menu_is_in_force_leaves_none_and_no_damage() {
    Path host = disk.directory().resolve("host");
    btrfs.createSubvolume(host);
    btrfs.setDefault(host);
    Btrfs cut =
        (Btrfs)
            Proxy.newProxyInstance(
                Btrfs.class.getClassLoader(),
                new Class<?>[] {Btrfs.class},
                (_, method, arguments) -> {
                  if (method.getName().equals("setDefault")) {
                    throw new IllegalStateException("cut off");
                  }
                  return method.invoke(btrfs, arguments);
                });
    assertThatThrownBy(() -> new DefaultSubvolume(layout, new LinuxFiles(), cut).replaceMenu(OLD))
        .hasMessageContaining("cut off");
    assertThat(loader.menu()).isEmpty();
    loader.replaceMenu(OLD);
    assertThat(loader.menu()).contains(OLD);
    btrfs.setDefault(host);
    assertThatThrownBy(loader::menu).hasMessageContaining("something else has set it");
  }

  @Test
  void a_menu_of_the_same_default_takes_the_place_of_the_one_before() {
    loader.replaceMenu(NEW);
    BootMenu blessed = new BootMenu(SECOND.with(new TrialState.Blessed()), NEW.fallback());
    loader.replaceMenu(blessed);
    assertThat(loader.menu()).contains(blessed);
  }

  @Test
  void a_default_that_something_else_has_set_is_told_of_and_can_be_set_right() {
    loader.replaceMenu(OLD);
    btrfs.setDefault(layout.deployment(SECOND.deployment()));
    assertThatThrownBy(loader::menu)
        .isInstanceOf(DamagedStateException.class)
        .hasMessageContaining("something else has set it");
    loader.replaceMenu(OLD);
    assertThat(loader.menu()).contains(OLD);
  }

  @Test
  void what_the_boot_loader_could_not_read_does_not_become_the_default() throws IOException {
    loader.replaceMenu(OLD);
    Files.delete(layout.deployment(SECOND.deployment()).resolve("boot/grub2/grub.cfg"));
    assertThatThrownBy(() -> loader.replaceMenu(NEW))
        .isInstanceOf(UnbootableDeploymentException.class)
        .hasMessageContaining("/boot/grub2/grub.cfg");
    assertThat(loader.menu()).contains(OLD);
  }

  @Test
  void a_record_cut_off_anywhere_is_called_damaged() throws IOException {
    loader.replaceMenu(NEW);
    String text = Files.readString(layout.menuRecord());
    for (int length = 0; length < text.length() - 2; length += 7) {
      Files.writeString(layout.menuRecord(), text.substring(0, length));
      assertThatThrownBy(loader::menu).isInstanceOf(DamagedStateException.class);
    }
    for (String menus : List.of("null", "[null]", "[{\"entries\":null}]", "[{\"entries\":[]}]")) {
      Files.writeString(layout.menuRecord(), "{\"schema\":1,\"menus\":" + menus + "}");
      assertThatThrownBy(loader::menu).as(menus).isInstanceOf(DamagedStateException.class);
    }
    Files.writeString(layout.menuRecord(), text.replace("untried", "trusted"));
    assertThatThrownBy(loader::menu)
        .isInstanceOf(DamagedStateException.class)
        .hasMessageContaining("trusted is no standing");
  }

  @Test
  void a_system_is_known_by_what_it_was_prepared_for() {
    BootloaderDetection detection = new BootloaderDetection(layout, new LinuxFiles(), btrfs);
    assertThat(detection.find()).isInstanceOf(DefaultSubvolume.class);
    new LinuxFiles().deleteTree(layout.menuRecord());
    btrfs.setDefault(layout.deployment(FIRST.deployment()));
    assertThat(detection.find()).as("it has deployments").isInstanceOf(GrubBtrfs.class);
  }

  @Test
  void a_system_that_is_not_prepared_is_known_by_its_default_subvolume() {
    DeploymentLayout fresh = new DeploymentLayout(disk.directory());
    new LinuxFiles().rename(layout.var(), layout.system().resolve("elsewhere"));
    BootloaderDetection detection = new BootloaderDetection(fresh, new LinuxFiles(), btrfs);
    assertThat(detection.find()).isInstanceOf(GrubBtrfs.class);
    Path other = layout.system().resolve("other");
    btrfs.createSubvolume(other);
    btrfs.setDefault(other);
    assertThat(detection.find()).isInstanceOf(DefaultSubvolume.class);
    btrfs.createSubvolume(layout.boot());
    assertThat(detection.find()).isInstanceOf(GrubBtrfs.class);
  }
}
