package io.github.containersnap.gate.demo;

import io.github.containersnap.engine.model.UpdateStep;

/**
 * A host boots the old system, updates from a registry, loses its power while the new one is made
 * the default, comes back whole, updates again, boots the new one, is given a broken image, and
 * returns by itself.
 */
final class DemoScript {
  private static final int OLD = 1;
  private static final int NEW = 2;

  /**
   * As {@code update} announces the step that ends before the commit point: it takes a while until
   * a line of the host is read here.
   */
  private static final String SEAL = "] " + UpdateStep.SEAL.description();

  private final DemoTerminal stage;
  private final DemoHost host;
  private final String newImage;
  private final String brokenImage;

  /**
   * @param newImage as the host names it
   * @param brokenImage one that does not come up
   */
  DemoScript(DemoTerminal stage, DemoHost host, String newImage, String brokenImage) {
    this.stage = stage;
    this.host = host;
    this.newImage = newImage;
    this.brokenImage = brokenImage;
  }

  void tell() {
    oldSystem();
    int version = powerCut();
    if (version == OLD) {
      updateAgain();
    }
    brokenImage();
    stage.says(
        "That was UEFI, GRUB, Linux, systemd, podman and btrfs, as they are. `ci/gate` cuts the"
            + " power after every single write of an update and looks at each disk.");
  }

  private void oldSystem() {
    stage.chapter("A host that boots an image");
    stage.says("This is a Debian host. Its whole system is one OCI image, version 1.");
    expect(OLD, host.boot());
    host.run("container-snap status");
  }

  /** Which version comes back: what the disk had when the power went is not ours to decide. */
  private int powerCut() {
    stage.chapter("The power goes in the middle of an update");
    stage.says("There is a version 2 in the registry.");
    boolean cut =
        host.runAndCutPowerAt("container-snap update " + newImage, line -> line.contains(SEAL));
    if (!cut) {
      throw new DemoFailedException("the update ended before its power could be cut");
    }
    stage.strikes("The power is gone, in the middle of the commit.");
    stage.says("Switched on again:");
    int version = host.boot();
    stage.says(
        version == OLD
            ? "The old system, whole. Nothing of the update was lost but the time it took, and"
                + " nothing of it is in the way:"
            : "The commit had just been made: the new system, whole.");
    host.run("container-snap status");
    return version;
  }

  private void updateAgain() {
    stage.chapter("The same update again");
    stage.says("What was pulled before the cut is proven, and not pulled again.");
    succeeds("container-snap update " + newImage);
    stage.says("A new system is on trial until it has come up and says that it is well.");
    expect(NEW, host.reboot());
    host.run("container-snap status");
  }

  private void brokenImage() {
    stage.chapter("A broken image");
    stage.says(
        "Version 3 has a service that fails. Nobody can see that before it runs, so the update"
            + " succeeds:");
    succeeds("container-snap update " + brokenImage);
    stage.says("Three boots it has to come up. Nobody touches the host from here on:");
    expect(NEW, host.reboot());
    stage.says("Version 2 again, by itself. It knows what happened:");
    host.run("container-snap status");
  }

  private void succeeds(String command) {
    int status = host.run(command);
    if (status != 0) {
      throw new DemoFailedException("'%s' ended with status %d".formatted(command, status));
    }
  }

  private static void expect(int wanted, int version) {
    if (version != wanted) {
      throw new DemoFailedException(
          "version %d came up where version %d was to".formatted(version, wanted));
    }
  }
}
