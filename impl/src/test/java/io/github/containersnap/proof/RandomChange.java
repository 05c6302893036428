package io.github.containersnap.proof;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.ExtendedAttributes;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Something that happens to the files of a subvolume; of some of it the proof may say nothing. */
final class RandomChange {
  private static final int KINDS = 14;

  private RandomChange() {}

  /** Does one thing; returns what that was. */
  static String make(Path root, Random random) throws IOException {
    List<Path> files;
    List<Path> directories;
    try (Stream<Path> all = Files.walk(root)) {
      List<Path> sorted = all.sorted().toList();
      files =
          sorted.stream().filter(it -> Files.isRegularFile(it, LinkOption.NOFOLLOW_LINKS)).toList();
      directories =
          sorted.stream().filter(it -> Files.isDirectory(it, LinkOption.NOFOLLOW_LINKS)).toList();
    }
    Path file = files.get(random.nextInt(files.size()));
    Path other = files.get(random.nextInt(files.size()));
    Path directory = directories.get(random.nextInt(directories.size()));
    int kind = random.nextInt(KINDS);
    try {
      change(kind, file, other, directory, random);
    } catch (FileAlreadyExistsException | NoSuchFileException nothingHappened) {
      return "nothing";
    }
    return "%d on %s, %s, %s"
        .formatted(kind, root.relativize(file), root.relativize(other), root.relativize(directory));
  }

  private static void change(int kind, Path file, Path other, Path directory, Random random)
      throws IOException {
    byte[] content = Files.readAllBytes(file);
    switch (kind) {
      case 0 -> Files.write(file, content);
      case 1 -> {
        if (content.length > 0) {
          content[random.nextInt(content.length)] ^= 1;
        }
        Files.write(file, content);
      }
      case 2 -> Files.delete(file);
      case 3 -> Files.move(file, directory.resolve(file.getFileName()));
      case 4 -> Files.createLink(directory.resolve("link" + random.nextInt(100)), file);
      case 5 -> ExternalCommand.of("touch", file).run();
      case 6 -> ExternalCommand.of("chmod", "600", file).run();
      case 7 -> ExtendedAttributes.set(file, "user.a", new byte[] {1});
      case 8 -> Files.writeString(directory.resolve("new" + random.nextInt(100)), "new");
      case 9 -> {
        Path spare = directory.resolve("spare");
        Files.move(file, spare);
        Files.move(spare, file);
      }
      case 10 -> Files.move(file, other, StandardCopyOption.REPLACE_EXISTING);
      case 11 -> Files.createDirectory(directory.resolve("directory" + random.nextInt(100)));
      case 12 -> ExternalCommand.of("chown", "7", directory).run();
      default -> {
        Path spare = file.resolveSibling("spare");
        ExternalCommand.of("cp", "-a", file, spare).run();
        Files.move(spare, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
