package io.github.containersnap.harness.live;

import io.github.containersnap.adapter.RealPorts;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A machine that runs a deployment of a disk of its own, as far as a process can tell: it is shown
 * a root, /var, /proc, /dev and an empty /run in a mount namespace, and this machine's own /usr, so
 * that there is something to run. Each command gets a new namespace, as after a reboot.
 */
final class RunningMachine implements AutoCloseable {
  /** A copy of the deployment, outside of the place for deployments. */
  static final String OTHER_SUBVOLUME = "mount -o subvol=@rescue \"$device\" \"$root\"";

  /** No btrfs at all. */
  static final String TMPFS =
      """
      mount -t tmpfs tmpfs "$root"
      (cd "$root"; mkdir -p usr var dev proc sys run tmp
       ln -s usr/bin bin; ln -s usr/sbin sbin; ln -s usr/lib lib; ln -s usr/lib64 lib64)\
      """;

  /** The names that mountinfo has for devices are not those of the nodes in /dev. */
  static final String OTHER_DEVICE_NAMES =
      """
      mount -t tmpfs tmpfs "$root/dev"
      for node in null zero random urandom; do
        cp -a "/dev/$node" "$root/dev/$node"
      done
      cp -a "$device" "$root/dev/disk-of-another-name"
      """;

  /** The host of {@link #withHost}. */
  static final String HOST = "mount -o subvol=@rootfs \"$device\" \"$root\"; var_in_root=yes";

  private static final String SCRIPT =
      """
      set -eu
      device=$1 root=$2 java=$3 classpath=$4 images=$5
      eval "$7"
      if [ -z "${var_in_root:-}" ]; then
        mount -o subvol=@var "$device" "$root/var"
      fi
      mount --bind /usr "$root/usr"
      mount -t proc proc "$root/proc"
      mount --rbind /sys "$root/sys"
      mount --rbind /dev "$root/dev"
      mount -t tmpfs tmpfs "$root/run"
      mount -t tmpfs tmpfs "$root/tmp"
      mkdir "$root/run/java" "$root/run/classpath" "$root/run/images"
      mount --bind "$java" "$root/run/java"
      mount --bind "$classpath" "$root/run/classpath"
      mount --bind "$images" "$root/run/images"
      cat >"$root/run/container-snap.sh" <<'END'
      container_snap() {
        /run/java/bin/java --enable-native-access=ALL-UNNAMED -XX:TieredStopAtLevel=1 -XX:+UseSerialGC \\
          -cp '/run/classpath/*:/run/classpath/classes' \\
          io.github.containersnap.cli.Main "$@"
      }
      END
      eval "$8"
      exec chroot "$root" /bin/sh -euc '. /run/container-snap.sh; cd /; '"$6"
      """;

  /** The deployment {@code id}. */
  static String deployment(String id) {
    return "mount -o subvol=@var/lib/container-snap/deployments/%s \"$device\" \"$root\""
        .formatted(id);
  }

  private final Path directory;
  private final LoopDevice device;

  private RunningMachine(Path directory, LoopDevice device) {
    this.directory = directory;
    this.device = device;
  }

  /** A machine with {@code image} on a new disk. */
  static RunningMachine with(OneLayerImage image, Path images, Workspace workspace)
      throws IOException {
    SystemDisk disk = SystemDisk.create(workspace.file("disk.img"), 300L << 20);
    Path directory = Files.createDirectory(workspace.file("machine"));
    copyClassPath(directory.resolve("classpath"));
    Files.createDirectory(directory.resolve("root"));
    Files.createSymbolicLink(directory.resolve("images"), images);
    LoopDevice device = disk.attachSystem();
    try (Mount mount = Mount.of(device.device(), workspace.file("top"), "subvolid=5")) {
      install(image, mount.directory(), workspace.file("podman"));
    } catch (RuntimeException e) {
      device.close();
      throw e;
    }
    return new RunningMachine(directory, device);
  }

  /** A machine with a Debian host that runs from /@rootfs, /var within, and nothing of ours. */
  static RunningMachine withHost(Path images, Workspace workspace) throws IOException {
    SystemDisk disk = SystemDisk.create(workspace.file("disk.img"), 300L << 20);
    Path directory = Files.createDirectory(workspace.file("machine"));
    copyClassPath(directory.resolve("classpath"));
    Files.createDirectory(directory.resolve("root"));
    Files.createSymbolicLink(directory.resolve("images"), images);
    LoopDevice device = disk.attachSystem();
    try (Mount mount = Mount.of(device.device(), workspace.file("top"), "subvolid=5")) {
      for (String name : List.of("@boot", "@var", "@home")) {
        ExternalCommand.of("btrfs", "subvolume", "delete", mount.directory().resolve(name)).run();
      }
      Path root = mount.directory().resolve("@rootfs");
      ExternalCommand.of("btrfs", "subvolume", "create", root).run();
      OneLayerImage.system(root, 0);
      Files.createDirectories(root.resolve("boot/grub"));
      Files.writeString(root.resolve("boot/grub/grub.cfg"), "source $prefix/custom.cfg\n");
      Files.writeString(root.resolve("home/letter"), "Dear\n");
    } catch (RuntimeException | IOException e) {
      device.close();
      throw e;
    }
    return new RunningMachine(directory, device);
  }

  private static void install(OneLayerImage image, Path top, Path podman) {
    DeploymentLayout layout = new DeploymentLayout(top);
    Machine machine =
        new Machine(
            RealPorts.of(layout, new Podman(podman, true)),
            layout,
            Optional.empty(),
            Progress.NONE);
    new Initialization(machine).run();
    new Update(machine).run(new ImageReference(image.reference()));
    Path deployment = layout.deployment(machine.byDefault().orElseThrow());
    ExternalCommand.of("btrfs", "subvolume", "snapshot", deployment, top.resolve("@rescue")).run();
  }

  private static void copyClassPath(Path target) throws IOException {
    Files.createDirectory(target);
    Path classes = Files.createDirectory(target.resolve("classes"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry).toAbsolutePath();
      if (entry.endsWith(".jar")) {
        Files.copy(path, target.resolve(path.getFileName()));
      } else if (entry.endsWith("/classes")) {
        ExternalCommand.of("cp", "-r", path + "/.", classes).run();
      }
    }
  }

  /**
   * Runs shell commands inside the running deployment {@code id}; {@code container_snap} is the
   * command line, /run/images holds the images.
   */
  CommandOutput run(String id, String commands) {
    return run(deployment(id), "", commands);
  }

  /**
   * Runs shell commands inside another system.
   *
   * @param rootMount the shell commands that mount its root
   * @param change shell commands that change something before the root is entered
   */
  CommandOutput run(String rootMount, String change, String commands) {
    return ExternalCommand.of("unshare", "--mount", "--propagation", "private")
        .with("sh", "-c", SCRIPT, "sh")
        .with(device.device(), directory.resolve("root"), System.getProperty("java.home"))
        .with(directory.resolve("classpath"), directory.resolve("images"), commands)
        .with(rootMount, change)
        .runAnyStatus();
  }

  @Override
  public void close() {
    device.close();
  }
}
