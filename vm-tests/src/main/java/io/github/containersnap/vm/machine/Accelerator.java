package io.github.containersnap.vm.machine;

import io.github.containersnap.vm.container.ContainerEngine;
import io.github.containersnap.vm.container.QemuContainer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What executes the guest's instructions. */
public enum Accelerator {
  /** The processor itself, by Linux's KVM. */
  KVM("-accel kvm -cpu host", "/dev/kvm"),
  /** QEMU's translator: works everywhere, and takes some ten times as long. */
  TCG("-accel tcg,thread=multi -cpu max", "");

  private static final Logger LOG = LoggerFactory.getLogger(Accelerator.class);
  private static final Duration TIME_TO_PROVE_ITSELF = Duration.ofSeconds(10);

  /**
   * A boot sector: writes "UP" to the first serial port (0x3f8), then 0x10 to isa-debug-exit, by
   * which QEMU ends with status (0x10 &lt;&lt; 1) | 1.
   */
  private static final byte[] TINY_GUEST = {
    (byte) 0xba,
    (byte) 0xf8,
    0x03, // mov dx, 0x3f8
    (byte) 0xb0,
    'U',
    (byte) 0xee, // mov al, 'U'; out dx, al
    (byte) 0xb0,
    'P',
    (byte) 0xee, // mov al, 'P'; out dx, al
    (byte) 0xb0,
    0x10,
    (byte) 0xe6,
    (byte) 0xf4, // mov al, 0x10; out 0xf4, al
    (byte) 0xf4,
    (byte) 0xeb,
    (byte) 0xfd // hlt; and again
  };

  private static final int STATUS_OF_TINY_GUEST = 0x21;
  private static final int SECTOR = 512;

  private static Optional<Accelerator> found = Optional.empty();

  private final String arguments;
  private final String device;

  Accelerator(String arguments, String device) {
    this.arguments = arguments;
    this.device = device;
  }

  /** What it is, for a report. */
  public String inWords() {
    return switch (this) {
      case KVM -> "KVM";
      case TCG -> "emulation (TCG)";
    };
  }

  /** QEMU's arguments. */
  List<String> arguments() {
    return List.of(arguments.split(" ", -1));
  }

  /** The device node it needs. */
  Optional<Path> device() {
    return Optional.of(device).filter(node -> !node.isEmpty()).map(Path::of);
  }

  /**
   * The fastest that works on this machine, found once by starting a guest of 16 bytes on it: a
   * device node that is there, and can even be opened, is no proof.
   */
  public static synchronized Accelerator ofThisMachine(ContainerEngine engine) {
    Accelerator best = found.orElseGet(() -> KVM.proves(engine) ? KVM : TCG);
    found = Optional.of(best);
    return best;
  }

  private boolean proves(ContainerEngine engine) {
    if (device().filter(node -> !Files.exists(node)).isPresent()) {
      return false;
    }
    Path directory = engine.workspace().file(engine.workspace().uniqueName("probe"));
    try (QemuContainer guest = guest(engine, directory)) {
      device().ifPresent(guest::withDevice);
      guest.start();
      int status = guest.awaitEnd(TIME_TO_PROVE_ITSELF);
      boolean proven =
          status == STATUS_OF_TINY_GUEST
              && Files.readString(directory.resolve("console"), StandardCharsets.ISO_8859_1)
                  .contains("UP");
      if (!proven) {
        LOG.info("{} does not work here (status {}): {}", this, status, guest.said());
      }
      return proven;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot try " + this, e);
    } catch (RuntimeException e) {
      LOG.info("{} cannot even be tried here: {}", this, e.toString());
      return false;
    }
  }

  private QemuContainer guest(ContainerEngine engine, Path directory) {
    try {
      byte[] sector = Arrays.copyOf(TINY_GUEST, SECTOR);
      sector[SECTOR - 2] = 0x55;
      sector[SECTOR - 1] = (byte) 0xaa;
      Files.createDirectory(directory);
      Files.write(directory.resolve("guest"), sector);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot make a guest in " + directory, e);
    }
    return new QemuContainer(
        engine,
        TIME_TO_PROVE_ITSELF,
        Map.of(directory, "/machine"),
        "exec qemu-system-x86_64 \"$@\" -machine q35 -m 64 -display none -monitor none -net none"
            + " -serial file:/machine/console -device isa-debug-exit,iobase=0xf4,iosize=4"
            + " -drive if=ide,format=raw,file=/machine/guest",
        arguments(),
        false);
  }
}
