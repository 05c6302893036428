package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.adapter.bootloader.GrubBtrfs;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.FirmwareModel;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.Node;
import io.github.containersnap.harness.world.NodeTree;
import io.github.containersnap.harness.world.ProcessKilled;
import io.github.containersnap.harness.world.RunningCommand;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.WorldFault;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * A machine: its disk, its firmware, its clock, and whatever runs on it. All that is not determined
 * is drawn from one seed, in order, so the same calls give the same machine.
 */
public final class SimulatedMachine implements RunningCommand.Host {
  private static final Path TOP = Path.of("/simulated-machine");
  private static final int TOP_LENGTH = TOP.toString().length() + 1;

  /** The layout of every simulated machine. */
  public static final DeploymentLayout LAYOUT = new DeploymentLayout(TOP);

  private final Random chance;
  private final SimulatedDisk disk;
  private final SimulatedRegistry registry = new SimulatedRegistry();
  private final FirmwareModel firmware;
  private Instant now = Instant.parse("2026-01-01T00:00:00Z");
  private Optional<RunningCommand> active = Optional.empty();
  private Optional<RunningCommand> transaction = Optional.empty();
  private Optional<RunningCommand> menuUser = Optional.empty();
  private Optional<BootedDeployment> boot = Optional.empty();
  private Optional<WorldFault.LineBreaks> brokenLine = Optional.empty();

  /** How often contents were lost, and how many of these the kernel has told somebody. */
  private int losses;

  private int lossesTold;
  private boolean beyondHelp;
  private SecondCommands secondCommands = (_, _) -> {};

  /** Runs a second command while another is at work. */
  public interface SecondCommands {
    /** Runs one, and looks at how it ends. */
    void run(SimulatedMachine machine, WorldFault.SecondCommand second);
  }

  /** Java's generator begins alike for seeds that are near each other. */
  private static Random chance(long seed) {
    return new Random(seed * 0x9E3779B97F4A7C15L + 0x2545F4914F6CDD1DL);
  }

  /** A machine with an empty disk. */
  public SimulatedMachine(long seed) {
    this.chance = chance(seed);
    this.disk = new SimulatedDisk(now);
    this.firmware = new FirmwareModel(disk::tree, SimulatedBtrfs.UUID);
    disk.beforeEachStep(() -> active.ifPresent(RunningCommand::step));
  }

  /** A machine that is like {@code other}, with no command at work, and goes its own way. */
  public SimulatedMachine(long seed, SimulatedMachine other) {
    this.chance = chance(seed);
    this.disk = other.disk.copy();
    this.firmware = other.firmware.of(disk::tree);
    this.registry.publishAllOf(other.registry);
    this.now = other.now;
    this.boot = other.boot;
    this.losses = other.losses;
    this.lossesTold = other.lossesTold;
    this.beyondHelp = other.beyondHelp;
    disk.beforeEachStep(() -> active.ifPresent(RunningCommand::step));
  }

  /** Who runs second commands. */
  public void runSecondCommandsBy(SecondCommands runner) {
    secondCommands = runner;
  }

  /** A command begins. */
  public RunningCommand start(List<ScheduledFault> strikes) {
    brokenLine = Optional.empty();
    return new RunningCommand(this, strikes);
  }

  /** A command that is started while another is at work. */
  public RunningCommand startSecond() {
    return new RunningCommand(this, List.of());
  }

  /** The machine as the engine sees it, by the calls of {@code command}. */
  public Machine seenBy(RunningCommand command, Progress progress) {
    SimulatedBtrfs btrfs = new SimulatedBtrfs(this, command);
    SimulatedFiles files = new SimulatedFiles(this, command);
    Ports ports =
        new Ports(
            btrfs,
            new SimulatedStore(this, command),
            new GrubBtrfs(LAYOUT, files, btrfs),
            files,
            new SimulatedLock(this, command),
            () -> now());
    return new Machine(ports, LAYOUT, boot, progress);
  }

  @Override
  public void strike(RunningCommand command, ScheduledFault strike) {
    switch (strike.fault()) {
      case WorldFault.PowerCut cut -> {
        if (cut.rightAfterACommit()) {
          disk.commitByItself();
        }
        throw command.end(new ProcessKilled(true));
      }
      case WorldFault.Kill _ -> {
        unlock(command);
        throw command.end(new ProcessKilled(false));
      }
      case WorldFault.InputOutputError _ -> throw SimulatedDisk.failure("", "Input/output error");
      case WorldFault.DiskFails _ -> disk.fail();
      case WorldFault.ContentsLost _ -> {
        losses++;
        disk.loseContents(chance);
      }
      case WorldFault.DiskFills(long data, long metadata) -> {
        beyondHelp |= disk.find(relative(LAYOUT.spareRoom())).isEmpty();
        disk.fill(data, metadata);
      }
      case WorldFault.KernelCommits _ -> disk.commitByItself();
      case WorldFault.LineBreaks broken -> brokenLine = Optional.of(broken);
      case WorldFault.SecondCommand second -> secondCommands.run(this, second);
    }
  }

