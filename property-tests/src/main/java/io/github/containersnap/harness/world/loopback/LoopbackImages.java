package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.harness.registry.LocalRegistry;
import io.github.containersnap.harness.testkit.TestImage;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.HistoryImage.Specification;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The images of histories for real tools: as OCI layouts, and in a registry once one is wanted. */
final class LoopbackImages implements AutoCloseable {
  private final Workspace workspace;
  private final Map<Specification, Path> layouts = new HashMap<>();
  private final Set<Specification> pushed = new HashSet<>();
  private Optional<LocalRegistry> registry = Optional.empty();

  LoopbackImages(Workspace workspace) {
    this.workspace = workspace;
  }

  /** The directory of an image's layout. */
  synchronized Path layout(HistoryImage image) {
    return layouts.computeIfAbsent(image.specification(), _ -> made(image));
  }

  private Path made(HistoryImage image) {
    try {
      TestImage layout = TestImage.in(workspace.file(name(image)));
      List<String> layers = new ArrayList<>();
      for (byte[] archive : image.archives()) {
        layers.add(layout.add(archive));
      }
      String id = layout.complete(image.configuration(), layers);
      if (!id.equals(image.id().hex())) {
        throw new IllegalStateException("%s is not %s".formatted(id, image.id()));
      }
      return layout.directory();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make image " + image.specification(), e);
    }
  }

  private static String name(HistoryImage image) {
    Specification it = image.specification();
    return "image-%d.%d-%s"
        .formatted(it.base(), it.version(), it.health().name().toLowerCase(Locale.ROOT));
  }

  /** The name and tag of an image in the registry, which has it from then on. */
  synchronized String inRegistry(HistoryImage image) {
    String name = "os:" + name(image);
    if (pushed.add(image.specification())) {
      registry().push("oci:" + layout(image), name);
    }
    return name;
  }

  /** {@code HOST:PORT} of the registry. */
  synchronized String registryAddress() {
    return registry().address();
  }

  private LocalRegistry registry() {
    if (registry.isEmpty()) {
      try {
        registry = Optional.of(LocalRegistry.open(workspace, "registry"));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot start a registry", e);
      }
    }
    return registry.get();
  }

  @Override
  public synchronized void close() {
    registry.ifPresent(LocalRegistry::close);
  }
}
