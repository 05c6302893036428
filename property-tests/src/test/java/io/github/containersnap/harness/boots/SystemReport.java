package io.github.containersnap.harness.boots;

import io.github.containersnap.adapter.bootloader.KernelCommandLine;
import io.github.containersnap.engine.model.BootedDeployment;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.vm.machine.GuestShell;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.time.Duration;

/**
 * What a system says of itself from the inside.
 *
 * @param imageVersion of os-release
 * @param kernel its version
 * @param hasModules whether the modules of that kernel are there
 * @param rootSubvolume what the kernel has mounted as root (mountinfo's fourth field)
 * @param commandLine what the kernel was told
 * @param etc the owner's file in /etc
 * @param variable the owner's file in /var
 */
record SystemReport(
    String imageVersion,
    String kernel,
    boolean hasModules,
    String rootSubvolume,
    String commandLine,
    String etc,
    String variable) {
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  static SystemReport of(VirtualMachine machine) {
    try (GuestShell shell = machine.shell()) {
      return of(shell);
    }
  }

  static SystemReport of(GuestShell shell) {
    return new SystemReport(
        text(shell, ". /etc/os-release; echo $IMAGE_VERSION"),
        text(shell, "uname -r"),
        shell.run("[ -e /usr/lib/modules/$(uname -r)/modules.dep ]", PATIENCE).status() == 0,
        text(shell, "awk '$5 == \"/\" { print $4 }' /proc/self/mountinfo | tail -n 1"),
        text(shell, "cat /proc/cmdline"),
        text(shell, "cat /etc/owner.conf"),
        text(shell, "cat /var/owner-data"));
  }

  private static String text(GuestShell shell, String command) {
    GuestShell.Answer answer = shell.run(command, PATIENCE);
    return answer.status() == 0
        ? answer.text()
        : "status %d: %s".formatted(answer.status(), answer);
  }

  /** What the kernel was told that it is. */
  DeploymentId deployment() {
    return told().deployment().orElseThrow();
  }

  BootedDeployment boot() {
    return new BootedDeployment(deployment(), told().insteadOf());
  }

  private KernelCommandLine told() {
    return new KernelCommandLine(commandLine);
  }
}
