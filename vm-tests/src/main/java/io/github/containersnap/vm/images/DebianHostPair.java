package io.github.containersnap.vm.images;

import io.github.containersnap.vm.images.build.DebianBase;
import io.github.containersnap.vm.images.build.HostPackage;
import io.github.containersnap.vm.images.build.ImageBuildException;
import io.github.containersnap.vm.images.build.ImageWorkshop;
import io.github.containersnap.vm.images.build.Recipe;
import io.github.containersnap.vm.images.cache.ImageCache;
import io.github.containersnap.vm.images.cache.SharedBlobs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A Debian that updates itself: systemd, kernel, podman, skopeo, about 440 MB, and in a layer of
 * its own container-snap's package with its units enabled; and the same with an upper layer of some
 * 20 MB. Network by DHCP; the registry is expected on the machine that emulates it (10.0.2.2). Once
 * it is blessed it says on its console that it is up, and it has a shell on its second serial port.
 */
public final class DebianHostPair {
  private static final Recipe SYSTEM =
      Recipe.of(
          "debian-host-system",
          "prepare.sh",
          "sample-package.sh",
          "dhcp.network",
          "registry.conf",
          "initrd-marker",
          "up-marker.service",
          "guest-shell",
          "guest-shell.service");
  private static final Recipe OLD = Recipe.of("debian-host-old");
  private static final Recipe NEW = Recipe.of("debian-host-new", "upgrade.sh");
  private static final Recipe BROKEN = Recipe.of("debian-host-broken", "break.sh");

  private final ImageCache cache;
  private final Consumer<String> progress;
  private final HostPackage program;
  private final DebianBase base;

  /**
   * @param cache where the images are kept, one pair for each build of the program; all of them
   *     share the system below it
   * @param progress told in words what takes long
   * @param program what is installed in both
   */
  public DebianHostPair(ImageCache cache, Consumer<String> progress, HostPackage program) {
    this.cache = cache;
    this.progress = progress;
    this.program = program;
    this.base = DebianBase.host(cache, progress);
  }

  /**
   * The pair, made if the cache does not have it.
   *
   * @throws ImageBuildException if this machine cannot make it; the message says why
   */
  public ImagePair make() {
    Path pair = cache.entry("debian-host", inputs(), this::build);
    return new ImagePair(
        new ImageInLayout(pair.resolve("old"), ImageWorkshop.TAG, "Debian host, version 1"),
        new ImageInLayout(pair.resolve("new"), ImageWorkshop.TAG, "Debian host, version 2"));
  }

  /**
   * A successor of the new image that does not come up, made if the cache does not have it.
   *
   * @throws ImageBuildException if this machine cannot make it; the message says why
   */
  public ImageInLayout broken(BrokenHost how) {
    ImageInLayout whole = make().newImage();
    List<String> inputs = new ArrayList<>(inputs());
    inputs.addAll(BROKEN.inputs());
    inputs.add(how.fault());
    Path entry =
        cache.entry(
            "debian-host-" + how.fault(), inputs, draft -> buildBroken(draft, whole, how.fault()));
    return new ImageInLayout(
        entry.resolve("layout"), ImageWorkshop.TAG, "Debian host, " + how.fault());
  }

  private List<String> inputs() {
    List<String> inputs = new ArrayList<>(base.inputs());
    inputs.add(program.digest());
    inputs.addAll(SYSTEM.inputs());
    inputs.addAll(OLD.inputs());
    inputs.addAll(NEW.inputs());
    return inputs;
  }

  private void build(Path entry) throws IOException {
    Path system = system();
    progress.accept("making the images of a Debian host (once for each build, about 60 s) …");
    try (ImageWorkshop workshop = new ImageWorkshop(entry.resolve("workshop"))) {
      Files.copy(program.file(), workshop.context(OLD).resolve("container-snap.deb"));
      Path oldLayout = workshop.build(OLD, "old", Map.of("SYSTEM", workshop.use("system", system)));
      SharedBlobs.link(system, oldLayout);
      Path newLayout = workshop.build(NEW, "new", Map.of("OLD", workshop.built("old")));
      SharedBlobs.link(oldLayout, newLayout);
      Files.move(oldLayout, entry.resolve("old"));
      Files.move(newLayout, entry.resolve("new"));
    }
  }

  /** The layout of what the host is without the program. */
  private Path system() {
    List<String> inputs = new ArrayList<>(base.inputs());
    inputs.addAll(SYSTEM.inputs());
    return cache.entry("debian-host-system", inputs, this::buildSystem).resolve("layout");
  }

  private void buildSystem(Path entry) throws IOException {
    Path archive = base.archive();
    progress.accept("making the system of a Debian host (once, about 60 s) …");
    try (ImageWorkshop workshop = new ImageWorkshop(entry.resolve("workshop"))) {
      Files.move(workshop.buildOn(archive, SYSTEM, "layout"), entry.resolve("layout"));
    }
  }

  private static void buildBroken(Path entry, ImageInLayout whole, String fault)
      throws IOException {
    try (ImageWorkshop workshop = new ImageWorkshop(entry.resolve("workshop"))) {
      Map<String, String> arguments =
          Map.of("OLD", workshop.use("whole", whole.layoutDirectory()), "FAULT", fault);
      Path layout = workshop.build(BROKEN, "layout", arguments);
      SharedBlobs.link(whole.layoutDirectory(), layout);
      Files.move(layout, entry.resolve("layout"));
    }
  }
}
