package io.github.containersnap.install;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.install.disk.EfiArchitecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirmwareEntryTest {
  private static final String FOUND = "Firmware finds it at EFI/BOOT/BOOTX64.EFI.";

  @TempDir private Path directory;
  private Path calls;

  @BeforeEach
  void prepare() {
    calls = directory.resolve("calls");
  }

  /** A program in the place of efibootmgr, which writes down its arguments. */
  private FirmwareEntry entry(int status) throws IOException {
    Path program =
        Files.writeString(
            directory.resolve("efibootmgr"),
            "#!/bin/sh\nprintf '%%s\\n' \"$@\" >%s\necho no room >&2\nexit %d\n"
                .formatted(calls, status));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return new FirmwareEntry(directory, program.toString());
  }

  private TargetDisk device(String removable) throws IOException {
    Path sys = Files.createDirectory(directory.resolve("sdb"));
    Files.writeString(sys.resolve("removable"), removable + "\n");
    Path node = Path.of("/dev/sdb");
    return new TargetDisk.Device(node, new BlockDevice(node, sys));
  }

  @Test
  void a_built_in_disk_gets_an_entry_for_its_esp() throws Exception {
    String told = entry(0).make(device("0"), EfiArchitecture.X86_64, true);

    assertThat(told).isEqualTo("This machine's firmware has a new entry for it and boots it next.");
    assertThat(calls)
        .hasContent(
            """
            --quiet
            --create
            --disk
            /dev/sdb
            --part
            1
            --label
            container-snap
            --loader
            \\EFI\\BOOT\\BOOTX64.EFI
            """);
  }

  @Test
  void that_the_firmware_takes_no_entry_is_said_and_no_failure() throws Exception {
    assertThat(entry(5).make(device("0"), EfiArchitecture.X86_64, true))
        .startsWith(FOUND + " It has no entry for it (`")
        .contains("ended with status 5: no room");
  }

  @Test
  void no_entry_is_made_where_none_is_wanted_or_none_would_last() throws Exception {
    assertThat(entry(0).make(device("1"), EfiArchitecture.X86_64, true))
        .isEqualTo(FOUND + " It has no entry for it (the disk can be taken out).");
    assertThat(
            entry(0)
                .make(
                    new TargetDisk.NewFile(Path.of("/f"), new Bytes(0)),
                    EfiArchitecture.X86_64,
                    true))
        .isEqualTo(FOUND);
    assertThat(calls).doesNotExist();
  }

  @Test
  void no_entry_is_made_if_the_user_does_not_want_one() throws Exception {
    assertThat(entry(0).make(device("0"), EfiArchitecture.X86_64, false))
        .isEqualTo(FOUND + " It has no entry for it (--no-nvram).");
    assertThat(calls).doesNotExist();
  }

  @Test
  void no_entry_is_made_on_a_machine_without_efi_variables() throws Exception {
    assertThat(
            new FirmwareEntry(directory.resolve("none"), "efibootmgr")
                .make(device("0"), EfiArchitecture.AARCH64, true))
        .isEqualTo(
            "Firmware finds it at EFI/BOOT/BOOTAA64.EFI. It has no entry for it (this machine was"
                + " not started by EFI firmware).");
  }
}
