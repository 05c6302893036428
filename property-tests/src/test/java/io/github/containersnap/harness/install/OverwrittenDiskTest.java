package io.github.containersnap.harness.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OverwrittenDiskTest {
  private Workbench bench;

  @BeforeEach
  void prepare() throws Exception {
    bench = new Workbench();
  }

  @AfterEach
  void remove() {
    bench.close();
  }

  @Test
  void an_empty_device_is_installed_on_without_a_question() throws Exception {
    Path file = bench.zeros("device.img", Workbench.DISK_BYTES);
    try (LoopDevice device = LoopDevice.attach(file, 0, Workbench.DISK_BYTES)) {
      Workbench.Result result = bench.install(device.device()).isDone();

      assertThat(result.error())
          .endsWith(
              "Firmware finds it at EFI/BOOT/BOOTX64.EFI. It has no entry for it (the disk can be"
                  + " taken out).\n");
      assertThat(partitions(device.device())).containsExactly("ESP", "SYSTEM");
    }
    bench.isTidy();
  }

  @Test
  void with_yes_nothing_of_the_old_content_is_found_afterwards() throws Exception {
    Path file = bench.zeros("disk.img", Workbench.DISK_BYTES);
    ExternalCommand.of("sgdisk", "--new=1:2048:100000", "--new=2:100001:0", file).run();

    Workbench.Result result = bench.install(file, "--yes").isDone();

    assertThat(result.error())
        .contains(file + ", 400.0 MiB, has a GPT with 2 partitions: ")
        .contains(". It is overwritten (--yes).\n");
    assertThat(partitions(file)).containsExactly("ESP", "SYSTEM");
    // Again, over the system that was just made.
    bench.install(file, "--yes").isDone();
    assertThat(partitions(file)).containsExactly("ESP", "SYSTEM");
    bench.isTidy();
  }

  private static Iterable<String> partitions(Path disk) {
    return ExternalCommand.of("partx", "--show", "--noheadings", "--output", "NAME", disk)
        .run()
        .lines()
        .stream()
        .map(String::strip)
        .toList();
  }
}
