package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.harness.testkit.TinyImage;
import io.github.containersnap.harness.testkit.TinyImages;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.linux.InodeFlags;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** {@code etc-diff --restore}, on a btrfs: what it puts back, and what it refuses. */
@ExtendWith(TestDisks.Shared.class)
class EtcRestorationOnDiskTest {
  private final TestDisks disks;

  EtcRestorationOnDiskTest(TestDisks disks) {
    this.disks = disks;
  }

  /** On a machine whose image has a directory and accounts in /etc. */
  private void onMachine(Work work) throws IOException {
    TinyImage image =
        new TinyImages(disks.newDirectory())
            .version(
                4,
                tree -> {
                  tree.write("etc/conf.d/one", "one\n");
                  tree.write("etc/conf.d/two", "two\n");
                  tree.write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
                });
    disks.onUpdated(
        machine -> {
          machine.succeeds("update", image.reference());
          work.on(machine, image.deployment(), machine.root(image.deployment()).resolve("etc"));
        });
  }

  private interface Work {
    void on(MachineOnDisk machine, DeploymentId id, Path etc) throws IOException;
  }

  private static CommandLineRun restore(MachineOnDisk machine, String... arguments) {
    String[] line = new String[arguments.length + 2];
    line[0] = "etc-diff";
    line[1] = "--restore";
    System.arraycopy(arguments, 0, line, 2, arguments.length);
    return machine.run(line);
  }

  private static void refuses(
      MachineOnDisk machine, Path etc, String sentence, String... arguments) {
    String before = TreeScan.of(etc).digest();
    CommandLineRun run = restore(machine, arguments);
    assertThat(run.exit()).as(run.error()).isEqualTo(2);
    assertThat(run.error()).contains(sentence);
    assertThat(TreeScan.of(etc).digest()).isEqualTo(before);
  }

  @Test
  void a_file_a_link_and_a_directory_are_as_the_image_has_them_again() throws IOException {
    onMachine(
        (machine, id, etc) -> {
          Files.writeString(etc.resolve("hostname"), "mine\n");
          Files.setAttribute(etc.resolve("hostname"), "unix:mode", 0600);
          Files.delete(etc.resolve("os-release"));
          Files.createSymbolicLink(etc.resolve("os-release"), Path.of("hostname"));
          Files.delete(etc.resolve("motd"));

          CommandLineRun run = restore(machine, "/etc/hostname");
          assertThat(run.exit()).as(run.error()).isZero();
          assertThat(run.out()).startsWith("M /etc/hostname");
          assertThat(run.error())
              .isEqualTo(
                  "Restored /etc/hostname as the image of %s has it.%n".formatted(id.shortForm()));
          assertThat(restore(machine, "/etc/hostname").error())
              .isEqualTo(
                  "/etc/hostname was as the image of %s has it.%n".formatted(id.shortForm()));
          assertThat(restore(machine, "/etc/os-release").out()).startsWith("T /etc/os-release");
          assertThat(restore(machine, "/etc/motd").out()).startsWith("D /etc/motd");
          assertThat(machine.succeeds("etc-diff")).isEmpty();
          assertThat(MountedSystem.strays(machine.top(), Set.of())).isEmpty();
          assertThat(machine.succeeds("recover")).isEmpty();
        });
  }

  @Test
  void a_directory_loses_what_was_added_only_when_that_was_asked_for() throws IOException {
    onMachine(
        (machine, id, etc) -> {
          TestTree tree = new TestTree(etc);
          tree.write("conf.d/mine", "added\n");
          tree.write("conf.d/one", "changed\n");
          Files.delete(etc.resolve("conf.d/two"));

          refuses(
              machine,
              etc,
              "/etc/conf.d holds 1 that the image does not have, such as /etc/conf.d/mine",
              "/etc/conf.d");
          assertThat(restore(machine, "--remove-added", "/etc/conf.d/").exit()).isZero();

          assertThat(etc.resolve("conf.d/mine")).doesNotExist();
          assertThat(etc.resolve("conf.d/two")).hasContent("two");
          assertThat(machine.succeeds("etc-diff")).isEmpty();
        });
  }

  @Test
  void what_is_this_machines_alone_or_lies_elsewhere_is_refused() throws IOException {
    onMachine(
        (machine, id, etc) -> {
          TestTree tree = new TestTree(etc);
          tree.write("added", "1");
          refuses(machine, etc, "has no /etc/added to restore", "/etc/added");
          refuses(machine, etc, "is not a path below /etc", "/etc");
          refuses(machine, etc, "is not a path below /etc", "/etc/../etc/hostname");
          refuses(machine, etc, "is not a path below /etc", "/usr/lib/os-release");
          refuses(machine, etc, "Neither", "/etc/no-such-file");
          refuses(machine, etc, "--restore takes one PATH");
          refuses(machine, etc, "--json takes no PATH", "/etc/hostname", "--json");

          tree.write("passwd", "root:x:0:0:root:/root:/bin/sh\nanna:x:1000:1000::/:/bin/sh\n");
          refuses(machine, etc, "/etc/passwd says which machine this is, or who", "/etc/passwd");

          Files.move(etc.resolve("conf.d"), etc.resolve("moved"));
          refuses(machine, etc, "/etc/conf.d is not a directory here", "/etc/conf.d/one");
          Files.createSymbolicLink(etc.resolve("conf.d"), Path.of("moved"));
          refuses(machine, etc, "/etc/conf.d is not a directory here", "/etc/conf.d/one");
          assertThat(restore(machine, "/etc/conf.d").out()).contains("T /etc/conf.d\n");
          assertThat(etc.resolve("conf.d/one")).hasContent("one");
          assertThat(etc.resolve("moved/one")).hasContent("one");
        });
  }

  @Test
  void what_chattr_protects_is_refused() throws IOException {
    onMachine(
        (machine, _, etc) -> {
          Path file = etc.resolve("hostname");
          Files.writeString(file, "mine\n");
          InodeFlags.set(file, InodeFlags.IMMUTABLE);
          refuses(machine, etc, "chattr has set flags on /etc/hostname", "/etc/hostname");
          InodeFlags.set(file, 0);
          assertThat(restore(machine, "/etc/hostname").exit()).isZero();
        });
  }
}
