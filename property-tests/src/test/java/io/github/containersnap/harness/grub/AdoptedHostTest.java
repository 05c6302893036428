package io.github.containersnap.harness.grub;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.bootloader.GrubBtrfs;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.harness.grub.EngineMenus.Menu;
import io.github.containersnap.harness.grub.EngineMenus.Mounts;
import io.github.containersnap.harness.grub.PowerOn.GrubStart;
import io.github.containersnap.harness.world.simulated.SimulatedMachine;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * What the GRUB of a host starts, once the hook to the menu of deployments is in its custom.cfg.
 */
class AdoptedHostTest {
  private static final String ROOT = "@rootfs";
  private static final String SYSTEM = "hd0,gpt2";
  private static final String ESP = "hd0,gpt1";
  private static final String ESP_UUID = "ABCD-1234";
  private static final String ENVIRONMENT = "/EFI/BOOT/grubenv";

  /** What grub-mkconfig(8) makes of 10_linux and 41_custom, as far as it matters here. */
  private static final String CONFIGURATION =
      """
      set default="0"
      set timeout=5
      menuentry 'Debian GNU/Linux' --id host {
        linux /@rootfs/vmlinuz root=UUID=5a5a ro quiet
        initrd /@rootfs/initrd.img
      }
      if [ -f /@rootfs/boot/grub/custom.cfg ]; then
        source /@rootfs/boot/grub/custom.cfg
      fi
      """;

  private final DeploymentLayout layout = SimulatedMachine.LAYOUT;
  private final Path grub = layout.system().resolve(ROOT).resolve("boot/grub");
  private final Ports ports = ports();
  private final GrubBtrfs loader = new GrubBtrfs(layout, ports.files(), ports.btrfs());
  private final HostDisk disk = new HostDisk(new TreeMap<>());

  private static Ports ports() {
    SimulatedMachine machine = new SimulatedMachine(1);
    return machine.seenBy(machine.start(List.of()), Progress.NONE).ports();
  }

  /** The host's disk: its btrfs is the simulated one, its EFI system partition holds grubenv. */
  private final class HostDisk implements GrubDisk {
    private final Map<String, byte[]> esp;

    HostDisk(Map<String, byte[]> esp) {
      this.esp = esp;
    }

    @Override
    public Optional<String> deviceByUuid(String uuid) {
      if (uuid.equals(ESP_UUID)) {
        return Optional.of(ESP);
      }
      boolean ours = uuid.equals(ports.btrfs().filesystemId(layout.system()));
      return ours ? Optional.of(SYSTEM) : Optional.empty();
    }

    @Override
    public Optional<String> deviceByLabel(String label) {
      return Optional.empty();
    }

    @Override
    public Optional<byte[]> read(String device, String path) {
      return device.equals(SYSTEM)
          ? ports.files().readBytes(layout.system().resolve(path.substring(1)), 1 << 20)
          : Optional.ofNullable(esp.get(path));
    }

    @Override
    public boolean isKernel(String device, String path) {
      return device.equals(SYSTEM) && path.contains("vmlinuz");
    }

    @Override
    public boolean exists(String device, String path) {
      return isKernel(device, path) || path.contains("initr") || read(device, path).isPresent();
    }

    @Override
    public boolean overwrite(String device, String path, byte[] content) {
      return esp.replace(path, content) != null;
    }
  }

  private AdoptedHostTest host(String fstab) {
    ports.btrfs().createSubvolume(layout.system().resolve(ROOT));
    ports.files().createDirectories(grub);
    ports.files().createDirectories(layout.system().resolve(ROOT).resolve("etc"));
    write(grub.resolve("grub.cfg"), CONFIGURATION);
    write(layout.system().resolve(ROOT).resolve("etc/fstab"), fstab);
    return this;
  }

  private void write(Path file, String text) {
    ports.files().write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  private String custom() {
    return ports
        .files()
        .readBytes(grub.resolve("custom.cfg"), 1 << 16)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
        .orElse("");
  }

  private GrubStart powerOn() {
    GrubScript configuration =
        GrubScript.parse("configfile (%s)/@rootfs/boot/grub/grub.cfg".formatted(SYSTEM));
    PowerOn start = new Grub(disk, SYSTEM, configuration).powerOn();
    assertThat(start).isInstanceOf(GrubStart.class);
    return (GrubStart) start;
  }

  @Test
  void without_a_menu_the_hook_does_nothing() {
    host("");
    assertThat(loader.obstacle(ROOT)).isEmpty();
    assertThat(powerOn().id()).isEqualTo("host");
    loader.follow(ROOT);
    assertThat(custom()).contains("configfile");
    assertThat(powerOn().id()).isEqualTo("host");
  }

  @Test
  void with_a_menu_its_default_starts_and_its_boots_are_counted() {
    host("UUID=abcd-1234 /boot/efi vfat umask=0077 0 1\n");
    disk.esp.put(ENVIRONMENT, GrubMachine.emptyEnvironment().orElseThrow());
    loader.follow(ROOT);
    Menu menu =
        new Menu(
            new TrialState.OnTrial(Instant.ofEpochSecond(1_700_000_000)),
            true,
            List.of(),
            Mounts.FSTAB);
    menu.write(layout, ports.btrfs(), ports.files());
    String tried = menu.bootMenu().byDefault().deployment().toString();
    for (int boot = 0; boot < TrialState.BOOTS_OF_A_TRIAL; boot++) {
      assertThat(powerOn().id()).isEqualTo(tried);
    }
    assertThat(powerOn().id())
        .isEqualTo(menu.bootMenu().fallback().orElseThrow().deployment().toString());
  }

  @Test
  void where_boots_cannot_be_counted_the_default_starts_all_the_same() {
    host("");
    loader.follow(ROOT);
    Menu menu =
        new Menu(
            new TrialState.OnTrial(Instant.ofEpochSecond(1_700_000_000)),
            true,
            List.of(),
            Mounts.FSTAB);
    menu.write(layout, ports.btrfs(), ports.files());
    assertThat(powerOn().id()).isEqualTo(menu.bootMenu().byDefault().deployment().toString());
  }

  @Test
  void what_else_is_in_custom_cfg_stays() {
    host("");
    write(grub.resolve("custom.cfg"), "set color_normal=white/black");
    loader.follow(ROOT);
    String hooked = custom();
    assertThat(hooked).startsWith("set color_normal=white/black\n#");
    loader.follow(ROOT);
    assertThat(custom()).isEqualTo(hooked);
    loader.unfollow(ROOT);
    assertThat(custom()).isEqualTo("set color_normal=white/black\n");
  }
}
