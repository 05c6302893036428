package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.vm.machine.GuestShell;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A running Debian host, as its administrator uses it. */
record Host(VirtualMachine machine) {
  /** Emulated, and perhaps beside other work. */
  static final Duration ONE_BOOT = Duration.ofMinutes(8);

  private static final Duration ONE_COMMAND = Duration.ofMinutes(10);
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /** What a host's console shows once it is blessed. */
  static Pattern isUp(int version) {
    return Pattern.compile(
        "container-snap-debian-host, image version %d, is up".formatted(version));
  }

  /** Waits until the system of this version is up and blessed. */
  Host awaitUp(int version) {
    return awaitUp(version, 0);
  }

  /** The same, of what comes after a place on the console. */
  Host awaitUp(int version, int place) {
    machine
        .console()
        .awaitAfter(place, isUp(version), ONE_BOOT, "version %d comes up".formatted(version));
    return this;
  }

  /**
   * Waits until a system is up and blessed.
   *
   * @param sign what it shows then, with its version as the one group
   * @return its version
   */
  int awaitUp(Pattern sign, String what) {
    machine.console().await(sign, ONE_BOOT, what);
    Matcher matcher = sign.matcher(machine.console().text());
    return matcher.find() ? Integer.parseInt(matcher.group(1)) : 0;
  }

  /** Runs the packaged command. */
  GuestShell.Answer containerSnap(String arguments) {
    return run("container-snap " + arguments);
  }

  /** The same, which must succeed; its text. */
  String succeeds(String arguments) {
    GuestShell.Answer answer = containerSnap(arguments);
    assertThat(answer.status()).as("container-snap %s: %s", arguments, answer.text()).isZero();
    return answer.text();
  }

  /** Runs a command of the shell. */
  GuestShell.Answer run(String command) {
    try (GuestShell shell = machine.shell()) {
      return shell.run(command, ONE_COMMAND);
    }
  }

  /** Asks the system to start again; the place on the console from which the next boot is. */
  int reboot() {
    int place = machine.console().end();
    try (GuestShell shell = machine.shell()) {
      // Later, for the shell's answer has to come first.
      shell.run("(sleep 2; systemctl --no-block reboot) >/dev/null 2>&1 & true", PATIENCE);
    }
    return place;
  }

  /** The system of this deployment runs, kernel, initrd, root and all, with its owner's changes. */
  SystemReport assertRuns(DeploymentId id, int version) {
    try (GuestShell shell = machine.shell()) {
      SystemReport system = SystemReport.of(shell);
      assertThat(system.imageVersion()).isEqualTo(String.valueOf(version));
      assertThat(system.hasModules()).as("modules of %s", system.kernel()).isTrue();
      assertThat(system.deployment()).isEqualTo(id);
      String root = "/@var/lib/container-snap/deployments/" + id;
      assertThat(system.rootSubvolume()).isEqualTo(root);
      assertThat(system.commandLine())
          .as("the kernel that GRUB has loaded")
          .contains("BOOT_IMAGE=" + root + "/boot/vmlinuz-" + system.kernel() + " ");
      assertThat(shell.run("cat /run/initrd-image-version", PATIENCE).text())
          .as("the initrd that GRUB has loaded")
          .isEqualTo(String.valueOf(version));
      assertThat(
              shell
                  .run("dpkg-query --show --showformat '${Version}' update-sample", PATIENCE)
                  .text())
          .as("the package database is that of the system which runs")
          .isEqualTo(String.valueOf(version));
      assertThat(system.etc()).isEqualTo("kept");
      assertThat(system.variable()).isEqualTo("kept too");
      return system;
    }
  }
}
