package io.github.containersnap.engine;

import java.util.List;
import java.util.Optional;

/**
 * What an administrator wants to know at a glance. Made by reading alone.
 *
 * @param current the deployment that is running
 * @param byDefault the one that boots next
 * @param fallback the one that boots if the default does not come up
 * @param deployments all that are on disk
 * @param interrupted what an interrupted transaction was about, in words
 */
public record Status(
    Optional<DeploymentId> current,
    Optional<DeploymentId> byDefault,
    Optional<DeploymentId> fallback,
    List<Line> deployments,
    Optional<String> interrupted) {

  /**
   * One deployment.
   *
   * @param id its id
   * @param readOnly whether its root is read-only
   * @param osName the system's name, or why it cannot be told
   * @param reference where its image came from
   */
  public record Line(DeploymentId id, boolean readOnly, String osName, String reference) {}

  /** Looks at {@code machine}. */
  public static Status of(Machine machine) {
    machine.requireInitialized();
    Optional<BootMenu> menu = machine.ports().bootloader().menu();
    return new Status(
        machine.current(),
        menu.map(m -> m.byDefault().deployment()),
        menu.flatMap(BootMenu::fallback).map(BootEntry::deployment),
        machine.deployments().all().stream().map(id -> line(machine.deployments(), id)).toList(),
        new Journal(machine.ports().files(), machine.layout()).interrupted().map(Status::inWords));
  }

  private static Line line(Deployments deployments, DeploymentId id) {
    try {
      DeploymentRecord record = deployments.record(id);
      return new Line(id, deployments.isReadOnly(id), record.osName(), record.reference());
    } catch (DamagedStateException e) {
      return new Line(id, deployments.isReadOnly(id), e.getMessage(), "");
    }
  }

  private static String inWords(Journal.Found found) {
    return switch (found) {
      case Journal.Found.Recorded recorded ->
          "an update to %s from %s"
              .formatted(recorded.intent().deployment(), recorded.intent().reference());
      case Journal.Found.Unreadable unreadable ->
          "something the journal does not tell readably (%s)".formatted(unreadable.why());
    };
  }
}
