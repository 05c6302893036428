package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.deployments.PlainHost.Shape;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.harness.testkit.TinyImage;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Hosts of distributions become deployments, on a real btrfs. */
@ExtendWith(TestDisks.Shared.class)
class AdoptionTest {
  private static final List<String> SHARED = List.of("home", "root", "srv");

  private final TestDisks disks;

  AdoptionTest(TestDisks disks) {
    this.disks = disks;
  }

  private interface Work {
    void on(MachineOnDisk machine, PlainHost host) throws IOException;
  }

  private void onHost(Shape shape, Work work) throws IOException {
    disks.onEmptyDisk(machine -> work.on(machine, PlainHost.make(machine.top(), shape)));
  }

  private static String[] adopt(Shape shape) {
    return new String[] {"adopt", "--subvolume", shape.root()};
  }

  /** What the machine makes of what it was, and nothing else. */
  private static TreeManifest ofTheHost(Path directory) {
    return TreeScan.of(directory)
        .without(
            path ->
                List.of("fstab", "kernel", "kernel/cmdline").contains(path)
                    || path.equals("lib/container-snap")
                    || path.startsWith("lib/container-snap/"));
  }

  private static String flags(Path file) {
    return ExternalCommand.of("lsattr", "-d", file).run().text().replaceAll(" .*", "");
  }

  private TinyImage third(Shape shape) throws IOException {
    return shape.followsDefault() ? disks.bootedByDefault(3) : disks.third();
  }

  @ParameterizedTest
  @EnumSource
  void the_host_becomes_a_deployment_with_all_that_it_had(Shape shape) throws IOException {
    onHost(
        shape,
        (machine, host) -> {
          SortedMap<String, TreeManifest> before = host.own();
          DeploymentId id = DeploymentId.parse(machine.succeeds(adopt(shape)));

          assertThat(host.own()).isEqualTo(before);
          assertThat(machine.succeeds("get-default")).isEqualTo(id.toString());
          assertThat(machine.succeeds("get-readonly-state", id.toString())).isEqualTo("true");
          assertThat(machine.layout().adoption()).doesNotExist();
          assertThat(top(machine)).doesNotContain(".draft-adopted", ".draft-var");
          assertContent(machine, host, machine.root(id));
          assertFstab(machine, host, Files.readString(machine.root(id).resolve("etc/fstab")));
          new TestTree(machine.layout().var()).write("lib/later", "later\n");
          CommandLineRun again = machine.run(adopt(shape));
          assertThat(again.exit()).isZero();
          assertThat(again.out().strip()).isEqualTo(id.toString());
          assertThat(again.error()).contains("Nothing to do");
          assertThat(machine.layout().var().resolve("lib/later")).hasContent("later");
        });
  }

  private static void assertContent(MachineOnDisk machine, PlainHost host, Path root) {
    assertThat(ofTheHost(root.resolve("etc"))).isEqualTo(ofTheHost(host.root().resolve("etc")));
    assertThat(root.resolve("usr/share/version")).hasContent("host");
    assertThat(ofTheHost(machine.layout().var())).isEqualTo(ofTheHost(host.directory("var")));
    for (String name : SHARED) {
      if (host.directory(name).startsWith(host.root())) {
        assertThat(TreeScan.of(machine.layout().shared(name)))
            .as(name)
            .isEqualTo(TreeScan.of(host.directory(name)));
        assertThat(root.resolve(name)).isEmptyDirectory();
      }
    }
    assertThat(flags(root.resolve("etc/secret/key")))
        .isEqualTo(flags(host.root().resolve("etc/secret/key")))
        .contains("i");
    assertThat(flags(machine.layout().var().resolve("log/journal/system.journal"))).contains("C");
  }

  private static void assertFstab(MachineOnDisk machine, PlainHost host, String fstab) {
    assertThat(fstab).containsPattern("\\S+ /\\s+btrfs (defaults|noatime) 0 0");
    assertThat(fstab).containsPattern("(?m)^UUID=\\S+ /var btrfs \\S*subvol=@var 0 0$");
    assertThat(fstab).contains("UUID=ABCD-1234 /boot/efi vfat", "/tmp tmpfs");
    for (String name : SHARED) {
      String source =
          fstab.replaceAll("(?s).* /%s btrfs \\S*subvol=/?([^, ]+).*".formatted(name), "$1");
      assertThat(TreeScan.of(machine.top().resolve(source)))
          .as("%s, which is %s", name, source)
          .isEqualTo(TreeScan.of(host.directory(name)));
    }
  }

  private static List<String> top(MachineOnDisk machine) throws IOException {
    try (Stream<Path> names = Files.list(machine.top())) {
      return names.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void a_host_with_tukit_can_begin_a_transaction() throws IOException {
    onHost(
        Shape.DEBIAN,
        (machine, host) -> {
          new TestTree(host.root()).write("usr/sbin/tukit", "");

          DeploymentId id = DeploymentId.parse(machine.succeeds(adopt(Shape.DEBIAN)));

          assertThat(machine.root(id).resolve(".snapshots")).isEmptyDirectory();
          assertThat(machine.layout().var().resolve("lib/ca-certificates")).isEmptyDirectory();
          assertThat(host.root().resolve(".snapshots")).doesNotExist();
        });
  }

  @ParameterizedTest
  @EnumSource(names = {"DEBIAN", "OPENSUSE"})
  void an_update_keeps_the_etc_of_the_host_and_a_rollback_returns_to_it(Shape shape)
      throws IOException {
    requireUpdateAndRollback(shape);
  }

  @ParameterizedTest
  @Tag("exhaustive")
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"DEBIAN", "OPENSUSE"})
  void so_it_is_with_a_host_of_any_other_shape(Shape shape) throws IOException {
    requireUpdateAndRollback(shape);
  }

