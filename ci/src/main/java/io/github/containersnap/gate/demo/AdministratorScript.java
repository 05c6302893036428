package io.github.containersnap.gate.demo;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;

/**
 * What an administrator does with a machine in its first days: says where its updates come from and
 * when, looks before each step, restarts it past an inhibitor, and meets an image whose health
 * check fails and a kernel argument that cannot boot.
 */
final class AdministratorScript {
  /** The disk, in the workstation's directory. */
  static final String DISK = "machine.img";

  /** As the transcript writes the port, which differs from run to run. */
  static final String PORT_IN_TRANSCRIPT = ":50000";

  private static final int OLD = 1;
  private static final int NEW = 2;
  private static final int FRIDAY_AFTERNOON = 16;
  private static final String SETTINGS = "/etc/container-snap.toml";
  private static final String STATUS = "container-snap status";

  private final DemoTerminal stage;
  private final Workstation workstation;
  private final DemoHost host;
  private final String port;
  private final Runnable publishBroken;

  /**
   * @param port the registry's, with a colon before it
   * @param publishBroken moves the tag of the updates to an image whose health check fails
   */
  AdministratorScript(
      DemoTerminal stage,
      Workstation workstation,
      DemoHost host,
      String port,
      Runnable publishBroken) {
    this.stage = stage;
    this.workstation = workstation;
    this.host = host;
    this.port = port;
    this.publishBroken = publishBroken;
  }

  void tell() {
    LocalDate friday = LocalDate.now(ZoneOffset.UTC).with(TemporalAdjusters.next(DayOfWeek.FRIDAY));
    install(friday);
    source();
    lookBefore();
    window(friday);
    apply();
    etc();
    kernelArguments();
    healthCheck();
    reset();
    stage.says("The end of the session.");
  }

  private void install(LocalDate friday) {
    stage.chapter("A disk is installed from a registry");
    stage.says(
        "On a workstation with container-snap's package. The registry is Debian's docker-registry,"
            + " which here speaks plain HTTP.");
    workstation.containerSnap(
        "install --disk %s --size 6G --insecure docker://127.0.0.1%s/os:1".formatted(DISK, port));
    stage.says("The machine boots it, on a Friday afternoon.");
    expect(OLD, host.boot(LocalDateTime.of(friday, LocalTime.of(FRIDAY_AFTERNOON, 0))));
    host.run(STATUS);
  }

  private void source() {
    stage.chapter("Where updates come from");
    stage.says("The network's name for the registry, and that it speaks plain HTTP:");
    host.run("echo '10.0.2.2 registry.example' >>/etc/hosts");
    host.run(
        "printf '[[registry]]\\nlocation = \"registry.example\"\\ninsecure = true\\n'"
            + " >/etc/containers/registries.conf.d/60-site.conf");
    host.run("container-snap source");
    succeeds("container-snap source docker://registry.example%s/os:stable".formatted(port));
    stage.says("Two health checks that come with the package:");
    succeeds(
        "mkdir -p /etc/container-snap/health.d/required.d /etc/container-snap/health.d/wanted.d"
            + " && cd /etc/container-snap/health.d"
            + " && ln -s /usr/lib/container-snap/health-checks/default-route required.d/"
            + " && ln -s /usr/lib/container-snap/health-checks/no-failed-units wanted.d/");
  }

  private void lookBefore() {
    stage.chapter("Look before you update");
    succeeds("container-snap update --check --diff");
    succeeds("container-snap update --download-only");
    succeeds("container-snap update --check --diff");
    host.run(STATUS);
  }

