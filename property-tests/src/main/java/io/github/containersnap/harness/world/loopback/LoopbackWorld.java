package io.github.containersnap.harness.world.loopback;

import io.github.containersnap.adapter.RealPorts;
import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.FirmwareModel;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.ProcessKilled;
import io.github.containersnap.harness.world.RunningCommand;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.World;
import io.github.containersnap.harness.world.WorldFault;
import io.github.containersnap.image.RegistryAccess;
import io.github.containersnap.loopback.disk.SystemDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * A machine whose disk is a file: kernel btrfs, podman, a registry, the engine on its real ports.
 *
 * <p>A boot is a mount, and before it a look at the disk without its log tree replayed, as GRUB has
 * it. From then on every write is recorded, and a power cut goes on from a crash state of that
 * record: of the moment at which the strike says that the power went, or, if that is within a port
 * call, of any moment of the call. What was in flight is lost in part, by the history's seed.
 *
 * <p>The firmware is the simulated one, unless there is a {@link RealBoot}: then a boot is one of a
 * virtual machine from this disk, and the simulated firmware has to agree with it.
 */
final class LoopbackWorld implements World, RunningCommand.Host {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A simulated image takes up about so much more room than a real one. */
  private static final long SIMULATED_TO_REAL_ROOM = 256;

  private static final long ENOUGH = 1L << 30;
  private static final int USUAL_MODE = 0644;

  private final LoopbackWorldFactory bench;
  private final Random chance;
  private final Path mountPoint;
  private final DiskHistory history;
  private final LoopbackBoot system;
  private final RegistryLine line;
  private final WorldClock clock;
  private SystemDisk disk;
  private Optional<DiskSession> session = Optional.empty();
  private Optional<BootedDeployment> boot = Optional.empty();
  private Optional<RunningCommand> active = Optional.empty();
  private List<ProcessBoundLock> locks = new ArrayList<>();
  private boolean fromRegistry;
  private boolean recorded = true;
  private boolean filled;
  private boolean beyondHelp;
  private SecondCommands secondCommands = _ -> {};
  private List<String> departures = new ArrayList<>();

  /** A machine that is switched off. */
  LoopbackWorld(LoopbackWorldFactory bench, long seed, SystemDisk disk) {
    this(bench, seed, disk, new WorldClock(), Optional.empty());
  }

  private LoopbackWorld(
      LoopbackWorldFactory bench,
      long seed,
      SystemDisk disk,
      WorldClock clock,
      Optional<FirmwareModel> firmware) {
    this.bench = bench;
    this.chance = new Random(seed);
    this.disk = disk;
    this.clock = clock;
    this.mountPoint = bench.newMountPoint();
    this.history = new DiskHistory(bench, chance);
    this.line = new RegistryLine(bench.images());
    this.system =
        new LoopbackBoot(
            bench.realBoot(),
            mountPoint,
            firmware
                .map(it -> it.of(this::tree))
                .orElseGet(() -> new FirmwareModel(this::tree, disk.filesystemUuid().toString())));
  }

  /** What is in memory alone cannot be copied, so the kernel commits first. */
  @Override
  public World copy(long seed) {
    letTheKernelCommit();
    Path image = session.map(DiskSession::live).orElseGet(disk::image);
    LoopbackWorld copy =
        new LoopbackWorld(
            bench,
            seed,
            disk.at(bench.copyOf(image)),
            new WorldClock(clock),
            Optional.of(firmware()));
    copy.boot = boot;
    copy.filled = filled;
    copy.beyondHelp = beyondHelp;
    return copy;
  }

  // ---- the disk in use

  private DiskSession session() {
    if (session.isEmpty()) {
      session =
          Optional.of(
              recorded
                  ? DiskSession.recorded(bench, disk, mountPoint)
                  : DiskSession.unrecorded(bench, disk, mountPoint));
    }
    return session.get();
  }

  private Path top() {
    return session().mount().directory();
  }

  private Directory tree() {
    return MountedDiskReader.of(top());
  }

  @Override
  public DiskView view() {
    return new DiskView(tree());
  }

