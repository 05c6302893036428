package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.adapter.bootloader.GrubBtrfs;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.harness.world.RunningCommand;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Real ports, each call of which is one of a command, counted as the simulated ports count them:
 * what strikes the command strikes there.
 */
final class CountedPorts {
  private final RunningCommand command;
  private final Consumer<String> beforeCall;

  /**
   * Of a command.
   *
   * @param beforeCall hears of each call, in words, before it is made
   */
  CountedPorts(RunningCommand command, Consumer<String> beforeCall) {
    this.command = command;
    this.beforeCall = beforeCall;
  }

  /**
   * These ports, counted.
   *
   * @param created what time it was in the history
   * @param lock which counts its own calls
   */
  Ports of(
      Ports real,
      DeploymentLayout layout,
      InstantSource clock,
      UnaryOperator<Instant> created,
      SystemLock lock) {
    Btrfs btrfs = counted(Btrfs.class, real.btrfs(), layout, created);
    SystemFiles files = counted(SystemFiles.class, real.files(), layout, created);
    return new Ports(
        btrfs,
        counted(ImageStore.class, real.store(), layout, created),
        new GrubBtrfs(layout, files, btrfs),
        files,
        lock,
        clock);
  }

  private <T> T counted(
      Class<T> port, T real, DeploymentLayout layout, UnaryOperator<Instant> created) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (_, method, arguments) -> {
              Object[] given = arguments == null ? new Object[0] : arguments;
              String name = words(method, given, layout);
              beforeCall.accept(name);
              Object result = call(name, () -> invoke(real, method, given));
              return result instanceof Instant time ? created.apply(time) : result;
            }));
  }

  /** If the process ends in the very call that opened a watch, the kernel closes that. */
  @SuppressWarnings("NullAway") // what a void method returns
  private Object call(String name, Supplier<Object> work) {
    Object[] made = new Object[1];
    boolean returned = false;
    try {
      Object result = command.call(name, () -> made[0] = work.get());
      returned = true;
      return result;
    } finally {
      if (!returned && made[0] instanceof Btrfs.Watch opened) {
        opened.close();
      }
    }
  }

  @SuppressWarnings("NullAway") // what a void method returns
  private static Object invoke(Object real, Method method, Object[] arguments) {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error error -> throw error;
        default -> throw new IllegalStateException("a port call failed", e.getCause());
      }
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("ports are public", e);
    }
  }

  /** The method's name as words, and the paths that it was given. */
  private static String words(Method method, Object[] arguments, DeploymentLayout layout) {
    String name = method.getName().replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    String paths =
        Arrays.stream(arguments)
            .filter(Path.class::isInstance)
            .map(Path.class::cast)
            .map(path -> path.startsWith(layout.system()) ? layout.system().relativize(path) : path)
            .map(Path::toString)
            .collect(Collectors.joining(" to "));
    return paths.isEmpty() ? name : name + " " + paths;
  }
}
