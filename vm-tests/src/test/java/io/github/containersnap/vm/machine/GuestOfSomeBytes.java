package io.github.containersnap.vm.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;

/** A guest that a PC BIOS starts: says "HI" on its first serial port, then stops. */
final class GuestOfSomeBytes {
  static final Pattern SAYS = Pattern.compile("HI\n");

  private static final byte[] CODE = {
    (byte) 0xba, (byte) 0xf8, 0x03, // mov dx, 0x3f8
    (byte) 0xb0, 'H', (byte) 0xee, // mov al, 'H'; out dx, al
    (byte) 0xb0, 'I', (byte) 0xee, // mov al, 'I'; out dx, al
    (byte) 0xb0, '\n', (byte) 0xee, // mov al, 10; out dx, al
    (byte) 0xf4, (byte) 0xeb, (byte) 0xfd // hlt; and again
  };

  private static final int BYTES = 1 << 20;
  private static final int SIGNATURE = 510;

  private GuestOfSomeBytes() {}

  /** A machine that boots it from {@code disk}, a file that is made. */
  static MachinePlan on(Path disk) {
    byte[] content = Arrays.copyOf(CODE, BYTES);
    content[SIGNATURE] = 0x55;
    content[SIGNATURE + 1] = (byte) 0xaa;
    try {
      Files.write(disk, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return MachinePlan.booting(new MachineDisk.Overlaid(disk))
        .with(GuestFirmware.BIOS)
        .withMemoryMebibytes(64);
  }
}
