package io.github.containersnap.install.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RequiredProgramsTest {
  private static final String[] PROGRAMS = {
    "sgdisk",
    "mkfs.vfat",
    "mmd",
    "mcopy",
    "grub-mkimage",
    "mkfs.btrfs",
    "btrfs",
    "losetup",
    "wipefs",
    "partx",
    "blkid"
  };

  @TempDir private Path directory;

  @BeforeEach
  void makeAll() throws Exception {
    for (String program : PROGRAMS) {
      assertThat(Files.createFile(directory.resolve(program)).toFile().setExecutable(true))
          .isTrue();
    }
    Files.createDirectories(directory.resolve("grub/x86_64-efi"));
    Files.createFile(directory.resolve("grub/x86_64-efi/normal.mod"));
  }

  private RequiredPrograms requirements() {
    return new RequiredPrograms("/nowhere::" + directory, directory.resolve("grub"));
  }

  @Test
  void nothing_is_missing_where_all_is_there() {
    assertThat(requirements().missing(EfiArchitecture.X86_64)).isEmpty();
  }

  @Test
  void a_missing_program_is_named_with_the_package_that_brings_it() throws Exception {
    Files.delete(directory.resolve("sgdisk"));

    assertThat(requirements().missing(EfiArchitecture.X86_64))
        .contains(new RequiredPrograms.Missing("sgdisk", "gdisk"));
  }

  @Test
  void modules_of_grub_are_looked_for_by_the_kind_of_firmware() {
    assertThat(requirements().missing(EfiArchitecture.AARCH64))
        .contains(
            new RequiredPrograms.Missing(directory + "/grub/arm64-efi", "grub-efi-arm64-bin"));
  }

  @Test
  void firmware_is_known_by_the_name_that_java_has_for_the_processor() {
    assertThat(EfiArchitecture.of("amd64")).contains(EfiArchitecture.X86_64);
    assertThat(EfiArchitecture.of("aarch64")).contains(EfiArchitecture.AARCH64);
    assertThat(EfiArchitecture.of("riscv64")).isEmpty();
  }
}
