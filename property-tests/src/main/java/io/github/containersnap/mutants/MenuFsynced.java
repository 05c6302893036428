package io.github.containersnap.mutants;

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
 * What is to be made durable is, as textbooks have it, by fsync of the files and their directory,
 * and not by a commit of the filesystem. The kernel replays its log tree; GRUB does not (DESIGN
 * fact 3).
 */
final class MenuFsynced extends BtrfsDecorator {
  MenuFsynced(Btrfs real) {
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
