package io.github.containersnap.harness.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.disk.FailingDisk;
import io.github.containersnap.loopback.disk.IoFault;
import io.github.containersnap.loopback.disk.IoFault.Access;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Data that the disk does not take. btrfs then commits its trees without it, so the file has a
 * hole, and BTRFS_IOC_SYNC (`btrfs filesystem sync`) reports success; until memory runs short the
 * file still reads as it should.
 */
@ExtendWith(SharedBench.class)
class LostWriteTest {
  private static final IoFault NEXT_WRITE = new IoFault(Access.WRITE, 1, false);

  private final FaultBench bench;

  LostWriteTest(FaultBench bench) {
    this.bench = bench;
  }

  /** What is done on a disk that fails on demand. */
  private interface Work {
    void on(FaultedSystem machine, FailingDisk disk) throws IOException;
  }

  private void onFailingCopy(Work work) throws IOException {
    Path image = bench.copy();
    try (FailingDisk disk = FailingDisk.start(bench.base().at(image), bench.workspace());
        LoopDevice loop = disk.disk().attachSystem()) {
      bench.on(loop, machine -> work.on(machine, disk));
    } finally {
      Files.delete(image);
    }
  }

  @Test
  void a_commit_that_loses_data_fails_once() throws IOException {
    onFailingCopy(
        (machine, disk) -> {
          BtrfsProgs btrfs = new BtrfsProgs();
          btrfs.commit(machine.top());
          disk.arm(NEXT_WRITE);
          Files.write(machine.layout().var().resolve("lost"), new byte[100_000]);

          assertThatThrownBy(() -> btrfs.commit(machine.top()))
              .hasMessageContaining("syncfs on")
              .hasMessageContaining("EIO");
          btrfs.commit(machine.top());
        });
  }

  @Test
  void a_replacement_whose_content_is_lost_fails_and_leaves_the_old_file() throws IOException {
    onFailingCopy(
        (machine, disk) -> {
          BtrfsProgs btrfs = new BtrfsProgs();
          LinuxFiles files = new LinuxFiles();
          Path file = machine.layout().var().resolve("replaced");
          files.replaceDurably(file, "old");
          btrfs.commit(machine.top());
          disk.arm(NEXT_WRITE);

          assertThatThrownBy(() -> files.replaceDurably(file, "new".repeat(50_000)))
              .hasMessageContaining("replaced")
              .hasMessageContaining("Input/output error");
          assertThat(file).hasContent("old");
          assertThat(SystemFiles.unfinished(file)).doesNotExist();
          assertThatThrownBy(() -> btrfs.commit(machine.top())).hasMessageContaining("EIO");
          btrfs.commit(machine.top());
        });
  }

  @Test
  void an_update_whose_data_is_lost_fails_and_the_next_one_needs_no_reboot() throws IOException {
    onFailingCopy(
        (machine, disk) -> {
          new BtrfsProgs().commit(machine.top());
          Files.write(machine.layout().var().resolve("lost"), new byte[100_000]);
          disk.arm(NEXT_WRITE); // the first that is written out is that file or one of the update's
          Updater.Result result = machine.run("update", bench.second().reference());

          FaultedSystem.requireClearFailure(result);
          assertThat(result.complaint()).contains("EIO");
          machine.requireOld();
          machine.succeeds("update", bench.second().reference());
          machine.requireNew();
        });
  }
}
