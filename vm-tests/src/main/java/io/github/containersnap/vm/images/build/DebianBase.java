package io.github.containersnap.vm.images.build;

import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A bootable Debian tree, made once by mmdebstrap and kept as a tar archive in the cache: a plain
 * one, or one with all that a host needs which updates itself.
 */
public final class DebianBase {
  public static final String SUITE = DebianTree.SUITE;

  /** Raised when this class makes another tree from the same packages. */
  private static final String REVISION = "1";

  private static final List<String> PACKAGES =
      List.of(
          "systemd",
          "systemd-sysv",
          "udev",
          "linux-image-cloud-amd64",
          "initramfs-tools",
          "btrfs-progs",
          "kmod",
          "iproute2",
          "passwd",
          "login",
          "busybox-static",
          "libcap2-bin");

  /**
   * What container-snap's package depends on, a way to get an address, a quicker initrd, and what
   * logind needs to know who is logged in and what inhibits a restart.
   */
  private static final List<String> PACKAGES_OF_A_HOST =
      Stream.concat(
              PACKAGES.stream(),
              Stream.of(
                  "podman", "crun", "skopeo", "zlib1g", "mount", "zstd", "dbus", "libpam-systemd"))
          .toList();

  private static final List<String> PACKAGES_OF_A_PLAIN_HOST =
      Stream.concat(PACKAGES_OF_A_HOST.stream(), Stream.of("grub-efi-amd64")).toList();

  /**
   * What mmdebstrap takes over from this machine, and what no image should know. Not left to the
   * image's recipe: while that runs, buildah mounts files of its own over two of these.
   */
  private static final String FORGET_THE_BUILDING_MACHINE =
      "rm -f \"$1/etc/resolv.conf\" \"$1/etc/apt/sources.list\""
          + " && echo container-snap >\"$1/etc/hostname\" && chmod 644 \"$1/etc/hostname\"";

  private static final String REQUIRE_BTRFS_IN_INITRD =
      "for initrd in \"$1\"/boot/initrd.img-*; do"
          + " chroot \"$1\" lsinitramfs \"${initrd#\"$1\"}\" | grep -q '/btrfs[.]ko'"
          + " || { echo \"E: $initrd has no btrfs module\" >&2; exit 1; }; done";

  private final ImageCache cache;
  private final Consumer<String> progress;
  private final String name;
  private final DebianTree tree;

  private DebianBase(
      ImageCache cache, Consumer<String> progress, String name, List<String> packages) {
    this.cache = cache;
    this.progress = progress;
    this.name = name;
    this.tree =
        new DebianTree(packages, List.of(FORGET_THE_BUILDING_MACHINE, REQUIRE_BTRFS_IN_INITRD));
  }

  /** One that boots, and no more. */
  public static DebianBase plain(ImageCache cache, Consumer<String> progress) {
    return new DebianBase(cache, progress, "debian-base", PACKAGES);
  }

  /** One with podman, skopeo and what else container-snap's package depends on. */
  public static DebianBase host(ImageCache cache, Consumer<String> progress) {
    return new DebianBase(cache, progress, "debian-host-base", PACKAGES_OF_A_HOST);
  }

  /** The same with the boot loader that Debian's installer puts on machines with UEFI. */
  public static DebianBase plainHost(ImageCache cache, Consumer<String> progress) {
    return new DebianBase(cache, progress, "debian-plain-host-base", PACKAGES_OF_A_PLAIN_HOST);
  }

  /** All that decides what the tree contains, as far as it is ours to decide. */
  public List<String> inputs() {
    List<String> inputs = new ArrayList<>(List.of(REVISION));
    inputs.addAll(tree.inputs());
    return inputs;
  }

  /** The tree as a tar archive, with owners and extended attributes. */
  public Path archive() {
    return cache.entry(name, inputs(), this::build).resolve("base.tar");
  }

  private void build(Path directory) throws IOException {
    progress.accept(
        "building the tree %s from Debian packages (once, about 45 s) …".formatted(name));
    tree.makeIn(directory, "base.tar");
  }
}
