package io.github.containersnap.engine;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.engine.deployment.Deployments;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.UnprovenImageException;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.Bootloader;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ports over plain directories and memory that note, in order, every call that changes something or
 * waits for the disk. Nothing of btrfs is real here: snapshots are copies, subvolumes directories.
 */
public final class RecordingPorts {
  private static final Set<String> READS =
      Set.of(
          "read",
          "readBytes",
          "isDirectory",
          "names",
          "exists",
          "facts",
          "scan",
          "menu",
          "defaultSubvolume",
          "filesystemId",
          "countsBoots",
          "list",
          "missing",
          "isSubvolume",
          "isReadOnly",
          "look",
          "nested",
          "created",
          "generation",
          "space",
          "resolve",
          "inodeFlags",
          "watchLosses");

  private final Path system;
  private final Path image;
  private final List<String> calls = new ArrayList<>();

  private ImageId imageId = new ImageId("a".repeat(64));
  private Optional<String> failing = Optional.empty();
  private long layerBytes = 1000;
  private int unprovenPulls;
  private Optional<BootMenu> menu = Optional.empty();
  private boolean menuIsDamaged;
  private boolean countsBoots = true;
  private Optional<BootedDeployment> boot = Optional.empty();

  /** Ports for a system in {@code directory}, which also holds the image. */
  public RecordingPorts(Path directory) {
    this.system = directory.resolve("system");
    this.image = directory.resolve("image");
    try {
      write("usr/lib/modules/6.12/vmlinuz");
      write("usr/lib/modules/6.12/initramfs.img");
      write("usr/lib/modules/6.12/modules.dep");
      write("sbin/init").toFile().setExecutable(true);
      Files.writeString(write("etc/os-release"), "PRETTY_NAME=\"Tiny 1\"\n");
      for (String mountPoint : List.of("dev", "proc", "run", "sys", "var")) {
        Files.createDirectories(image.resolve(mountPoint));
      }
      Files.createDirectories(system);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path write(String path) throws IOException {
    Path file = image.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, path);
  }

  /** The next pull brings another image: the same tree under another id. */
  public void offer(ImageId other) {
    imageId = other;
  }

  /** From now on calls whose text begins so fail. */
  public void failAt(String callPrefix) {
    failing = Optional.of(callPrefix);
  }

  /** What the image's only layer claims to need. */
  void claimLayerOf(long bytes) {
    layerBytes = bytes;
  }

  /** So many of the next pulls bring something that does not stand the proof. */
  void spoilPulls(int count) {
    unprovenPulls = count;
  }

  /** The menu cannot be read from now on, until it is replaced. */
  void damageMenu() {
    menuIsDamaged = true;
  }

  /** The image's deployments bless themselves from now on. */
  public void addTheBlessingUnit() {
    try {
      write(Deployments.BLESSING_UNIT);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The boot loader does not count boots. */
  void countNoBoots() {
    countsBoots = false;
  }

  /** The machine has come up so. */
  public void boot(BootedDeployment how) {
    boot = Optional.of(how);
  }

  /** The menu in force. */
  public Optional<BootMenu> menu() {
    return menu;
  }

  /** The image's tree, to be changed before it is pulled. */
  public Path image() {
    return image;
  }

  /** The machine, not running. */
  public Machine machine(Progress progress) {
    return new Machine(ports(), layout(), boot, progress);
  }

  /** The machine, not running; what it notes is added to {@code notes}. */
  public Machine machineThatNotes(List<String> notes) {
    return machine(
        new Progress() {
          @Override
          public void enters(UpdateStep step) {}

          @Override
          public void notes(String line) {
            notes.add(line);
          }
        });
  }

  DeploymentLayout layout() {
    return new DeploymentLayout(system);
  }

  /** The calls so far; the list starts anew. */
  public List<String> takeCalls() {
    List<String> taken = List.copyOf(calls);
    calls.clear();
    return taken;
  }

  private Ports ports() {
    return new Ports(
        noted(Btrfs.class, "btrfs", new PlainDirectories()),
        noted(ImageStore.class, "store", new OneImage()),
        noted(Bootloader.class, "bootloader", new MenuInMemory()),
        noted(SystemFiles.class, "files", new LinuxFiles()),
        noted(SystemLock.class, "lock", () -> () -> calls.add("lock.release")),
        InstantSource.system());
  }

  private <T> T noted(Class<T> port, String name, T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              Object[] given = arguments == null ? new Object[0] : arguments;
              String call = name + "." + method.getName() + inWords(given);
              if (!READS.contains(method.getName())) {
                calls.add(call);
              }
              if (failing.filter(call::startsWith).isPresent()) {
                throw new UncheckedIOException(new IOException("injected at " + call));
              }
              if (method.getName().equals("reserve")) {
                return Files.createFile((Path) given[0]); // the real one needs a btrfs
              }
              try {
                return method.invoke(real, given);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }

  /** The paths among the arguments, from the system's top level; long ids shortened. */
  private String inWords(Object[] arguments) {
    return Stream.of(arguments)
        .filter(Path.class::isInstance)
        .map(Path.class::cast)
        .map(path -> path.startsWith(system) ? system.relativize(path) : path.getFileName())
        .map(Path::toString)
        .map(path -> path.replace("@var/lib/container-snap/", ""))
        .map(path -> path.replaceAll("([0-9a-f])\\1{63}", "$1"))
        .collect(Collectors.joining(" -> ", "(", ")"));
  }

  private static final class PlainDirectories implements Btrfs {
    private final LinuxFiles files = new LinuxFiles();

    @Override
    public String filesystemId(Path anywhere) {
      return "00000000-0000-0000-0000-000000000000";
    }

    @Override
    public void snapshot(Path source, Path target) {
      files.createDirectories(target);
      files.copyTree(source, target);
    }

    @Override
    public void createSubvolume(Path target) {
      files.createDirectories(target);
    }

    @Override
    public void deleteSubvolume(Path subvolume) {
      files.deleteTree(subvolume);
    }

    @Override
    public boolean isSubvolume(Path path) {
      return files.exists(path);
    }

    @Override
    public List<Path> nested(Path subvolume) {
      return subvolume.endsWith("etc")
          ? List.of()
          : Stream.of(subvolume.resolve("etc")).filter(files::exists).toList();
    }

    @Override
    public Instant created(Path subvolume) {
      return Instant.EPOCH;
    }

    /** Every subvolume has been changed since it was made. */
    @Override
    public Generation generation(Path subvolume) {
      return new Generation(1, 2);
    }

    @Override
    public boolean isReadOnly(Path subvolume) {
      return true;
    }

    @Override
    public void setReadOnly(Path subvolume, boolean readOnly) {}

    @Override
    public String defaultSubvolume(Path topLevel) {
      return "";
    }

    @Override
    public void setDefault(Path subvolume) {}

    @Override
    public void awaitFreed(Path anywhere) {}

    @Override
    public void commit(Path anywhere) {}

    @Override
    public Space space(Path anywhere) {
      return new Space(Bytes.ofMebibytes(100), Bytes.ofMebibytes(100));
    }
  }

  private final class OneImage implements ImageStore {
    private final List<ImageId> held = new ArrayList<>();

    @Override
    public void initialize() {}

    @Override
    public Resolved resolve(ImageReference reference) {
      Layer layer = new Layer("sha256:0", new Bytes(layerBytes), true);
      return new Resolved(imageId, "sha256:1", List.of(layer));
    }

    @Override
    public Bytes missing(Resolved resolved) {
      return resolved.layers().getFirst().size();
    }

    @Override
    public ImageId pull(ImageReference reference) {
      held.add(imageId);
      return imageId;
    }

    @Override
    public Proven prove(ImageId id) {
      if (unprovenPulls-- > 0) {
        throw new UnprovenImageException(id, "a file is empty.");
      }
      return new Proven(image, TreeScan.of(image));
    }

    @Override
    public void discard(ImageId id) {
      held.remove(id);
    }

    @Override
    public void wipe() {
      held.clear();
    }

    @Override
    public void removeLeftovers() {}

    @Override
    public List<Stored> list() {
      return held.stream().map(id -> new Stored(id, Optional.empty(), List.of())).toList();
    }
  }

  private final class MenuInMemory implements Bootloader {
    @Override
    public void initialize() {}

    @Override
    public Optional<BootMenu> menu() {
      if (menuIsDamaged) {
        throw new DamagedStateException(layout().bootMenu(), "it has no entry");
      }
      return menu;
    }

    @Override
    public void replaceMenu(BootMenu wanted) {
      menu = Optional.of(wanted);
      menuIsDamaged = false;
    }

    @Override
    public boolean countsBoots() {
      return countsBoots;
    }

    @Override
    public void removeLeftovers() {}
  }
}
