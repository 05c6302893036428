package io.github.containersnap.gate.images;

import io.github.containersnap.vm.images.DebianPair;
import io.github.containersnap.vm.images.ImagePair;
import io.github.containersnap.vm.images.SmallPair;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.nio.file.Path;
import java.util.function.Consumer;

/** The pair that is checked when none is named: Debian, or a small system. */
public record DefaultPair(boolean small) implements PairSource {
  @Override
  public ImagePair make(Path workDirectory, Consumer<String> progress) {
    ImageCache cache = ImageCache.ofThisUser();
    return small ? new SmallPair(cache, progress).make() : new DebianPair(cache, progress).make();
  }
}