  private void window(LocalDate friday) {
    stage.chapter("A window for unattended updates");
    host.run("echo 'update-days = \"Sat,Sun\"' >" + SETTINGS);
    host.run("echo 'update-hours = \"02:00-05:00\"' >>" + SETTINGS);
    stage.says("The timer asks every hour. It is Friday, so nothing happens:");
    host.run("date '+%A %H:%M'");
    succeeds("container-snap update --unattended");
    stage.says("In the night to Saturday:");
    host.prepare("timedatectl set-time '%s 02:30:00'".formatted(friday.plusDays(1)));
    host.run("date '+%A %H:%M'");
    succeeds("container-snap update --unattended");
    host.run(STATUS);
    stage.says("Not this weekend, after all:");
    succeeds("container-snap discard");
    host.run(STATUS);
  }

  private void apply() {
    stage.chapter("Update and restart at once, unless something is at work");
    stage.says("A backup runs, and holds an inhibitor:");
    host.run(
        "systemd-inhibit --what=shutdown --who=backup --why='A backup runs' sleep 600"
            + " >/dev/null 2>&1 & echo $! >/run/backup.pid; sleep 3");
    fails("container-snap update --apply");
    host.run("systemd-inhibit --list");
    // In /run, so that it is no change of /etc; an emulated machine logs in slowly.
    host.prepare(
        "mkdir -p /run/systemd/system/serial-getty@ttyS0.service.d && printf '%s\\n' '[Service]'"
            + " 'ExecStart=' 'ExecStart=-/sbin/agetty --autologin root --noclear %I linux'"
            + " >/run/systemd/system/serial-getty@ttyS0.service.d/autologin.conf && systemctl"
            + " daemon-reload && systemctl restart serial-getty@ttyS0.service");
    stage.says(
        "The backup has ended. Root is logged in on the console, and is told of the restart:");
    host.prepare("kill $(cat /run/backup.pid) && sleep 1");
    expect(NEW, host.runAndRestart("container-snap update --apply"));
    host.run(STATUS);
    succeeds("container-snap diff fallback current");
  }

  private void etc() {
    stage.chapter("What was changed in /etc, and the image's version back");
    host.run("echo 'Welcome to machine 7' >/etc/issue");
    succeeds("container-snap etc-diff");
    succeeds("container-snap etc-diff /etc/issue");
    succeeds("container-snap etc-diff --restore /etc/issue");
    succeeds("container-snap etc-diff");
  }

  private void kernelArguments() {
    stage.chapter("A kernel argument with a typing error");
    succeeds("container-snap kargs");
    stage.says("It was to be 64 GiB.");
    succeeds("container-snap kargs --append mem=64M");
    stage.says("Changed your mind? That can be discarded like an update.");
    succeeds("container-snap discard");
    stage.says("Once more, and restart:");
    succeeds("container-snap kargs --append mem=64M");
    host.run(STATUS);
    expect(NEW, host.reboot());
    stage.says("After three boots the system of before is back by itself.");
    host.run(STATUS);
    succeeds("container-snap kargs");
  }

  private void healthCheck() {
    stage.chapter("An image whose health check fails");
    publishBroken.run();
    stage.says("The registry has version 3. It comes up, and its database does not answer.");
    succeeds("container-snap update --check");
    succeeds("container-snap update");
    host.rebootUntil(NEW);
    host.run(STATUS);
    stage.says("It is not deployed again by itself:");
    fails("container-snap update");
  }

  private void reset() {
    stage.chapter("Begin anew with the image's /etc");
    host.run("container-snap reset");
    succeeds("container-snap reset --keep-users --keep /etc/containers/registries.conf.d");
    expect(NEW, host.reboot());
    host.run(STATUS);
    succeeds("container-snap etc-diff");
  }

  private void succeeds(String command) {
    int status = host.run(command);
    if (status != 0) {
      throw new DemoFailedException("'%s' ended with status %d".formatted(command, status));
    }
  }

  private void fails(String command) {
    int status = host.run(command);
    if (status == 0) {
      throw new DemoFailedException("'%s' succeeded".formatted(command));
    }
  }

  private static void expect(int wanted, int version) {
    if (version != wanted) {
      throw new DemoFailedException(
          "version %d came up where version %d was to".formatted(version, wanted));
    }
  }
}
