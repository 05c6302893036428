package io.github.containersnap.mutants;

import io.github.containersnap.adapter.GrubBtrfs;
import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.Machine;
import io.github.containersnap.engine.port.Btrfs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * The boot menu is made durable as textbooks have it, by fsync of the file and its directory, and
 * not by a commit of the filesystem. The kernel replays its log tree; GRUB does not (DESIGN fact
 * 3).
 */
final class MenuFsynced extends BootloaderDecorator {
  private final Machine machine;

  MenuFsynced(Machine machine) {
    super(machine.ports().bootloader());
    this.machine = machine;
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    new GrubBtrfs(
            machine.layout(), machine.ports().files(), new SyncedOnly(machine.ports().btrfs()))
        .replaceMenu(menu);
  }

  private static final class SyncedOnly extends BtrfsDecorator {
    SyncedOnly(Btrfs real) {
      super(real);
    }

    @Override
    public void commit(Path directory) {
      try (Stream<Path> files = Files.list(directory)) {
        List<Path> regular = files.filter(Files::isRegularFile).toList();
        for (Path path : regular) {
          sync(path);
        }
        sync(directory);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot sync " + directory, e);
      }
    }

    private static void sync(Path path) throws IOException {
      try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
