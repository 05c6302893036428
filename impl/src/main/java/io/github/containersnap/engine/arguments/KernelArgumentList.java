package io.github.containersnap.engine.arguments;

import io.github.containersnap.engine.bootable.KernelArguments;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import java.util.List;
import java.util.Optional;

/**
 * The kernel arguments of the deployment that boots next.
 *
 * @param deployment that deployment
 * @param running what runs, if it is another one
 * @param reading what the files of the deployment say
 * @param inMenu whether the boot menu says the same: it takes the words of the files when a
 *     deployment becomes the default, and not when somebody edits a file
 * @param passed whether the boot loader tells a kernel any of these
 */
public record KernelArgumentList(
    DeploymentId deployment,
    Optional<DeploymentId> running,
    KernelArguments.Reading reading,
    boolean inMenu,
    boolean passed) {

  /**
   * Those of {@code machine}. Only reads.
   *
   * @throws io.github.containersnap.engine.model.NotADeploymentException if nothing boots
   */
  public static KernelArgumentList of(Machine machine) {
    DeploymentId next = machine.requireDefault();
    KernelArguments.Reading reading = machine.deployments().kernelArguments(next);
    List<String> told =
        machine
            .ports()
            .bootloader()
            .menu()
            .map(BootMenu::byDefault)
            .map(BootEntry::arguments)
            .orElse(List.of());
    return new KernelArgumentList(
        next,
        machine.running().filter(id -> !id.equals(next)),
        reading,
        told.equals(reading.arguments()),
        machine.ports().bootloader().passesArguments());
  }
}
