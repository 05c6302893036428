package io.github.containersnap.gate.check;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.gate.cases.KeptDisk;
import io.github.containersnap.gate.run.OutputDirectory;
import io.github.containersnap.gate.run.UnusableInputException;
import io.github.containersnap.harness.experiment.Recording;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.ImagePair;
import java.nio.file.Path;

/**
 * What {@code --keep} leaves for a person to look at with other tools.
 *
 * @param directory where to leave it
 */
record KeptFiles(Path directory) {

  /** Refuses a directory that cannot take them. */
  void prepare() {
    OutputDirectory output = new OutputDirectory("--keep", directory);
    output.requireWritable();
    output.requireEmpty();
    if (directory.toAbsolutePath().normalize().toString().contains(":")) {
      throw new UnusableInputException(
          "--keep %s has a colon in its path, which image references cannot carry; name another."
              .formatted(directory));
    }
  }

  /**
   * Leaves the images.
   *
   * @return the copies, for the experiment to be made with: what it records names them, and they
   *     are there for as long as the rest is
   */
  ImagePair keep(ImagePair pair) {
    return new ImagePair(keep(pair.oldImage(), "old"), keep(pair.newImage(), "new"));
  }

  private ImageInLayout keep(ImageInLayout image, String name) {
    Path copy = directory.toAbsolutePath().normalize().resolve(name);
    copy(image.layoutDirectory(), copy);
    return new ImageInLayout(copy, image.tag(), image.description());
  }

  /**
   * Leaves the disk before the update, and the write log for other tools.
   *
   * @param publicLog that log
   */
  void keep(Recording recording, Path publicLog) {
    copy(recording.base().image(), directory.resolve(KeptDisk.BASE));
    copy(publicLog, directory.resolve(KeptDisk.LOG));
  }

  /** Copies a file or a directory with all that is in it. */
  static void copy(Path source, Path target) {
    ExternalCommand.of("cp", "-r", "-T", "--sparse=always", source, target).run();
  }
}
