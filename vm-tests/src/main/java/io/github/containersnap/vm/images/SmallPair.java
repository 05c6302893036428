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
 * A pair for quick tests: busybox, the real kernel of the tree that {@link DebianPair} is made of
 * with an initrd that boots it from btrfs, and a few hundred small files; and the same with an
 * upper layer that changes, adds and removes some and brings another initrd.
 */
public final class SmallPair {
  private static final Recipe OLD =
      Recipe.of("small-old", "make-tree.sh", "initrd-init", "inittab", "rcS", "guest-shell");
  private static final Recipe NEW = Recipe.of("small-new", "upgrade.sh");
  private static final Recipe BROKEN = Recipe.of("small-broken", "break.sh");

  private final ImageCache cache;
  private final Consumer<String> progress;
  private final DebianBase base;

  /**
   * @param cache where the images are kept
   * @param progress told in words what takes long
   */
  public SmallPair(ImageCache cache, Consumer<String> progress) {
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
    Path pair = cache.entry("small-pair", inputs(), this::build);
    return new ImagePair(
        new ImageInLayout(pair.resolve("old"), ImageWorkshop.TAG, "small system, version 1"),
        new ImageInLayout(pair.resolve("new"), ImageWorkshop.TAG, "small system, version 2"));
  }

  /**
   * A successor of the new image that does not come up, made if the cache does not have it.
   *
   * @throws ImageBuildException if this machine cannot make it; the message says why
   */
  public ImageInLayout broken(BrokenSuccessor how) {
    ImageInLayout whole = make().newImage();
    List<String> inputs = new ArrayList<>(inputs());
    inputs.addAll(BROKEN.inputs());
    inputs.add(how.fault());
    Path entry =
        cache.entry("small-broken-" + how.fault(), inputs, draft -> buildBroken(draft, whole, how));
    return new ImageInLayout(
        entry.resolve("layout"), ImageWorkshop.TAG, "small system, " + how.fault());
  }

  private List<String> inputs() {
    List<String> inputs = new ArrayList<>(base.inputs());
    inputs.addAll(OLD.inputs());
    inputs.addAll(NEW.inputs());
    return inputs;
  }

  private static void buildBroken(Path entry, ImageInLayout whole, BrokenSuccessor how)
      throws IOException {
    try (ImageWorkshop workshop = new ImageWorkshop(entry.resolve("workshop"))) {
      Map<String, String> arguments =
          Map.of("OLD", workshop.use("whole", whole.layoutDirectory()), "FAULT", how.fault());
      Path layout = workshop.build(BROKEN, "layout", arguments);
      SharedBlobs.link(whole.layoutDirectory(), layout);
      Files.move(layout, entry.resolve("layout"));
    }
  }

  private void build(Path entry) throws IOException {
    Path archive = base.archive();
    progress.accept("making the small images (once, about 15 s) …");
    try (ImageWorkshop workshop = new ImageWorkshop(entry.resolve("workshop"))) {
      Path oldLayout = workshop.buildOn(archive, OLD, "old");
      Path newLayout = workshop.build(NEW, "new", Map.of("OLD", workshop.built("old")));
      SharedBlobs.link(oldLayout, newLayout);
      Files.move(oldLayout, entry.resolve("old"));
      Files.move(newLayout, entry.resolve("new"));
    }
  }
}