  /** Commits, and tells how often contents were lost so far. */
  int sync() {
    disk.sync();
    lossesTold = losses;
    return losses;
  }

  /** How many losses of contents somebody has been told of. */
  int lossesTold() {
    return lossesTold;
  }

  @Override
  public Optional<RunningCommand> makeActive(Optional<RunningCommand> command) {
    Optional<RunningCommand> before = active;
    active = command;
    return before;
  }

  boolean lockTransaction(RunningCommand command) {
    if (transaction.isPresent()) {
      return false;
    }
    transaction = Optional.of(command);
    return true;
  }

  boolean lockMenu(RunningCommand command) {
    if (menuUser.isPresent()) {
      return false;
    }
    menuUser = Optional.of(command);
    return true;
  }

  void unlockTransaction(RunningCommand command) {
    transaction = transaction.filter(holder -> holder != command);
  }

  void unlockMenu(RunningCommand command) {
    menuUser = menuUser.filter(holder -> holder != command);
  }

  /** As the kernel does when a process ends. */
  void unlock(RunningCommand command) {
    unlockTransaction(command);
    unlockMenu(command);
  }

  /** Whether a command holds a part of the lock. */
  public boolean isLocked() {
    return transaction.isPresent() || menuUser.isPresent();
  }

  /** The kernel commits by itself, as it will do sooner or later. */
  public void letTheKernelCommit() {
    try {
      disk.sync();
    } catch (UncheckedIOException failing) {
      return; // a disk that fails takes nothing
    }
  }

  /** Whether the kernel has lost contents and not told anybody yet. */
  public boolean hasNewsOfLostContents() {
    return losses > lossesTold;
  }

  // ---- the power

  /** The power goes and comes back; the firmware has control. */
  public void cutPower() {
    transaction = Optional.empty();
    menuUser = Optional.empty();
    lossesTold = losses;
    boot = Optional.empty();
    firmware.powerOn(disk.cutPower(chance).seenByBootLoader());
    pass(Duration.ofMinutes(1));
  }

  /** Shut down properly, and started again. */
  public void restart() {
    letTheKernelCommit();
    cutPower();
  }

  /** The boot loader starts what its menu says. */
  public FirmwareModel.Attempt startSystem() {
    FirmwareModel.Attempt attempt = firmware.start();
    boot =
        attempt instanceof FirmwareModel.Attempt.Up up
            ? Optional.of(new BootedDeployment(up.deployment(), up.insteadOf()))
            : Optional.empty();
    return attempt;
  }

  /** What is running. */
  public Optional<BootedDeployment> boot() {
    return boot;
  }

  /** Firmware and boot loader. */
  public FirmwareModel firmware() {
    return firmware;
  }

  // ---- the world around it

  /** From now on the registry has this image. */
  public void publish(HistoryImage image) {
    registry.publish(image);
  }

  SimulatedRegistry registry() {
    return registry;
  }

  Optional<WorldFault.LineBreaks> brokenLine() {
    return brokenLine;
  }

  /** What filled the disk is deleted. */
  public void freeTheDisk() {
    beyondHelp = false;
    disk.unfill();
  }

  /** Whether somebody has filled the disk. */
  public boolean isFilled() {
    return disk.filled();
  }

  /** Whether it was filled when the room that the engine keeps for this was not there (again). */
  public boolean isFilledBeyondHelp() {
    return beyondHelp;
  }

  /** Time passes. */
  public void pass(Duration time) {
    now = now.plus(time);
  }

  /** What time it is. */
  public Instant now() {
    return now;
  }

  /**
   * Somebody writes a file and syncs it; nothing of the engine's is involved.
   *
   * @param path from the top level
   */
  public void writeAsAPerson(String path, Optional<String> text) {
    if (text.isPresent()) {
      makeParents(NodeTree.parent(path));
      SimulatedFiles.replaceDurably(disk, path, text.get());
    } else if (disk.find(path).isPresent()) {
      disk.remove(path);
      disk.syncNames(List.of(path));
    }
  }

  /**
   * Somebody gives a file another mode and owner, and syncs the filesystem.
   *
   * @param path from the top level, of a file that is there
   */
  public void setAttributesAsAPerson(String path, int mode, int owner) {
    Node.Attributes before = disk.find(path).orElseThrow().attributes();
    disk.setAttributes(path, new Node.Attributes(mode, owner, before.gid(), before.extended()));
    letTheKernelCommit();
  }

  private void makeParents(String path) {
    if (disk.find(path).isEmpty()) {
      makeParents(NodeTree.parent(path));
      disk.makeDirectory(path, 0755);
    }
  }

  // ---- within this package

  SimulatedDisk disk() {
    return disk;
  }

  DeploymentLayout layout() {
    return LAYOUT;
  }

  /** What is on the disk now, for the judge. */
  public DiskView view() {
    return new DiskView(disk.tree());
  }

  String relative(Path path) {
    String text = path.toString();
    return text.length() < TOP_LENGTH ? "" : text.substring(TOP_LENGTH);
  }

  Path absolute(String path) {
    return TOP.resolve(path);
  }
}
