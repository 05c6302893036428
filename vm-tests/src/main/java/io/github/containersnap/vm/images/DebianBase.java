package io.github.containersnap.vm.images;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** A bootable Debian tree, made once by mmdebstrap and kept as a tar archive in the cache. */
final class DebianBase {
  static final String SUITE = "trixie";

  private static final Path APT = Path.of("/etc/apt");

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

  private static final List<String> LEFT_OUT =
      List.of("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*");

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

  private final Cache cache;
  private final Consumer<String> progress;

  DebianBase(Cache cache, Consumer<String> progress) {
    this.cache = cache;
    this.progress = progress;
  }

  /** All that decides what the tree contains, as far as it is ours to decide. */
  static List<String> inputs() {
    List<String> inputs = new ArrayList<>(List.of(REVISION, SUITE));
    inputs.addAll(PACKAGES);
    inputs.addAll(LEFT_OUT);
    inputs.add(FORGET_THE_BUILDING_MACHINE);
    inputs.add(REQUIRE_BTRFS_IN_INITRD);
    return inputs;
  }

  /** The tree as a tar archive, with owners and extended attributes. */
  Path archive() {
    return cache.entry("debian-base", inputs(), this::build).resolve("base.tar");
  }

  private void build(Path directory) throws IOException {
    progress.accept("building the Debian base tree (once, about 30 s) …");
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    try {
      Contained.command(mmdebstrap(directory, sourceLine(temporary)).toArray())
          .withEnvironment("TMPDIR", temporary.toString())
          .run();
    } catch (CommandFailedException e) {
      throw new ImageBuildException(
          "mmdebstrap could not make a Debian %s tree from this machine's apt sources: %s"
              .formatted(SUITE, ImageWorkshop.tail(e.standardError())),
          e);
    } finally {
      Trees.remove(temporary);
    }
  }

  private static List<Object> mmdebstrap(Path directory, String sourceLine) {
    List<Object> command = new ArrayList<>();
    command.addAll(
        List.of("mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--format=tar"));
    command.add("--architectures=amd64");
    command.add("--include=" + String.join(",", PACKAGES));
    LEFT_OUT.forEach(path -> command.add("--dpkgopt=path-exclude=" + path));
    aptNetworkOptions().forEach(option -> command.add("--aptopt=" + option));
    command.add("--aptopt=Acquire::Retries \"3\";");
    command.add("--customize-hook=" + REQUIRE_BTRFS_IN_INITRD);
    command.add("--customize-hook=" + FORGET_THE_BUILDING_MACHINE);
    command.addAll(List.of(SUITE, directory.resolve("base.tar"), sourceLine));
    return command;
  }

  /** Proxies and certificates that this machine's apt needs to reach its mirror. */
  private static List<String> aptNetworkOptions() {
    return ExternalCommand.of("apt-config", "dump", "--no-empty", "--format", "%f \"%v\";%n")
        .with("Acquire::http", "Acquire::https")
        .run()
        .lines()
        .stream()
        .filter(line -> line.startsWith("Acquire::http"))
        .toList();
  }

  private static String sourceLine(Path temporary) throws IOException {
    AptSource source =
        AptSources.readFrom(APT)
            .debian()
            .orElseThrow(
                () ->
                    new ImageBuildException(
                        "the apt sources of this machine (/etc/apt/sources.list and sources.list.d)"
                            + " name no Debian archive with http or https; add one, then try"
                            + " again"));
    if (source.keyIsInline()) {
      Path key = temporary.resolve("archive-key.asc");
      Files.writeString(key, source.signedBy().orElseThrow());
      source = source.withKeyFile(key.toString());
    }
    return source.line(SUITE);
  }
}
