package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.harness.registry.Registry;
import io.github.containersnap.harness.testkit.LayoutInMaking;
import io.github.containersnap.harness.world.SimulatedImage;
import io.github.containersnap.harness.world.SimulatedImage.Specification;
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
final class Images implements AutoCloseable {
  private final Workspace workspace;
  private final Map<Specification, Path> layouts = new HashMap<>();
  private final Set<Specification> pushed = new HashSet<>();
  private Optional<Registry> registry = Optional.empty();

  Images(Workspace workspace) {
    this.workspace = workspace;
  }

  /** The directory of an image's layout. */
  synchronized Path layout(SimulatedImage image) {
    return layouts.computeIfAbsent(image.specification(), _ -> made(image));
  }

  private Path made(SimulatedImage image) {
    try {
      LayoutInMaking layout = LayoutInMaking.in(workspace.file(name(image)));
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

  private static String name(SimulatedImage image) {
    Specification it = image.specification();
    return "image-%d.%d-%s"
        .formatted(it.base(), it.version(), it.health().name().toLowerCase(Locale.ROOT));
  }

  /** The name and tag of an image in the registry, which has it from then on. */
  synchronized String inRegistry(SimulatedImage image) {
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

  private Registry registry() {
    if (registry.isEmpty()) {
      try {
        registry = Optional.of(Registry.open(workspace, "registry"));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot start a registry", e);
      }
    }
    return registry.get();
  }

  @Override
  public synchronized void close() {
    registry.ifPresent(Registry::close);
  }
}
