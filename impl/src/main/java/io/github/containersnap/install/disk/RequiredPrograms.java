package io.github.containersnap.install.disk;

import io.github.containersnap.command.ChildEnvironment;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs that {@link EmptySystem} runs, with the Debian packages they are in.
 *
 * @param searchPath directories in which programs are looked for, as in PATH
 * @param grubDirectory where GRUB's modules lie
 */
public record RequiredPrograms(String searchPath, Path grubDirectory) {
  private static final Map<String, String> PACKAGES = new LinkedHashMap<>();

  static {
    PACKAGES.put("sgdisk", "gdisk");
    PACKAGES.put("mkfs.vfat", "dosfstools");
    PACKAGES.put("mmd", "mtools");
    PACKAGES.put("mcopy", "mtools");
    PACKAGES.put("grub-mkimage", "grub-common");
    PACKAGES.put("mkfs.btrfs", "btrfs-progs");
    PACKAGES.put("btrfs", "btrfs-progs");
    PACKAGES.put("losetup", "mount");
    PACKAGES.put("wipefs", "util-linux");
    PACKAGES.put("partx", "util-linux");
    PACKAGES.put("blkid", "util-linux");
  }

  /** Those of this machine. */
  public static RequiredPrograms ofThisMachine() {
    return new RequiredPrograms(ChildEnvironment.SEARCH_PATH, Path.of("/usr/lib/grub"));
  }

  /**
   * What is missing.
   *
   * @param name the program or the directory
   * @param debianPackage what brings it
   */
  public record Missing(String name, String debianPackage) {}

  /** The first thing that this machine lacks to make a disk for {@code firmware}. */
  public Optional<Missing> missing(EfiArchitecture firmware) {
    return Stream.concat(
            PACKAGES.entrySet().stream()
                .filter(program -> !isThere(program.getKey()))
                .map(program -> new Missing(program.getKey(), program.getValue())),
            modules(firmware))
        .findFirst();
  }

  private Stream<Missing> modules(EfiArchitecture firmware) {
    Path directory = grubDirectory.resolve(firmware.grubFormat());
    return Files.exists(directory.resolve("normal.mod"))
        ? Stream.empty()
        : Stream.of(new Missing(directory.toString(), firmware.debianPackage()));
  }

  private boolean isThere(String program) {
    return Stream.of(searchPath.split(File.pathSeparator, -1))
        .filter(directory -> !directory.isEmpty())
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
