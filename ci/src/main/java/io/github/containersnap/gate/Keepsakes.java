package io.github.containersnap.gate;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.experiment.Recording;
import io.github.containersnap.vm.images.ImagePair;
import java.nio.file.Path;

/**
 * What {@code --keep} leaves for a person to look at with other tools.
 *
 * @param directory where to leave it
 */
record Keepsakes(Path directory) {

  /** Refuses a directory that cannot take them. */
  void prepare() {
    OutputDirectory output = new OutputDirectory("--keep", directory);
    output.requireWritable();
    output.requireEmpty();
  }

  /**
   * Leaves them.
   *
   * @param publicLog the write log for other tools
   */
  void keep(Recording recording, Path publicLog, ImagePair pair) {
    copy(recording.base().image(), directory.resolve("base.img"));
    copy(publicLog, directory.resolve("write.log"));
    copy(pair.oldImage().layoutDirectory(), directory.resolve("old"));
    copy(pair.newImage().layoutDirectory(), directory.resolve("new"));
  }

  private static void copy(Path source, Path target) {
    ExternalCommand.of("cp", "-r", "-T", "--sparse=always", source, target).run();
  }
}
