package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.Finalization;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TestTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What chattr(1) has set on files of /etc is a local change as any other. */
@ExtendWith(TestDisks.Shared.class)
class InodeFlagsTest {
  private static final List<String> PATHS =
      List.of("hostname", "locked", "log", "db.d", "db.d/table", "quiet");

  private final TestDisks disks;

  InodeFlagsTest(TestDisks disks) {
    this.disks = disks;
  }

  private static void change(String flags, Path file) {
    ExternalCommand.of("chattr", flags, file).run();
  }

  /** The letters of lsattr(1), without those of compression. */
  private static Map<String, Set<String>> flags(Path etc) {
    Map<String, Set<String>> all = new TreeMap<>();
    for (String path : PATHS) {
      String line = ExternalCommand.of("lsattr", "-d", etc.resolve(path)).run().text();
      all.put(
          path,
          line.substring(0, line.indexOf(' '))
              .chars()
              .mapToObj(Character::toString)
              .filter(letter -> !letter.equals("-"))
              .collect(Collectors.toCollection(TreeSet::new)));
    }
    return all;
  }

  private static Map<String, Set<String>> set(Path etc) throws IOException {
    new TestTree(etc).write("locked", "secret\n");
    new TestTree(etc).write("log", "first\n");
    Files.createDirectory(etc.resolve("db.d"));
    change("+C", etc.resolve("db.d"));
    new TestTree(etc).write("db.d/table", "in place\n");
    new TestTree(etc).write("quiet", "");
    change("+i", etc.resolve("hostname"));
    change("+i", etc.resolve("locked"));
    change("+a", etc.resolve("log"));
    change("+dAS", etc.resolve("quiet"));
    Map<String, Set<String>> flags = flags(etc);
    assertThat(flags)
        .containsEntry("hostname", Set.of("i"))
        .containsEntry("log", Set.of("a"))
        .containsEntry("db.d", Set.of("C"))
        .containsEntry("db.d/table", Set.of("C"))
        .containsEntry("quiet", Set.of("d", "A", "S"));
    return flags;
  }

  @Test
  void an_update_carries_them_and_so_does_what_follows_it() throws IOException {
    disks.onUpdated(
        machine -> {
          Path etc = machine.root(machine.second()).resolve("etc");
          Map<String, Set<String>> wanted = set(etc);
          machine.succeeds("update", disks.third().reference());
          DeploymentId third = DeploymentId.parse(machine.succeeds("get-default"));
          Path carried = machine.root(third).resolve("etc");
          assertThat(flags(carried)).isEqualTo(wanted);
          assertThat(carried.resolve("locked")).hasContent("secret");
          assertThat(carried.resolve("db.d/table")).hasContent("in place");

          // Changed after the update, and carried over at the shutdown.
          change("-i", etc.resolve("locked"));
          new TestTree(etc).write("locked", "changed\n");
          change("+i", etc.resolve("locked"));
          change("-a", etc.resolve("log"));
          wanted.put("log", Set.of());
          assertThat(new Finalization(machine.running(machine.second())).run())
              .contains(
                  new Finalization.FinalizationResult.Carried(
                      third, machine.second(), List.of("locked", "log"), List.of()));
          assertThat(flags(carried)).isEqualTo(wanted);
          assertThat(carried.resolve("locked")).hasContent("changed");

          // Nothing that is immutable is in the way of a snapshot or of a removal.
          DeploymentId work = machine.snapshotOf(third);
          assertThat(flags(machine.root(work).resolve("etc"))).isEqualTo(wanted);
          machine.succeeds("delete", "--id=" + work);
          machine.succeeds("rollback");
          machine.succeeds("update", disks.first().reference());
          machine.succeeds("prune");
          assertThat(machine.subvolumesOutsideTheStore())
              .noneMatch(path -> path.contains(work.toString()));
        });
  }
}
