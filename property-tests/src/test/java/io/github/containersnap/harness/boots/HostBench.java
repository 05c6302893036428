package io.github.containersnap.harness.boots;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.registry.LocalRegistry;
import io.github.containersnap.harness.testkit.SharedParameter;
import io.github.containersnap.harness.updater.CommandLineUpdater;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.vm.images.BrokenHost;
import io.github.containersnap.vm.images.DebianHostPair;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.build.HostPackage;
import io.github.containersnap.vm.machine.MachineDisk;
import io.github.containersnap.vm.machine.MachinePlan;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A disk with the old Debian host and its owner's changes, made once for all tests, of which
 * machines boot copies; and a registry with what they update to.
 */
final class HostBench implements AutoCloseable {
  private static final long DISK_BYTES = 4L << 30;
  private static final Duration LIMIT = Duration.ofMinutes(40);

  private final MachineRoom room;
  private final DebianHostPair images;
  private final CommandLineUpdater updater;
  private final SystemDisk base;
  private final LocalRegistry registry;
  private Optional<RunningHost> running = Optional.empty();

  private HostBench(MachineRoom room) {
    this.room = room;
    images = new DebianHostPair(room.cache(), _ -> {}, HostPackage.ofThisBuild());
    updater = new CommandLineUpdater(room.workspace().file("host-runtime"), Mutants.NONE);
    base = room.installed(updater, old(), DISK_BYTES);
    try {
      registry = LocalRegistry.open(room.workspace(), "host-registry");
    } catch (IOException e) {
      throw new IllegalStateException("there is no registry for hosts", e);
    }
    registry.push(good().reference(), "host:2");
  }

  /** Gives all test classes the same bench, which is closed after the last. */
  static final class Shared extends SharedParameter<HostBench> {
    Shared() {
      super(HostBench.class, context -> new HostBench(MachineRoom.of(context)));
    }
  }

  ImageInLayout old() {
    return images.make().oldImage();
  }

  ImageInLayout good() {
    return images.make().newImage();
  }

  MachineRoom room() {
    return room;
  }

  LocalRegistry registry() {
    return registry;
  }

  /** The old system's pristine deployment. */
  DeploymentId oldId() {
    return id(old());
  }

  /** The new one's. */
  DeploymentId newId() {
    return id(good());
  }

  private static DeploymentId id(ImageInLayout image) {
    return BootBench.id(image);
  }

  /** How a guest names the good successor. */
  String goodReference() {
    return inGuest(registry.address()) + "/host:2";
  }

  /** How a guest names a broken successor, which is in the registry from then on. */
  String brokenReference(BrokenHost how) {
    String name = "host:" + how.fault();
    registry.push(images.broken(how).reference(), name);
    return inGuest(registry.address()) + "/" + name;
  }

  /** The broken successor's pristine deployment. */
  DeploymentId brokenId(BrokenHost how) {
    return id(images.broken(how));
  }

  /** How a guest names what is at an address of this machine. */
  static String inGuest(String address) {
    return "docker://" + MachinePlan.seenByGuest(address);
  }

  /** A machine with a disk of its own, on which the old system is installed. */
  TestMachine machine() {
    return machine(room.copyOf(base));
  }

  /** A machine with this disk. */
  TestMachine machine(SystemDisk disk) {
    return new TestMachine(room, updater, disk, HostBench::plan);
  }

  /**
   * A machine on which the old system is up and blessed: a boot that all tests share, made by the
   * first that asks.
   */
  synchronized RunningHost running() {
    if (running.isEmpty()) {
      long begin = System.nanoTime();
      TestMachine machine = machine();
      Path state = room.workspace().file("running-host.state");
      try (VirtualMachine booted = machine.start()) {
        Host host = new Host(booted).awaitUp(1);
        System.out.printf(
            "boot of the old system: %d s%n",
            Duration.ofNanos(System.nanoTime() - begin).toSeconds());
        host.assertRuns(oldId(), 1);
        booted.suspendTo(state);
      }
      running = Optional.of(new RunningHost(this, machine.disk(), state));
    }
    return running.get();
  }

  /**
   * What a host has beside its disk. It has one processor: of two that are emulated on a machine
   * with other work, one gets no timer interrupts for minutes.
   */
  static MachinePlan plan(MachineDisk disk) {
    return MachinePlan.ofDebianHost(disk).withProcessors(1).limitedTo(LIMIT);
  }

  @Override
  public void close() {
    registry.close();
  }
}
