package io.github.containersnap.harness.boots;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A Debian on an ordinary subvolume, with Debian's own GRUB: its administrator adopts it while it
 * runs, it loses its power before its first boot as a deployment, updates itself, and goes back.
 */
@ExtendWith({PlainDebianBench.Shared.class, HostBench.Shared.class})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AdoptedDebianTest {
  private final PlainDebianBench bench;
  private Optional<Adopted> adopted = Optional.empty();

  AdoptedDebianTest(PlainDebianBench bench) {
    this.bench = bench;
  }

  /**
   * A host that has been adopted and has come up as a deployment.
   *
   * @param id the deployment
   * @param disk its disk at that moment; nobody writes to it
   * @param state all else that it was
   */
  private record Adopted(DeploymentId id, SystemDisk disk, Path state) {}

  /** What a plain host has that a deployment must have, too, besides what all owners have. */
  private static final String BELONGINGS =
      "cat /home/anna/letter /root/of-root; findmnt -no TARGET,FSTYPE /boot/efi;"
          + " systemctl --failed --no-legend --plain";

  private Adopted adopted() {
    if (adopted.isEmpty()) {
      adopted = Optional.of(adopt());
    }
    return adopted.get();
  }

  private Adopted adopt() {
    TestMachine machine = bench.machine();
    DeploymentId id;
    String belongings;
    long begin = System.nanoTime();
    try (VirtualMachine plain = machine.start()) {
      Host host = new Host(plain).awaitUp(1);
      report("boot of the plain host", begin);
      assertThat(root(host)).isEqualTo("/" + PlainDebianDisk.ROOT);
      belongings = host.run(BELONGINGS).text();
      assertThat(belongings).contains("Dear\nmine\n/boot/efi vfat");
      installItsOwnGrub(host);
      assertDryRunChangesNothing(host);
      id = DeploymentId.parse(lastLine(host.succeeds("adopt")));
      report("until it is adopted", begin);
      plain.cutPower();
    }
    long boot = System.nanoTime();
    Path state = bench.room().workspace().file("adopted-debian.state");
    try (VirtualMachine booted = machine.start()) {
      Host host = new Host(booted).awaitUp(1);
      report("boot of the adopted host", boot);
      SystemReport system = host.assertRuns(id, 1);
      assertThat(system.commandLine()).contains("console=ttyS0 loglevel=4 quiet host.kept=1");
      assertThat(host.run(BELONGINGS).text()).isEqualTo(belongings);
      assertThat(host.run("systemctl is-active container-snap-bless.service").text())
          .isEqualTo("active");
      assertThat(host.succeeds("status --json")).contains("\"defaultStanding\" : \"blessed\"");
      assertThat(host.succeeds("status")).doesNotContain("interrupted", "warning");
      booted.suspendTo(state);
    }
    return new Adopted(id, machine.disk(), state);
  }

  private static String root(Host host) {
    return host.run("findmnt -no FSROOT /").text();
  }

  private static String lastLine(String text) {
    return text.lines().reduce("", (_, last) -> last);
  }

  /** What its administrator does after an upgrade of GRUB; all later boots are by what it makes. */
  private static void installItsOwnGrub(Host host) {
    var installed = host.run("grub-install --removable --no-nvram && update-grub");
    assertThat(installed.status()).as(installed.text()).isZero();
  }

  private static void assertDryRunChangesNothing(Host host) {
    String look =
        "btrfs subvolume list / | cut -d ' ' -f 2,7-; cat /etc/fstab;"
            + " ls /boot/grub /boot/efi/EFI/BOOT /var/lib";
    String before = host.run(look).text();
    String dry = host.succeeds("adopt --dry-run");
    System.out.println("adopt --dry-run says:\n" + dry);
    assertThat(dry)
        .contains(
            "/@var would be made of the /var of the root",
            "/@home would be made of /home",
            "Nothing was changed.");
    assertThat(host.run(look).text()).isEqualTo(before);
  }

  @Test
  @Tag("exhaustive")
  void a_plain_debian_is_adopted_loses_its_power_and_blesses_itself_as_a_deployment() {
    assertThat(adopted().id().work()).isZero();
  }

  @Test
  @Tag("exhaustive")
  void an_adopted_debian_updates_itself_and_goes_back(HostBench images) {
    Adopted host = adopted();
    TestMachine machine = bench.machine(bench.room().copyOf(host.disk()));
    try (VirtualMachine running = machine.resume(host.state())) {
      Host system = new Host(running);
      long begin = System.nanoTime();
      system.succeeds("update " + images.goodReference());
      report("update of the adopted host", begin);
      system.awaitUp(2, system.reboot());
      report("until the new system is up", begin);
      system.assertRuns(images.newId(), 2);
      assertThat(system.run(BELONGINGS).text()).contains("Dear\nmine\n/boot/efi vfat");
      assertThat(system.succeeds("status --json"))
          .contains("\"defaultStanding\" : \"blessed\"", host.id().toString());

      assertThat(lastLine(system.succeeds("rollback"))).isEqualTo(host.id().toString());
      system.awaitUp(1, system.reboot());
      report("until it is back", begin);
      system.assertRuns(host.id(), 1);
    }
    assertThat(machine.countedByGrub()).contains("container_snap_boots=");
  }

  private static void report(String what, long since) {
    System.out.printf("%s: %d s%n", what, Duration.ofNanos(System.nanoTime() - since).toSeconds());
  }
}
