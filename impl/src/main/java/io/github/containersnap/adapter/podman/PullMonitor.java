package io.github.containersnap.adapter.podman;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.adapter.linux.TemporaryDirectory;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.PullProgress;
import io.github.containersnap.engine.port.ImageStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Tells how far a pull is while podman is at it, from what can be seen in the graphroot: the blobs
 * that grow in its {@code tmp}, and the layers that its index lists.
 *
 * <p>What podman prints is of no use: without a terminal it names each blob once, when it begins,
 * and how it does so changes with its versions. Only reads; what cannot be read at one look is seen
 * at the next.
 */
final class PullMonitor implements AutoCloseable {
  private static final long MILLISECONDS_BETWEEN_LOOKS = 200;

  private final Path blobs;
  private final StoreIndex index;
  private final List<ImageStore.Layer> layers;
  private final Consumer<PullProgress> heard;
  private final Set<String> before;
  private final Bytes total;
  private final Thread thread;
  private Optional<PullProgress> last = Optional.empty();

  private PullMonitor(Path graphRoot, ImageStore.Resolved image, Consumer<PullProgress> heard) {
    this.blobs = graphRoot.resolve("tmp");
    // Not through the port of the transaction: how often it looks depends on the time.
    this.index = new StoreIndex(new LinuxFiles(), graphRoot);
    this.layers = image.layers();
    this.heard = heard;
    this.before = held().orElseGet(Set::of);
    this.total = sizes(layer -> !before.contains(layer.diffId()));
    this.thread = Thread.ofPlatform().name("pull-watch").daemon().unstarted(this::watch);
  }

  /** Begins to tell {@code heard}, from a thread of its own, until it is closed. */
  static PullMonitor of(Path graphRoot, ImageStore.Resolved image, Consumer<PullProgress> heard) {
    PullMonitor watch = new PullMonitor(graphRoot, image, heard);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    try {
      while (true) {
        look(arrivedBlobs());
        Thread.sleep(MILLISECONDS_BETWEEN_LOOKS);
      }
    } catch (InterruptedException closed) {
      // The pull has ended; closing takes the last look.
    }
  }

  private void look(Bytes inBlobs) {
    held().ifPresent(held -> tell(held, inBlobs));
  }

  /** The layers that are whole; unreadable is no reason for a pull to fail: it is proven later. */
  private Optional<Set<String>> held() {
    try {
      return Optional.of(Set.copyOf(new HashSet<>(index.diffIds())));
    } catch (UncheckedIOException unreadable) {
      return Optional.empty();
    }
  }

  private void tell(Set<String> held, Bytes inBlobs) {
    Bytes unpacked =
        sizes(layer -> held.contains(layer.diffId()) && !before.contains(layer.diffId()));
    Bytes arrived = larger(larger(inBlobs, unpacked), lastArrived());
    PullProgress transfer =
        new PullProgress(
            layers.stream()
                .map(
                    layer ->
                        new PullProgress.Layer(
                            layer.diffId(), layer.size(), state(layer.diffId(), held)))
                .toList(),
            arrived.compareTo(total) > 0 ? total : arrived,
            total);
    if (last.filter(transfer::equals).isEmpty()) {
      last = Optional.of(transfer);
      heard.accept(transfer);
    }
  }

  /** A blob that goes away has not gone back. */
  private Bytes lastArrived() {
    return last.map(PullProgress::arrived).orElse(new Bytes(0));
  }

  private static Bytes larger(Bytes left, Bytes right) {
    return left.compareTo(right) > 0 ? left : right;
  }

  private PullProgress.State state(String diffId, Set<String> held) {
    if (before.contains(diffId)) {
      return PullProgress.State.PRESENT;
    }
    return held.contains(diffId) ? PullProgress.State.DONE : PullProgress.State.PENDING;
  }

  private Bytes sizes(Predicate<ImageStore.Layer> counted) {
    return layers.stream()
        .filter(counted)
        .map(ImageStore.Layer::size)
        .reduce(new Bytes(0), Bytes::plus);
  }

  /** podman writes each blob, as it comes, to a file of its own until the image is complete. */
  private Bytes arrivedBlobs() {
    try (Stream<Path> files = Files.walk(blobs)) {
      return new Bytes(files.filter(this::isOfPodman).mapToLong(PullMonitor::size).sum());
    } catch (IOException | UncheckedIOException goneMeanwhile) {
      return new Bytes(0);
    }
  }

  /** And not an archive that was unpacked for it. */
  private boolean isOfPodman(Path file) {
    return !blobs.relativize(file).getName(0).toString().startsWith(TemporaryDirectory.PREFIX);
  }

  private static long size(Path file) {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() ? attributes.size() : 0;
    } catch (IOException goneMeanwhile) {
      return 0;
    }
  }

  /** Ends the watch and tells once more, what there is now. */
  @Override
  public void close() {
    thread.interrupt();
    boolean interrupted = false;
    while (true) {
      try {
        thread.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    look(new Bytes(0));
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
