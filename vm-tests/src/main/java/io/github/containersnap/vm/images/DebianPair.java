package io.github.containersnap.vm.images;

import io.github.containersnap.vm.images.build.DebianBase;
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
 * The pair that the gate checks when it is given none: Debian with kernel, initrd, systemd and
 * btrfs-progs, about 190 MB, and the same with one upper layer of about 37 MB that changes some 400
 * files, adds 160, removes 140 and brings another initrd.
 */
public final class DebianPair {
  private static final Recipe OLD = Recipe.of("debian-old", "prepare.sh");
  private static final Recipe NEW = Recipe.of("debian-new", "upgrade.sh");

  private final ImageCache cache;
  private final Consumer<String> progress;
  private final DebianBase base;

  /**
   * @param cache where the images are kept
   * @param progress told in words what takes long
   */
  public DebianPair(ImageCache cache, Consumer<String> progress) {
    this.cache = cache;
    this.progress = progress;
    this.base = DebianBase.plain(cache, progress);
  }

  /**
   * The pair, made if the cache does not have it.
   *
   * @throws ImageBuildException if this machine cannot make it; the message says why
   */
  public ImagePair make() {
    Path oldLayout = cache.entry("debian-old", oldInputs(), this::buildOld).resolve("layout");
    List<String> inputs = new ArrayList<>(oldInputs());
    inputs.addAll(NEW.inputs());
    Path newLayout =
        cache.entry("debian-new", inputs, entry -> buildNew(entry, oldLayout)).resolve("layout");
    return new ImagePair(
        new ImageInLayout(
            oldLayout, ImageWorkshop.TAG, "Debian " + DebianBase.SUITE + ", version 1"),
        new ImageInLayout(
            newLayout, ImageWorkshop.TAG, "Debian " + DebianBase.SUITE + ", version 2"));
  }

  private List<String> oldInputs() {
    List<String> inputs = new ArrayList<>(base.inputs());
    inputs.addAll(OLD.inputs());
    return inputs;
  }

  private void buildOld(Path entry) throws IOException {
    Path archive = base.archive();
    progress.accept("making the old Debian image of it (once, about 5 s) …");
    try (ImageWorkshop workshop = new ImageWorkshop(entry.resolve("workshop"))) {
      Files.move(workshop.buildOn(archive, OLD, "layout"), entry.resolve("layout"));
    }
  }

  private void buildNew(Path entry, Path oldLayout) throws IOException {
    progress.accept("making the new Debian image, with another initrd (once, about 15 s) …");
    try (ImageWorkshop workshop = new ImageWorkshop(entry.resolve("workshop"))) {
      Map<String, String> arguments = Map.of("OLD", workshop.use("old", oldLayout));
      Path layout = workshop.build(NEW, "layout", arguments);
      SharedBlobs.link(oldLayout, layout);
      Files.move(layout, entry.resolve("layout"));
    }
  }
}
