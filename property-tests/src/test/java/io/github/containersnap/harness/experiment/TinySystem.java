package io.github.containersnap.harness.experiment;

import java.io.IOException;
import java.nio.file.Path;

/** What layers of a tiny system hold above {@link TinyImages#base}, in two versions. */
final class TinySystem {
  private TinySystem() {}

  static void first(Path root) throws IOException {
    TinyImages.write(root, "etc/os-release", "PRETTY_NAME=\"Tiny 1\"\n");
    TinyImages.write(root, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    TinyImages.write(root, "etc/group", "root:x:0:\n");
    TinyImages.write(root, "etc/shadow", "root:*:20000:0:99999:7:::\n");
    TinyImages.write(root, "root/.profile", "# of the image\n");
    TinyImages.write(root, "home/.keep", "");
    TinyImages.write(root, "boot/grub2/grub.cfg", configuration("6.1.0"));
  }

  /** The second version, with another kernel, for above a layer with the first one's kernel. */
  static void second(Path root) throws IOException {
    secondByItself(root);
    TinyImages.write(root, "usr/lib/modules/.wh.6.1.0", "");
  }

  static void secondByItself(Path root) throws IOException {
    first(root);
    TinyImages.write(root, "etc/os-release", "PRETTY_NAME=\"Tiny 2\"\n");
    TinyImages.kernel(root, "6.2.0");
    TinyImages.write(root, "boot/grub2/grub.cfg", configuration("6.2.0"));
    TinyImages.write(root, "etc/motd", "welcome to 2\n");
    TinyImages.write(root, "etc/group", "root:x:0:\nservice:x:900:\n");
    TinyImages.write(
        root,
        "usr/lib/systemd/system/container-snap-bless.service",
        "[Service]\nExecStart=container-snap bless\n");
  }

  /** For a boot loader that follows the default subvolume. */
  private static String configuration(String kernel) {
    return """
    set default=0
    set timeout=3
    menuentry 'Tiny' --id tiny {
      linux /usr/lib/modules/%1$s/vmlinuz root=LABEL=SYSTEM rw
      initrd /usr/lib/modules/%1$s/initramfs.img
    }
    """
        .formatted(kernel);
  }
}
