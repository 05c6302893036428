package io.github.containersnap.gate;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.experiment.Recording;
import io.github.containersnap.vm.images.ImagePair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What {@code --keep} leaves for a person to look at with other tools.
 *
 * @param directory where to leave it
 */
record Keepsakes(Path directory) {
  void keep(Recording recording, ImagePair pair) throws IOException {
    Files.createDirectories(directory);
    copy(recording.base().image(), directory.resolve("base.img"));
    Files.deleteIfExists(directory.resolve("write.log"));
    recording.log().copyTo(directory.resolve("write.log"));
    copy(pair.oldImage().layoutDirectory(), directory.resolve("old"));
    copy(pair.newImage().layoutDirectory(), directory.resolve("new"));
  }

  private static void copy(Path source, Path target) {
    ExternalCommand.of("cp", "-r", "-T", "--sparse=always", source, target).run();
  }
}
