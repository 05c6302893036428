package io.github.containersnap.harness.registry;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.testkit.SharedParameter;
import io.github.containersnap.harness.testkit.TinyImage;
import io.github.containersnap.harness.testkit.TinyImages;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A machine without deployments, and an image; made once for all tests of this package. */
final class Stand implements AutoCloseable {
  private static final long DISK_BYTES = 400L << 20;

  private final Workspace workspace;
  private final TinyImage image;
  private final LoopDevice loop;
  private final Mount mount;
  private final Path home;

  private Stand() throws IOException {
    workspace =
        Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"));
    image = new TinyImages(workspace.file("image-1")).version(1);
    home = Files.createDirectory(workspace.file("home"));
    loop = SystemDisk.create(workspace.file("disk.img"), DISK_BYTES).attachSystem();
    mount = Mount.of(loop.device(), workspace.file("top"), "noatime");
    CommandOutput init = run("init");
    if (!init.succeeded()) {
      throw new IllegalStateException("init failed: " + init.standardError());
    }
  }

  /** Gives all test classes the same stand, which is closed after the last. */
  static final class Shared extends SharedParameter<Stand> {
    Shared() {
      super(Stand.class, _ -> new Stand());
    }
  }

  Workspace workspace() {
    return workspace;
  }

  /** The image, of two layers. */
  TinyImage image() {
    return image;
  }

  /** The home directory of who calls the command line: podman's and skopeo's settings are there. */
  Path home() {
    return home;
  }

  /** Runs the command line in a process of its own, whose environment is like that of a service. */
  CommandOutput run(String... arguments) {
    return run(Map.of(), arguments);
  }

  /** As {@link #run(String...)} with more in the environment. */
  CommandOutput run(Map<String, String> environment, String... arguments) {
    return runBehind(ExternalCommand.of("env"), environment, arguments);
  }

  /** As {@link #run(Map, String...)}, started by the program {@code starter}. */
  CommandOutput runBehind(
      ExternalCommand starter, Map<String, String> environment, String... arguments) {
    Map<String, String> all = new HashMap<>(Map.of("HOME", home.toString()));
    all.putAll(environment);
    ExternalCommand command =
        starter.with("env", "-u", "REGISTRY_AUTH_FILE", "-u", "XDG_RUNTIME_DIR");
    for (Map.Entry<String, String> variable : all.entrySet()) {
      command = command.with(variable.getKey() + "=" + variable.getValue());
    }
    return command
        .with(Path.of(System.getProperty("java.home"), "bin/java"))
        .with("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED")
        .with("-cp", System.getProperty("java.class.path"))
        .with("io.github.containersnap.cli.Main", "--root", mount.directory())
        .with((Object[]) arguments)
        .runAnyStatus();
  }

  /** podman's graphroot. */
  Path store() {
    return mount.directory().resolve("@var/lib/container-snap/snapshots");
  }

  /** Takes all images out of the store. */
  void emptyTheStore() {
    Path store = store();
    ExternalCommand.of("sh", "-c", "btrfs subvolume delete \"$0\"/btrfs/subvolumes/* >&2 || true")
        .with(store)
        .run();
    ExternalCommand.of("sh", "-c", "rm -rf \"$0\"/*", store).run();
  }

  @Override
  public void close() {
    mount.close();
    loop.close();
    workspace.close();
  }
}
