package io.github.containersnap.vm.machine;

import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Optional;

/**
 * What a machine has.
 *
 * @param disks its disks; the first one boots
 * @param firmware what starts the boot loader
 * @param memoryMebibytes its memory
 * @param processors how many processors
 * @param network whether it has a network card. Off by default. The guest gets its address by DHCP
 *     and reaches this host as 10.0.2.2; nobody reaches the guest
 * @param debugger whether the guest waits, before its first instruction, for a debugger on {@code
 *     gdb.sock} in its directory
 * @param suspended what {@link VirtualMachine#suspendTo} wrote of a machine with the same plan,
 *     which goes on where that one stopped; its disks must have what they had then
 * @param clock what its clock says when it is switched on, in UTC; without it, what this host's
 *     says
 * @param limit after which it is killed, whoever waits for it
 */
public record MachinePlan(
    List<MachineDisk> disks,
    GuestFirmware firmware,
    int memoryMebibytes,
    int processors,
    boolean network,
    boolean debugger,
    Optional<Path> suspended,
    Optional<LocalDateTime> clock,
    Duration limit) {
  private static final int USUAL_MEMORY = 1024;
  private static final int HOST_MEMORY = 1536;
  private static final Duration USUAL_LIMIT = Duration.ofMinutes(10);

  public MachinePlan {
    disks = List.copyOf(disks);
    if (disks.isEmpty()) {
      throw new IllegalArgumentException("a machine without a disk boots nothing");
    }
  }

  /** UEFI, one processor, 1 GiB, no network, ten minutes at most. */
  public static MachinePlan booting(MachineDisk disk) {
    return new MachinePlan(
        List.of(disk),
        GuestFirmware.UEFI,
        USUAL_MEMORY,
        1,
        false,
        false,
        Optional.empty(),
        Optional.empty(),
        USUAL_LIMIT);
  }

  /** What a Debian host has beside its disk: two processors, 1.5 GiB, a network card. */
  public static MachinePlan ofDebianHost(MachineDisk disk) {
    return booting(disk).withNetwork().withProcessors(2).withMemoryMebibytes(HOST_MEMORY);
  }

  /**
   * How a guest with a network card names a loopback address of this machine.
   *
   * @param address {@code HOST:PORT}
   */
  public static String seenByGuest(String address) {
    return "10.0.2.2" + address.substring(address.lastIndexOf(':'));
  }

  /** The same with another firmware. */
  public MachinePlan with(GuestFirmware other) {
    return new MachinePlan(
        disks, other, memoryMebibytes, processors, network, debugger, suspended, clock, limit);
  }

  /** The same with so much memory. */
  public MachinePlan withMemoryMebibytes(int other) {
    return new MachinePlan(
        disks, firmware, other, processors, network, debugger, suspended, clock, limit);
  }

  /** The same with so many processors. */
  public MachinePlan withProcessors(int other) {
    return new MachinePlan(
        disks, firmware, memoryMebibytes, other, network, debugger, suspended, clock, limit);
  }

  /** The same with a network card. */
  public MachinePlan withNetwork() {
    return new MachinePlan(
        disks, firmware, memoryMebibytes, processors, true, debugger, suspended, clock, limit);
  }

  /** The same, waiting for a debugger. */
  public MachinePlan withDebugger() {
    return new MachinePlan(
        disks, firmware, memoryMebibytes, processors, network, true, suspended, clock, limit);
  }

  /** The same, going on where another machine was suspended. */
  public MachinePlan resuming(Path state) {
    return new MachinePlan(
        disks,
        firmware,
        memoryMebibytes,
        processors,
        network,
        debugger,
        Optional.of(state),
        clock,
        limit);
  }

  /** The same with another limit. */
  public MachinePlan limitedTo(Duration other) {
    return new MachinePlan(
        disks, firmware, memoryMebibytes, processors, network, debugger, suspended, clock, other);
  }

  /** The same, switched on at another time. */
  public MachinePlan switchedOnAt(LocalDateTime other) {
    return new MachinePlan(
        disks,
        firmware,
        memoryMebibytes,
        processors,
        network,
        debugger,
        suspended,
        Optional.of(other),
        limit);
  }
}
