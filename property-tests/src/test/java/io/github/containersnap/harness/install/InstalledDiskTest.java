package io.github.containersnap.harness.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** One disk, looked at as the firmware, the boot loader and the kernel would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstalledDiskTest {
  private static final long SYSTEM_OFFSET = 17 * Workbench.MIB;
  private static final long SYSTEM_SIZE = Workbench.DISK_BYTES - SYSTEM_OFFSET - Workbench.MIB;

  private Workbench bench;
  private Path disk;
  private Workbench.Result result;

  @BeforeAll
  void install() throws Exception {
    bench = new Workbench();
    disk = bench.file("disk.img");
    result = bench.install(disk, "--size", "400M").isDone();
  }

  @AfterAll
  void remove() {
    bench.close();
  }

  @Test
  void the_id_is_printed_and_progress_goes_to_standard_error() {
    assertThat(result.out()).isEqualTo(bench.image().id() + "\n");
    assertThat(result.error())
        .startsWith("      Looking at the image " + bench.image().reference() + ".\n")
        .contains(
            "      Making %s, 400.0 MiB: EFI system partition 16.0 MiB, btrfs 382.0 MiB.\n[1/9] "
                .formatted(disk))
        .endsWith(
            "Installed. %s boots %s. Firmware finds it at EFI/BOOT/BOOTX64.EFI.\n"
                .formatted(disk, bench.image().id().substring(0, 12)));
  }

  @Test
  void it_has_a_gpt_with_the_two_partitions() throws Exception {
    assertThat(ExternalCommand.of("sgdisk", "--verify", disk).run().text())
        .contains("No problems found");
    assertThat(
            ExternalCommand.of("partx", "--pairs", "--bytes", disk)
                .with("--output", "NR,START,SIZE,TYPE,NAME")
                .run()
                .lines())
        .containsExactly(
            "NR=\"1\" START=\"2048\" SIZE=\"%d\" TYPE=\"%s\" NAME=\"ESP\""
                .formatted(16 * Workbench.MIB, "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"),
            "NR=\"2\" START=\"34816\" SIZE=\"%d\" TYPE=\"%s\" NAME=\"SYSTEM\""
                .formatted(SYSTEM_SIZE, "0fc63daf-8483-4772-8e79-3d69d8477de4"));
    assertThat(Files.size(disk)).isEqualTo(Workbench.DISK_BYTES);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(disk)))
        .isEqualTo("rw-------");
  }

  @Test
  void firmware_finds_a_grub_that_looks_for_this_very_filesystem() {
    try (LoopDevice device = LoopDevice.attach(disk, SYSTEM_OFFSET, SYSTEM_SIZE)) {
      String uuid =
          ExternalCommand.of("blkid", "-p", "-o", "value", "-s", "UUID", device.device())
              .run()
              .text();
      String grub = new String(onEsp("BOOTX64.EFI"), StandardCharsets.ISO_8859_1);
      assertThat(grub)
          .startsWith("MZ")
          .contains(
              """
              set esp=$root
              export esp
              search --no-floppy --set=root --label SYSTEM
              search --no-floppy --set=root --fs-uuid %s
              configfile /@boot/boot.cfg
              """
                  .formatted(uuid));
    }
    assertThat(onEsp("grubenv"))
        .hasSize(1024)
        .startsWith("# GRUB Environment Block\n###".getBytes(StandardCharsets.US_ASCII));
  }

  private byte[] onEsp(String name) {
    return ExternalCommand.of("mtype", "-i", disk + "@@1M", "::/EFI/BOOT/" + name)
        .run()
        .standardOutput();
  }

  @Test
  void the_boot_loader_sees_the_menu_and_the_kernel_it_names() {
    try (LoopDevice device = LoopDevice.attach(disk, SYSTEM_OFFSET, SYSTEM_SIZE)) {
      String menu = grub(device, "cat", "/@boot/boot.cfg");
      String kernel =
          "/@var/lib/container-snap/deployments/%s/usr/lib/modules/6.1.0/vmlinuz"
              .formatted(bench.image().id());

      assertThat(menu).contains("linux " + kernel + " ");
      assertThat(grub(device, "cat", kernel)).startsWith("kernel 6.1.0\n");
    }
  }

  private static String grub(LoopDevice device, String... command) {
    return ExternalCommand.of("grub-fstest", device.device()).with((Object[]) command).run().text();
  }

  @Test
  void its_default_deployment_is_the_image_and_it_can_be_updated() throws Exception {
    Path copy = Files.copy(disk, bench.file("copy.img"));
    try (LoopDevice device = LoopDevice.attach(copy, SYSTEM_OFFSET, SYSTEM_SIZE);
        Mount mount = Mount.of(device.device(), bench.file("top"), "subvolid=5")) {
      Path top = mount.directory();

      assertThat(bench.run("--root", top, "get-default").isDone().out())
          .isEqualTo(bench.image().id() + "\n");
      assertThat(bench.run("--root", top, "verify").isDone().exit()).isZero();
      assertThat(bench.run("--root", top, "update").isDone().error()).contains("Nothing to do");
      assertThat(top.resolve("@home")).isDirectory();
    }
  }

  @Test
  void nothing_of_the_installation_stays() throws Exception {
    bench.isTidy();
  }
}
