package io.github.containersnap.experiment;

import io.github.containersnap.engine.Machine;
import io.github.containersnap.engine.port.Bootloader;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.engine.port.SystemLock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/** Counts the engine's calls of its ports, and tells of each before it is made. */
public final class PortCalls {
  private final IntConsumer hears;
  private final AtomicInteger count = new AtomicInteger();

  /**
   * A counter.
   *
   * @param hears the number of each call, from 1
   */
  public PortCalls(IntConsumer hears) {
    this.hears = hears;
  }

  /** How many there were. */
  public int count() {
    return count.get();
  }

  /** The machine, with its calls counted. */
  public Machine of(Machine machine) {
    Ports real = machine.ports();
    Ports counted =
        new Ports(
            counted(Btrfs.class, real.btrfs()),
            counted(ImageStore.class, real.store()),
            counted(Bootloader.class, real.bootloader()),
            counted(SystemFiles.class, real.files()),
            counted(SystemLock.class, real.lock()),
            real.clock());
    return new Machine(counted, machine.layout(), machine.boot(), machine.progress());
  }

  private <T> T counted(Class<T> port, T real) {
    return port.cast(
        Proxy.newProxyInstance(
            port.getClassLoader(),
            new Class<?>[] {port},
            (proxy, method, arguments) -> {
              hears.accept(count.incrementAndGet());
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
