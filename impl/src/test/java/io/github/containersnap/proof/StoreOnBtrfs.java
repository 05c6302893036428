package io.github.containersnap.proof;

import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real podman store on a btrfs of its own, in a file on a loop device. Needs root. */
final class StoreOnBtrfs implements AutoCloseable {
  private static final String SIZE = "1G";

  private final Path directory;
  private final Path mount;
  private final List<String> loopDevices = new ArrayList<>();
  private int copies;

  /** Makes the filesystem, with everything it needs below {@code directory}. */
  StoreOnBtrfs(Path directory) throws IOException {
    this.directory = directory;
    this.mount = Files.createDirectory(directory.resolve("mount"));
    Path disk = directory.resolve("disk");
    ExternalCommand.of("truncate", "-s", SIZE, disk).run();
    ExternalCommand.of("mkfs.btrfs", "-q", disk).run();
    mount(disk);
    Files.writeString(
        directory.resolve("containers.conf"),
        """
        [containers]
        default_ulimits = ["nofile=20000:20000","nproc=4096:4096"]
        [network]
        network_backend = "netavark"
        [engine]
        runtime = "runc"
        cgroup_manager = "cgroupfs"
        events_logger = "none"
        static_dir = "%1$s/static"
        tmp_dir = "%1$s/tmp"
        volume_path = "%1$s/volumes"
        """
            .formatted(directory));
    Files.writeString(
        directory.resolve("storage.conf"),
        """
        [storage]
        driver = "btrfs"
        graphroot = "%s"
        runroot = "%s/run"
        """
            .formatted(graphRoot(), directory));
    Files.writeString(
        directory.resolve("policy.json"), "{\"default\":[{\"type\":\"insecureAcceptAnything\"}]}");
  }

  private void mount(Path disk) {
    String device = ExternalCommand.of("losetup", "-f", "--show", disk).run().text();
    loopDevices.add(device);
    ExternalCommand.of("mount", "-t", "btrfs", device, mount).run();
  }

  private void unmount() {
    ExternalCommand.of("umount", "-l", mount).run();
    ExternalCommand.of("losetup", "-d", loopDevices.getLast()).run();
  }

  /** Goes on with what the disk has at this moment, and loses all else. */
  void cutPower() {
    Path disk = directory.resolve("disk-after-the-cut");
    ExternalCommand.of("cp", "--sparse=always", directory.resolve("disk"), disk).run();
    unmount();
    mount(disk);
  }

  /** Removes a copy of the store. */
  void remove(Path copy) {
    for (Path layer : list(copy.resolve("btrfs").resolve("subvolumes"))) {
      ExternalCommand.of("btrfs", "subvolume", "delete", layer).run();
    }
    ExternalCommand.of("rm", "-r", copy).run();
  }

  /** podman's graph root. */
  Path graphRoot() {
    return mount.resolve("store");
  }

  /** Pulls an image out of a layout with podman. */
  void pull(Path layout, String tag) {
    podman("pull", "-q", "--signature-policy", directory.resolve("policy.json"))
        .with("oci:" + layout + ":" + tag)
        .run();
  }

  /** Removes all images. */
  void clear() {
    podman("image", "rm", "--all", "--force").run();
  }

  private ExternalCommand podman(Object... arguments) {
    return ExternalCommand.of("podman")
        .with(arguments)
        .withEnvironment("CONTAINERS_CONF", directory.resolve("containers.conf").toString())
        .withEnvironment("CONTAINERS_STORAGE_CONF", directory.resolve("storage.conf").toString());
  }

  /** A copy of the store that a test may damage: the subvolumes as snapshots, the rest as files. */
  Path copy() {
    Path copy = mount.resolve("copy" + copies++);
    Path subvolumes = copy.resolve("btrfs").resolve("subvolumes");
    ExternalCommand.of("mkdir", "-p", subvolumes).run();
    ExternalCommand.of(
            "cp",
            "-a",
            graphRoot().resolve("btrfs-images"),
            graphRoot().resolve("btrfs-layers"),
            copy)
        .run();
    for (Path layer : list(graphRoot().resolve("btrfs").resolve("subvolumes"))) {
      ExternalCommand.of("btrfs", "subvolume", "snapshot", layer, subvolumes).run();
    }
    return copy;
  }

  private static List<Path> list(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    ExternalCommand.of("umount", mount).run();
    ExternalCommand.of("losetup", "-d", loopDevices.getLast()).run();
  }
}
