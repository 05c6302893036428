package io.github.containersnap.harness.oracle.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.experiment.DeploymentTree;
import io.github.containersnap.loopback.btrfs.BtrfsReader;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which machines count as equal, and which trees as known, on a real btrfs. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MachineDigestTest {
  private static final long DISK_BYTES = 512L << 20;
  private static final long SCRATCH_BYTES = 4L << 30;
  private static final DeploymentId ID = DeploymentId.parse("a".repeat(64));
  private static final String DEPLOYMENT = DeploymentLayout.fromTopLevel(ID);

  private final Workspace workspace =
      Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"));
  private final ScratchSpace scratch = ScratchSpace.create(workspace, SCRATCH_BYTES);
  private final SystemDisk disk =
      SystemDisk.create(scratch.directory().resolve("machine.img"), DISK_BYTES);
  private final KnownDeployments known = new KnownDeployments();
  private int copies;

  @BeforeAll
  void makeMachine() {
    on(
        disk,
        top ->
            shell(
                top,
                """
                D=%s
                [ -d @var ] || btrfs -q subvolume create @var
                mkdir -p "$(dirname "$D")" @var/lib/container-snap/snapshots
                btrfs -q subvolume create "$D"
                btrfs -q subvolume create "$D/etc"
                mkdir "$D/usr"
                echo one >"$D/usr/program"
                echo setting >"$D/etc/setting"
                echo listed >@var/lib/container-snap/snapshots/layers.json
                echo 1 >@var/lib/container-snap/snapshots/layers.lock
                btrfs property set -t subvol "$D" ro true
                """
                    .formatted(DEPLOYMENT)));
  }

  @AfterAll
  void close() {
    scratch.close();
    workspace.close();
  }

  private static <T> T on(SystemDisk disk, Function<Path, T> work) {
    try (LoopDevice loop = disk.attachSystem();
        Mount mount =
            Mount.of(
                loop.device(), Path.of(disk.image() + ".mounted"), StateCopies.MOUNT_OPTIONS)) {
      return work.apply(mount.directory());
    }
  }

  private static boolean shell(Path top, String script) {
    ExternalCommand.of("sh", "-euc", script).in(top).run();
    return true;
  }

  /** Walks a copy of the machine, mounts it, changes it, and looks at it. */
  private <T> T changed(String script, BiFunction<Path, WalkedSubvolumes, T> look) {
    Path copy = scratch.directory().resolve("copy-" + copies++ + ".img");
    scratch.reflink(disk.image(), copy);
    SystemDisk other = disk.at(copy);
    WalkedSubvolumes walked = walked(other);
    return on(
        other,
        top -> {
          shell(top, "D=" + DEPLOYMENT + "\n" + script);
          return look.apply(top, walked);
        });
  }

  private static WalkedSubvolumes walked(SystemDisk disk) {
    try (BtrfsReader reader =
        BtrfsReader.open(disk.image(), disk.systemOffset(), disk.systemSize())) {
      return new WalkedSubvolumes(reader.walk().subvolumes());
    }
  }

  private String digest(String script) {
    return changed(script, MachineDigest::of).orElseThrow();
  }

  private DeploymentTree tree(String script) {
    return changed(script, (top, walked) -> known.on(top, walked.mounted(top)).read(ID));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "btrfs property set -t subvol $D ro false",
        "echo two >$D/etc/setting",
        "printf 'Setting\\n' | dd of=$D/etc/setting conv=notrunc status=none",
        "chmod 600 $D/etc/setting",
        "chown 1:1 $D/etc/setting",
        "setfattr -n user.note -v x $D/etc/setting",
        "ln $D/etc/setting $D/etc/other-name",
        "rm $D/etc/setting",
        "btrfs -q subvolume create $D/etc/nested",
        "btrfs -q subvolume snapshot -r $D @var/snapshot",
        "btrfs subvolume set-default @var",
        "echo other >@var/lib/container-snap/snapshots/layers.json",
        "echo stray >stray",
        "btrfs property set -t subvol $D ro false; echo two >$D/usr/program;"
            + " btrfs property set -t subvol $D ro true"
      })
  void a_machine_with_a_difference_is_another(String change) {
    assertThat(digest(change)).isNotEqualTo(digest("true"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "touch -d 2001-01-01 @var/lib/container-snap/snapshots/layers.json",
        "echo 2 >@var/lib/container-snap/snapshots/layers.lock",
        "echo stray >@var/stray; sync -f .; rm @var/stray"
      })
  void what_no_command_goes_by_makes_no_other_machine(String change) {
    assertThat(digest(change)).isEqualTo(digest("touch @var/lib"));
  }

  @Test
  void of_a_disk_that_was_not_walked_nothing_is_known() {
    Optional<String> digest =
        changed("true", (top, _) -> MachineDigest.of(top, WalkedSubvolumes.none()));

    assertThat(digest).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo two >$D/etc/setting",
        "btrfs property set -t subvol $D ro false; echo two >$D/usr/program;"
            + " btrfs property set -t subvol $D ro true",
        "btrfs -q subvolume create $D/etc/nested"
      })
  void a_deployment_that_was_changed_is_read_again(String change) {
    DeploymentTree before = tree("true");

    assertThat(tree("true")).isSameAs(before);
    assertThat(tree(change)).isNotEqualTo(before);
  }
}
