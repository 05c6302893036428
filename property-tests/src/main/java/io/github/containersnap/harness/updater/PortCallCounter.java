package io.github.containersnap.harness.updater;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.port.Bootloader;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.engine.port.SystemLock;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts the engine's calls of its ports, and tells of each before it is made. */
public final class PortCallCounter {
  private final Hears hears;
  private final AtomicInteger count = new AtomicInteger();

  /** Hears of each call. */
  public interface Hears {
    /**
     * A call is about to be made.
     *
     * @param number its number, from 1
     * @param call the port and the method, as in {@code Btrfs.commit}
     */
    void call(int number, String call);
  }

  /** A counter. */
  public PortCallCounter(Hears hears) {
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
              hears.call(count.incrementAndGet(), port.getSimpleName() + "." + method.getName());
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            }));
  }
}