  @Override
  public void write(String file, Optional<String> text) {
    Path path = top().resolve(file);
    try {
      if (text.isPresent()) {
        Files.createDirectories(path.getParent());
        Files.deleteIfExists(path);
        Files.writeString(path, text.get());
        Files.setAttribute(path, "unix:mode", USUAL_MODE);
      } else {
        Files.deleteIfExists(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("a person cannot write " + path, e);
    }
    letTheKernelCommit();
  }

  @Override
  public void setAttributes(String file, int mode, int owner) {
    Path path = top().resolve(file);
    try {
      Files.setAttribute(path, "unix:uid", owner, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:mode", mode);
    } catch (IOException e) {
      throw new UncheckedIOException("a person cannot change " + path, e);
    }
    letTheKernelCommit();
  }

  @Override
  public void letTheKernelCommit() {
    if (session.filter(it -> it.failing().isEmpty()).isPresent()) {
      new BtrfsProgs().commit(top());
    }
  }

  /** Nothing loses contents here. */
  @Override
  public boolean hasNewsOfLostContents() {
    return false;
  }

  @Override
  public void freeTheDisk() {
    if (filled) {
      new FillerFile(top()).remove();
    }
    filled = false;
    beyondHelp = false;
  }

  @Override
  public boolean isFilled() {
    return filled;
  }

  /** Such a small disk may have too little for that. */
  @Override
  public boolean hasPlentyOfRoom() {
    return false;
  }

  @Override
  public boolean isFilledBeyondHelp() {
    return beyondHelp;
  }

  // ---- commands

  @Override
  public void runSecondCommandsBy(SecondCommands runner) {
    secondCommands = runner;
  }

  @Override
  public void publish(HistoryImage image) {
    bench.images().layout(image);
  }

  @Override
  public ImageReference reference(HistoryImage image) {
    return new ImageReference(
        fromRegistry
            ? "docker://" + line.address() + "/" + bench.images().inRegistry(image)
            : "oci:" + bench.images().layout(image));
  }

  @Override
  public RunningCommand start(List<ScheduledFault> strikes) {
    history.forget();
    locks = new ArrayList<>();
    line.heal();
    fromRegistry = strikes.stream().anyMatch(it -> it.fault() instanceof WorldFault.LineBreaks);
    if (strikes.stream().anyMatch(it -> it.fault() instanceof WorldFault.DiskFails)) {
      attachDiskThatCanFail();
    }
    boolean losesPower = strikes.stream().anyMatch(it -> it.fault() instanceof WorldFault.PowerCut);
    history.commandBegins(losesPower ? Optional.of(session()) : Optional.empty());
    return new RunningCommand(this, strikes);
  }

  private void attachDiskThatCanFail() {
    departures.add("a disk that will fail is committed and attached again first");
    takeOff();
    session = Optional.of(DiskSession.ableToFail(bench, disk, mountPoint));
  }

  @Override
  public RunningCommand startSecond() {
    return new RunningCommand(this, List.of());
  }

  @Override
  public Machine seenBy(RunningCommand command, Progress progress) {
    DeploymentLayout layout = new DeploymentLayout(top());
    Podman podman =
        new Podman(
            mountPoint.resolveSibling(mountPoint.getFileName() + "-run"),
            new RegistryAccess(false, Optional.empty(), Optional.empty(), PATIENCE));
    Ports real = RealPorts.of(layout, podman);
    Consumer<String> beforeCall = name -> beforeCall(command, name);
    ProcessBoundLock lock = new ProcessBoundLock(real.lock(), command, beforeCall);
    locks.add(lock);
    Ports counted =
        new CountedPorts(command, beforeCall).of(real, layout, clock::now, clock::at, lock);
    return new Machine(counted, layout, boot, progress);
  }

  @Override
  public Optional<RunningCommand> makeActive(Optional<RunningCommand> command) {
    Optional<RunningCommand> before = active;
    active = command;
    return before;
  }

  /** What strikes within a call has to be prepared before it. */
  private void beforeCall(RunningCommand command, String name) {
    for (ScheduledFault strike : command.waiting()) {
      if (strike.call() == command.calls() + 1 && isWithin(strike)) {
        switch (strike.fault()) {
          case WorldFault.PowerCut _ -> history.callBegins(session());
          case WorldFault.LineBreaks broken -> {
            line.breakAfter(1 + strike.step() % 5, broken);
            command.preparedFor(name, strike);
          }
          default -> departures.add("a fault within a port call comes after it");
        }
      }
    }
  }

  private static boolean isWithin(ScheduledFault strike) {
    return strike.step() > 0 && strike.step() < ScheduledFault.AFTER;
  }

  @Override
  public void strike(RunningCommand command, ScheduledFault strike) {
    switch (strike.fault()) {
      case WorldFault.PowerCut cut -> losePower(command, strike, cut);
      case WorldFault.Kill _ -> {
        locks.forEach(ProcessBoundLock::release);
        throw command.end(new ProcessKilled(false));
      }
      case WorldFault.InputOutputError _ ->
          throw new UncheckedIOException(
              "Input/output error", new IOException("Input/output error"));
      case WorldFault.DiskFails _ -> session().fail();
      case WorldFault.ContentsLost _ -> departures.add("no contents are lost in writing back");
      case WorldFault.DiskFills(long data, long metadata) -> fill(data, metadata);
      case WorldFault.KernelCommits _ -> letTheKernelCommit();
      case WorldFault.LineBreaks broken -> line.breakNow(broken);
      case WorldFault.SecondCommand second -> secondCommands.run(second);
    }
  }

  private void losePower(RunningCommand command, ScheduledFault strike, WorldFault.PowerCut cut) {
    if (cut.rightAfterACommit()) {
      letTheKernelCommit();
    }
    history.powerLost(session(), isWithin(strike));
    locks.forEach(ProcessBoundLock::release);
    throw command.end(new ProcessKilled(true));
  }

  private void fill(long data, long metadata) {
    if (metadata < ENOUGH) {
      departures.add("metadata are not filled");
    }
    beyondHelp |= !Files.exists(new DeploymentLayout(top()).spareRoom());
    if (data < ENOUGH) {
      new FillerFile(top()).fill(data / SIMULATED_TO_REAL_ROOM);
      filled = true;
    }
  }

  // ---- the power

  @Override
  public void cutPower() {
    boot = Optional.empty();
    if (session.isPresent()) {
      DiskSession ended = session.get();
      session = Optional.empty();
      disk = history.cut(ended, disk);
    }
    clock.pass(Duration.ofMinutes(1));
    system.powerOn(disk);
  }

  @Override
  public int usualOtherCuts() {
    return bench.otherCuts();
  }

  @Override
  public List<World> afterOtherCuts(int count) {
    List<World> others = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      history.otherCut().map(this::after).ifPresent(others::add);
    }
    return others;
  }

  private World after(SystemDisk otherCut) {
    LoopbackWorld other =
        new LoopbackWorld(
            bench, chance.nextLong(), otherCut, new WorldClock(clock), Optional.of(firmware()));
    other.recorded = false;
    other.filled = filled;
    other.beyondHelp = beyondHelp;
    other.system.powerOn(otherCut);
    return other;
  }

  @Override
  public void restart() {
    boot = Optional.empty();
    takeOff();
    clock.pass(Duration.ofMinutes(1));
    system.powerOn(disk);
  }

  /** Unmounts the disk, in order. */
  private void takeOff() {
    if (session.isPresent()) {
      session.get().close();
      session.get().forgetRecord();
      delete(disk.image());
      disk = disk.at(session.get().live());
      session = Optional.empty();
    }
  }

  @Override
  public FirmwareModel.Attempt startSystem() {
    FirmwareModel.Attempt attempt = system.start(this::atRest);
    boot =
        attempt instanceof FirmwareModel.Attempt.Up up
            ? Optional.of(new BootedDeployment(up.deployment(), up.insteadOf()))
            : Optional.empty();
    return attempt;
  }

  private SystemDisk atRest() {
    takeOff();
    return disk;
  }

  @Override
  public FirmwareModel firmware() {
    return system.firmware();
  }

  @Override
  public Optional<BootedDeployment> boot() {
    return boot;
  }

  // ---- time

  @Override
  public void pass(Duration time) {
    clock.pass(time);
  }

  @Override
  public Instant now() {
    return clock.now();
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + file, e);
    }
  }

  @Override
  public List<String> departures() {
    List<String> all = List.copyOf(departures);
    departures = new ArrayList<>();
    return all;
  }

  @Override
  public void close() {
    line.close();
    if (session.isPresent()) {
      session.get().close();
      session.get().forgetRecord();
      delete(session.get().live());
      session = Optional.empty();
    }
    history.forget();
    delete(disk.image());
  }
}
