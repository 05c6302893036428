package io.github.containersnap.harness.world.simulated;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.FirmwareModel;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.RunningCommand;
import io.github.containersnap.harness.world.ScheduledFault;
import io.github.containersnap.harness.world.World;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A machine in memory.
 *
 * @param machine the machine
 */
public record SimulatedWorld(SimulatedMachine machine) implements World {
  @Override
  public void runSecondCommandsBy(SecondCommands runner) {
    machine.runSecondCommandsBy((_, second) -> runner.run(second));
  }

  @Override
  public World copy(long seed) {
    return new SimulatedWorld(new SimulatedMachine(seed, machine));
  }

  @Override
  public void publish(HistoryImage image) {
    machine.publish(image);
  }

  @Override
  public ImageReference reference(HistoryImage image) {
    return image.reference();
  }

  @Override
  public RunningCommand start(List<ScheduledFault> strikes) {
    return machine.start(strikes);
  }

  @Override
  public RunningCommand startSecond() {
    return machine.startSecond();
  }

  @Override
  public Machine seenBy(RunningCommand command, Progress progress) {
    return machine.seenBy(command, progress);
  }

  @Override
  public DiskView view() {
    return machine.view();
  }

  @Override
  public void write(String file, Optional<String> text) {
    machine.writeAsAPerson(file, text);
  }

  @Override
  public void setAttributes(String file, int mode, int owner) {
    machine.setAttributesAsAPerson(file, mode, owner);
  }

  @Override
  public void letTheKernelCommit() {
    machine.letTheKernelCommit();
  }

  @Override
  public boolean hasNewsOfLostContents() {
    return machine.hasNewsOfLostContents();
  }

  @Override
  public void freeTheDisk() {
    machine.freeTheDisk();
  }

  @Override
  public boolean isFilled() {
    return machine.isFilled();
  }

  @Override
  public boolean hasPlentyOfRoom() {
    return !machine.isFilled();
  }

  @Override
  public boolean isFilledBeyondHelp() {
    return machine.isFilledBeyondHelp();
  }

  @Override
  public void cutPower() {
    machine.cutPower();
  }

  /** Other cuts are other histories, which cost no more. */
  @Override
  public List<World> afterOtherCuts(int count) {
    return List.of();
  }

  @Override
  public int usualOtherCuts() {
    return 0;
  }

  @Override
  public void restart() {
    machine.restart();
  }

  @Override
  public FirmwareModel.Attempt startSystem() {
    return machine.startSystem();
  }

  @Override
  public FirmwareModel firmware() {
    return machine.firmware();
  }

  @Override
  public Optional<BootedDeployment> boot() {
    return machine.boot();
  }

  @Override
  public void pass(Duration time) {
    machine.pass(time);
  }

  @Override
  public Instant now() {
    return machine.now();
  }

  @Override
  public List<String> departures() {
    return List.of();
  }

  @Override
  public void close() {}
}
