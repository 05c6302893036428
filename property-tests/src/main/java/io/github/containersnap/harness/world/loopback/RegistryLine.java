package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.harness.registry.FaultProxy;
import io.github.containersnap.harness.registry.PullFault;
import io.github.containersnap.harness.registry.RequestMatcher;
import io.github.containersnap.harness.world.WorldFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The line to the registry, which can break. It is laid when it is first asked for. */
final class RegistryLine implements AutoCloseable {
  private final LoopbackImages images;
  private Optional<FaultProxy> proxy = Optional.empty();

  RegistryLine(LoopbackImages images) {
    this.images = images;
  }

  private FaultProxy proxy() {
    if (proxy.isEmpty()) {
      try {
        proxy = Optional.of(FaultProxy.before(images.registryAddress()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot lay a line to the registry", e);
      }
    }
    return proxy.get();
  }

  /** Host and port under which a command reaches the registry over this line. */
  String address() {
    return proxy().address();
  }

  /** Breaks the line for every request that follows {@code after} more. */
  void breakAfter(int after, WorldFault.LineBreaks broken) {
    proxy().strike(RequestMatcher.everything().after(after), fault(broken));
  }

  /** Breaks the line now. */
  void breakNow(WorldFault.LineBreaks broken) {
    proxy().strike(RequestMatcher.everything(), fault(broken));
  }

  private static PullFault fault(WorldFault.LineBreaks broken) {
    return switch (broken.kind()) {
      case CUT -> new PullFault.Cut(0, true);
      case CORRUPT -> new PullFault.Corrupted(10);
      case ERROR -> new PullFault.Status(503);
      case STALL -> new PullFault.Stall(0);
    };
  }

  void heal() {
    proxy.ifPresent(FaultProxy::heal);
  }

  @Override
  public void close() {
    proxy.ifPresent(FaultProxy::close);
  }
}
