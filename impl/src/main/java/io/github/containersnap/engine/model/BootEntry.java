package io.github.containersnap.engine.model;

import java.util.List;

/**
 * One entry of the boot menu.
 *
 * @param deployment what it boots; kernel, initrd and root all come from there
 * @param files the kernel and initrd
 * @param arguments what the kernel is told besides where its root is
 * @param title what a person reads in the menu
 * @param standing what is known of it
 */
public record BootEntry(
    DeploymentId deployment,
    BootFiles files,
    List<String> arguments,
    String title,
    TrialState standing) {

  /** The same with another standing. */
  public BootEntry with(TrialState other) {
    return new BootEntry(deployment, files, arguments, title, other);
  }
}
