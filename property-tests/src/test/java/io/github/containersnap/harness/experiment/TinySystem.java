package io.github.containersnap.harness.experiment;

import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.harness.testkit.TinyImages;
import java.io.IOException;

/** What layers of a tiny system hold above {@link TinyImages#base}, in two versions. */
final class TinySystem {
  private TinySystem() {}

  static void first(TestTree tree) throws IOException {
    tree.write("etc/os-release", "PRETTY_NAME=\"Tiny 1\"\n");
    tree.write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    tree.write("etc/group", "root:x:0:\n");
    tree.write("etc/shadow", "root:*:20000:0:99999:7:::\n");
    tree.write("root/.profile", "# of the image\n");
    tree.write("home/.keep", "");
    tree.write("boot/grub2/grub.cfg", configuration("6.1.0"));
  }

  /** The second version, with another kernel, for above a layer with the first one's kernel. */
  static void second(TestTree tree) throws IOException {
    secondByItself(tree);
    tree.write("usr/lib/modules/.wh.6.1.0", "");
  }

  static void secondByItself(TestTree tree) throws IOException {
    first(tree);
    tree.write("etc/os-release", "PRETTY_NAME=\"Tiny 2\"\n");
    tree.kernel("6.2.0");
    tree.write("boot/grub2/grub.cfg", configuration("6.2.0"));
    tree.write("etc/motd", "welcome to 2\n");
    tree.write("etc/group", "root:x:0:\nservice:x:900:\n");
    tree.write(
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
