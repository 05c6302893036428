package io.github.containersnap.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.property.LocalChange;
import io.github.containersnap.harness.testkit.FailingPorts;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The readers that the judge has from the engine, held against libarchive, attr(1) and btrfs-progs:
 * on a machine before an update, on one whose update died at its commit point, and after one.
 */
@ExtendWith({TestDisks.Shared.class, UndisturbedUpdate.Shared.class})
class ReadersAgainstToolsTest {
  private static final String COMMIT_POINT = "SystemFiles.renameOver";

  /** POSIX.1e, version 2: u::rw-, u:4711:r--, g::r--, m::r--, o::--- (acl(5)). */
  private static final String ACCESS_LIST =
      "0200000001000600ffffffff0200040067120000"
          + "04000400ffffffff10000400ffffffff20000000ffffffff";

  private static final LocalChange.Attributes PLAIN = LocalChange.Attributes.ofRoot(0644);

  /** One of each kind that a tree can hold and a person can make. */
  private static final List<LocalChange> ONE_OF_EACH =
      List.of(
          new LocalChange.MakeDirectory("kinds", new LocalChange.Attributes(0700, 1, 2, none())),
          new LocalChange.WriteFile("kinds/a name with blanks", "", PLAIN),
          new LocalChange.WriteFile("kinds/ü\\1", "not ASCII, and a backslash\n", PLAIN),
          new LocalChange.WriteFile(
              "kinds/owned", "of another\n", new LocalChange.Attributes(04755, 4711, 4711, none())),
          new LocalChange.WriteFile(
              "kinds/listed",
              "by an access control list\n",
              with("system.posix_acl_access", ACCESS_LIST)),
          new LocalChange.WriteFile("kinds/noted", "trusted\n", with("trusted.note", "00ff")),
          new LocalChange.LinkFile("kinds/second-name", "kinds/noted"),
          new LocalChange.MakeSymlink("kinds/link", "a name with blanks"),
          new LocalChange.MakeSubvolume("kinds/volume"),
          new LocalChange.WriteFile("kinds/volume/inside", "inside\n", PLAIN));

  private final TestDisks disks;
  private final UndisturbedUpdate undisturbed;

  ReadersAgainstToolsTest(TestDisks disks, UndisturbedUpdate undisturbed) {
    this.disks = disks;
    this.undisturbed = undisturbed;
  }

  private static SortedMap<String, String> none() {
    return new TreeMap<>();
  }

  private static LocalChange.Attributes with(String name, String value) {
    return new LocalChange.Attributes(0640, 0, 0, new TreeMap<>(Map.of(name, value)));
  }

  @Test
  void before_an_update() throws IOException {
    disks.onInstalled(
        machine -> {
          livedIn(machine);
          requireAlike(machine);
        });
  }

  @Test
  void when_an_update_has_died_at_its_commit_point() throws IOException {
    int commitPoint = undisturbed.calls().lastIndexOf(COMMIT_POINT);
    disks.onInstalled(
        machine -> {
          FailingPorts ports = FailingPorts.where(call -> call >= commitPoint);
          CommandLineRun.onRoot(
              machine.top(), ports.access(disks.podman()), "update", disks.second().reference());
          requireAlike(machine);
        });
  }

  @Test
  void after_an_update() throws IOException {
    disks.onInstalled(
        machine -> {
          livedIn(machine);
          machine.succeeds("update", disks.second().reference());
          requireAlike(machine);
        });
  }

  private void livedIn(MachineOnDisk machine) throws IOException {
    Path etc = machine.root(machine.first()).resolve("etc");
    new MachineOwner(etc).make(ONE_OF_EACH);
    ExternalCommand.of("mknod", etc.resolve("kinds/null"), "c", "1", "3").run();
    ExternalCommand.of("mkfifo", etc.resolve("kinds/pipe")).run();
    TreeManifest scanned = TreeScan.of(etc);
    assertThat(scanned.get("kinds/noted").map(TreeEntry::hardLinkGroup)).hasValue("kinds/noted");
    assertThat(scanned.get("kinds/listed").map(TreeEntry::extendedAttributes))
        .hasValueSatisfying(it -> assertThat(it).containsKey("system.posix_acl_access"));
  }

  private static void requireAlike(MachineOnDisk machine) throws IOException {
    Path top = machine.top();
    SortedSet<String> names = MountedSystem.deployments(top);
    assertThat(names).isNotEmpty();
    for (String name : names) {
      Path root = machine.layout().deployments().resolve(name);
      assertThat(TreeScan.of(root).differencesFrom(LibarchiveTree.of(root))).as(name).isEmpty();
      DeploymentId.read(name)
          .ifPresent(
              id ->
                  assertThat(DeploymentLayout.fromTopLevel(id))
                      .isEqualTo(top.relativize(root).toString()));
    }
    for (String path : MountedSystem.subvolumes(top)) {
      assertThat(MountedSystem.access(top.resolve(path)))
          .as(path)
          .isEqualTo(shown(top.resolve(path)));
    }
    Path directory = Files.createDirectories(top.resolve("@var/directory"));
    assertThat(MountedSystem.access(directory)).isEqualTo(Access.NOT_A_SUBVOLUME);
    assertThat(
            ExternalCommand.of("btrfs", "subvolume", "show", directory).runAnyStatus().succeeded())
        .isFalse();
  }

  private static Access shown(Path subvolume) {
    String flags =
        ExternalCommand.of("btrfs", "subvolume", "show", subvolume).run().lines().stream()
            .filter(line -> line.strip().startsWith("Flags:"))
            .findFirst()
            .orElseThrow();
    return flags.contains("readonly") ? Access.READ_ONLY : Access.WRITABLE;
  }
}