  private void requireUpdateAndRollback(Shape shape) throws IOException {
    onHost(
        shape,
        (machine, host) -> {
          String adopted = machine.succeeds(adopt(shape));
          TreeManifest etc = TreeScan.of(machine.root(DeploymentId.parse(adopted)).resolve("etc"));
          String updated = machine.succeeds("update", third(shape).reference());

          Path root = machine.root(DeploymentId.parse(updated));
          assertThat(root.resolve("usr/share/version")).hasContent("3");
          assertThat(root.resolve("etc/app.conf")).hasContent("mine");
          assertThat(root.resolve("etc/shadow")).content().contains("anna:$y$secret");
          assertThat(root.resolve("etc/hostname")).hasContent("host");
          assertThat(root.resolve("etc/fstab")).content().contains("subvol=@var");
          assertThat(root.resolve("boot/efi"))
              .as("where fstab mounts the EFI system partition, of which the image knows nothing")
              .isEmptyDirectory();
          assertThat(root.resolve("etc/os-release")).hasContent("PRETTY_NAME=\"Tiny 3\"");
          assertThat(root.resolve("etc/ld.so.cache")).doesNotExist();
          assertThat(flags(root.resolve("etc/secret/key"))).contains("i");
          assertThat(machine.layout().var().resolve("lib/app/data")).isRegularFile();
          assertThat(machine.succeeds("status")).contains("fallback  " + adopted.substring(0, 12));

          assertThat(machine.succeeds("rollback")).isEqualTo(adopted);
          assertThat(machine.succeeds("get-default")).isEqualTo(adopted);
          assertThat(TreeScan.of(machine.root(DeploymentId.parse(adopted)).resolve("etc")))
              .isEqualTo(etc);
          assertThat(machine.run("update").error()).contains("no image is behind it");
        });
  }

  @Test
  void a_dry_run_changes_nothing() throws IOException {
    onHost(
        Shape.DEBIAN,
        (machine, host) -> {
          TreeManifest all = TreeScan.of(machine.top());
          CommandLineRun dry = machine.run("adopt", "--dry-run", "--subvolume", "@rootfs");

          assertThat(dry.exit()).as(dry.error()).isZero();
          assertThat(dry.error()).contains("kernel 5.10.0", "Nothing was changed.");
          assertThat(TreeScan.of(machine.top())).isEqualTo(all);
          assertThat(machine.succeeds(adopt(Shape.DEBIAN))).isEqualTo(dry.out().strip());
        });
  }

  @Test
  void after_init_it_takes_the_place_of_what_init_has_made() throws IOException {
    onHost(
        Shape.DEBIAN,
        (machine, host) -> {
          machine.succeeds("init");
          machine.succeeds(adopt(Shape.DEBIAN));
          assertThat(ofTheHost(machine.layout().var())).isEqualTo(ofTheHost(host.directory("var")));
        });
  }

  @Test
  void what_cannot_be_adopted_is_refused_and_stays_as_it_is() throws IOException {
    onHost(
        Shape.DEBIAN,
        (machine, host) -> {
          Path grub = host.root().resolve("boot/grub/grub.cfg");
          String configuration = Files.readString(grub);
          Files.writeString(grub, "menuentry Host {}\n");
          refused(machine, "does not read custom.cfg");
          Files.delete(grub);
          refused(machine, "no GRUB");
          Files.writeString(grub, configuration);

          ExternalCommand.of("btrfs", "subvolume", "create", machine.top().resolve("@home")).run();
          refused(machine, "/@home already exists");
          Files.delete(machine.top().resolve("@home"));

          Path kernel = host.root().resolve("usr/lib/modules/5.10.0");
          Files.move(kernel, host.root().resolve("usr/moved"));
          refused(machine, "it has no kernel");
          Files.move(host.root().resolve("usr/moved"), kernel);

          Path fstab = host.root().resolve("etc/fstab");
          String text = Files.readString(fstab);
          Files.writeString(fstab, text + "/dev/sdb1 /var ext4 defaults 0 2\n");
          refused(machine, "/var is mounted from /dev/sdb1");
          Files.writeString(fstab, text);

          assertThat(machine.run("adopt").error()).contains("runs from the top level");
          assertThat(machine.run("adopt", "--subvolume", "@nothing").exit()).isEqualTo(3);
          machine.succeeds(adopt(Shape.DEBIAN));
        });
  }

  private static void refused(MachineOnDisk machine, String reason) throws IOException {
    List<String> before = top(machine);
    CommandLineRun result = machine.run(adopt(Shape.DEBIAN));
    assertThat(result.exit()).as(result.error()).isEqualTo(3);
    assertThat(result.error()).contains(reason);
    assertThat(top(machine)).isEqualTo(before);
  }

  @Test
  void a_machine_with_deployments_is_refused() throws IOException {
    disks.onUpdated(
        machine -> {
          PlainHost host = new PlainHost(machine.top(), Shape.DEBIAN);
          ExternalCommand.of("btrfs", "subvolume", "create", host.root()).run();
          CommandLineRun result = machine.run(adopt(Shape.DEBIAN));
          assertThat(result.exit()).isEqualTo(2);
          assertThat(result.error()).contains("has deployments already");
        });
  }
}
