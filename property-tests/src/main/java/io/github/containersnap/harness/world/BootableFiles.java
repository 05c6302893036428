package io.github.containersnap.harness.world;

import io.github.containersnap.harness.world.Node.Attributes;
import io.github.containersnap.harness.world.Node.RegularFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.compress.archivers.cpio.CpioArchiveEntry;
import org.apache.commons.compress.archivers.cpio.CpioArchiveOutputStream;

/**
 * What an image needs so that a real machine starts it: the same for all such images, but that each
 * base's initrd knows which base it is of.
 *
 * @param kernel a Linux kernel
 * @param initrd an early userland that mounts the root on btrfs, leaves its {@code
 *     /etc/image-version} as {@code /dev/initrd-image-version} and starts {@code /sbin/init}
 * @param busybox a static busybox
 */
public record BootableFiles(NodeContent kernel, NodeContent initrd, NodeContent busybox) {
  private static final String INIT = "init";
  private static final String MARKER = "etc/image-version";
  private static final int ALIGNMENT = 4;

  /** The files of a base layer, by path. */
  Map<String, RegularFile> files(int base) {
    String modules = "usr/lib/modules/6." + base + "/";
    Map<String, RegularFile> files = new TreeMap<>();
    files.put(modules + "vmlinuz", file(kernel, 0644));
    files.put(modules + "initramfs.img", file(initrd(base), 0644));
    files.put("usr/bin/busybox", file(busybox, 0755));
    files.put("usr/sbin/init", file(init(), 0755));
    files.put("sbin/init", file(init(), 0755));
    return files;
  }

  private static RegularFile file(NodeContent content, int mode) {
    return RegularFile.onDisk(Attributes.of(mode), 0, content);
  }

  /**
   * The early userland, and behind it an archive with a marker that replaces its own: the kernel
   * unpacks one after the other (kernel documentation, "initramfs buffer format").
   */
  private NodeContent initrd(int base) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.writeBytes(initrd.bytes());
    while (all.size() % ALIGNMENT != 0) {
      all.write(0);
    }
    byte[] text = (base + "\n").getBytes(StandardCharsets.US_ASCII);
    try (CpioArchiveOutputStream archive = new CpioArchiveOutputStream(all)) {
      CpioArchiveEntry entry = new CpioArchiveEntry(MARKER, text.length);
      entry.setMode(CpioArchiveEntry.C_ISREG | 0644);
      entry.setTime(0);
      archive.putArchiveEntry(entry);
      archive.write(text);
      archive.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write to memory", e);
    }
    return NodeContent.of(all.toByteArray());
  }

  private static NodeContent init() {
    try (InputStream in = BootableFiles.class.getResourceAsStream(INIT)) {
      if (in == null) {
        throw new IllegalStateException("the init of startable images was not packaged");
      }
      return NodeContent.of(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the init of startable images", e);
    }
  }
}
