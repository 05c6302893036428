package io.github.containersnap.harness.deployments;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.github.containersnap.adapter.bootloader.DefaultSubvolume;
import io.github.containersnap.adapter.bootloader.GrubBtrfs;
import io.github.containersnap.adapter.podman.Podman;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.adoption.HostAdoption;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.deployments.PlainHost.Shape;
import io.github.containersnap.harness.testkit.FailingPorts;
import io.github.containersnap.harness.testkit.FailingPorts.Manner;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * An adoption, cut off or failing at each call that changes something. The power goes in the call:
 * what btrfs has not written by then is lost. The host, or the deployment it was to become, is
 * whole then and boots, and running the verb again ends with the same machine as if nothing had
 * happened.
 */
@ExtendWith(TestDisks.Shared.class)
class StruckAdoptionTest {
  /** More calls than any adoption makes. */
  private static final int TOO_MANY = 400;

  private final TestDisks disks;

  StruckAdoptionTest(TestDisks disks) {
    this.disks = disks;
  }

  /** A machine that has adopted its host. */
  private record Adopted(
      SortedSet<String> subvolumes, Map<String, TreeManifest> trees, String snapshots) {
    static Adopted of(MachineOnDisk machine, DeploymentId id) {
      Map<String, TreeManifest> trees = new TreeMap<>();
      trees.put("deployment", TreeScan.of(machine.root(id)));
      for (String name : machine.subvolumesOutsideTheStore()) {
        if (name.matches("@(home|root|srv)")) {
          trees.put(name, TreeScan.of(machine.top().resolve(name)));
        }
      }
      trees.put(
          "@var",
          TreeScan.of(machine.layout().var())
              .without(path -> path.startsWith("lib/container-snap/")));
      return new Adopted(
          machine.subvolumesOutsideTheStore(), trees, machine.succeeds("list-snapshots"));
    }
  }

  /** Strikes at every {@code step}th change of an adoption of one host, on copies of its disk. */
  private final class Strikes {
    private final MachineOnDisk disk;
    private final Shape shape;
    private final Manner manner;
    private final SortedMap<String, TreeManifest> host;
    private final SortedSet<String> subvolumes;
    private final DeploymentId id;
    private final Adopted expected;

    Strikes(MachineOnDisk disk, Shape shape, Manner manner) throws IOException {
      this.disk = disk;
      this.shape = shape;
      this.manner = manner;
      host = PlainHost.make(disk.top(), shape).own();
      subvolumes = disk.subvolumesOutsideTheStore();
      List<DeploymentId> ids = new ArrayList<>();
      List<Adopted> undisturbed = new ArrayList<>();
      disks.onCopyOf(
          disk.image(),
          copy -> {
            ids.add(DeploymentId.parse(adopt(copy, shape)));
            undisturbed.add(Adopted.of(copy, ids.getFirst()));
          });
      id = ids.getFirst();
      expected = undisturbed.getFirst();
    }

    private static String adopt(MachineOnDisk machine, Shape shape) {
      return machine.succeeds("adopt", "--subvolume", shape.root());
    }

    int atEvery(int step) throws IOException {
      boolean[] ended = {false};
      for (int at = 0; at < TOO_MANY; at += step) {
        FailingPorts ports = FailingPorts.atChange(at, manner);
        disks.onCopyOf(disk.image(), copy -> ended[0] = strike(copy, ports));
        if (ended[0]) {
          return at;
        }
      }
      return fail("the adoption does not end");
    }

    /** Whether there was nothing left to strike. */
    private boolean strike(MachineOnDisk copy, FailingPorts ports) throws IOException {
      try {
        new HostAdoption(machine(copy.layout(), ports), shape.root(), Optional.empty()).run();
        adopt(copy, shape); // clears up what a strike after the commit point has left
        assertAdopted(copy, ports.struck());
        return ports.struck().isEmpty();
      } catch (FailingPorts.Killed killed) {
        disks.onCopyOf(copy.image(), crashed -> assertCrash(crashed, ports.struck()));
      } catch (RuntimeException failure) {
        assertThat(ports.struck()).as(String.valueOf(failure)).isNotEmpty();
        assertAsBefore(copy, ports.struck());
        adopt(copy, shape);
        assertAdopted(copy, ports.struck());
      }
      return false;
    }

    private Machine machine(DeploymentLayout layout, FailingPorts ports) {
      Podman podman = new Podman(disks.runtimeDirectory(), true);
      FailingPorts.Loader loader = shape.followsDefault() ? DefaultSubvolume::new : GrubBtrfs::new;
      return new Machine(ports.of(layout, podman, loader), layout, Optional.empty(), Progress.NONE);
    }

    private void assertCrash(MachineOnDisk crashed, String call) throws IOException {
      assertThat(new PlainHost(crashed.top(), shape).own()).as(call).isEqualTo(host);
      if (boots(crashed).isPresent()) {
        assertThat(TreeScan.of(crashed.root(id)))
            .as(call)
            .isEqualTo(expected.trees().get("deployment"));
      }
      adopt(crashed, shape);
      assertAdopted(crashed, call);
    }

    /** What boots instead of the host, whose GRUB is led elsewhere by a menu only. */
    private Optional<DeploymentId> boots(MachineOnDisk machine) throws IOException {
      if (shape.followsDefault()) {
        String followed =
            ExternalCommand.of("btrfs", "subvolume", "get-default", machine.top()).run().text();
        boolean isHost = followed.endsWith(" path " + shape.root());
        assertThat(isHost || followed.endsWith(" path " + DeploymentLayout.fromTopLevel(id)))
            .as(followed)
            .isTrue();
        return isHost ? Optional.empty() : Optional.of(id);
      }
      Path menu = machine.layout().bootMenu();
      if (!Files.exists(menu)) {
        return Optional.empty();
      }
      assertThat(menu).content().contains("--id " + id);
      return Optional.of(id);
    }

    private void assertAdopted(MachineOnDisk machine, String call) throws IOException {
      assertThat(boots(machine)).as(call).contains(id);
      assertThat(Adopted.of(machine, id)).as(call).isEqualTo(expected);
      assertThat(new PlainHost(machine.top(), shape).own()).as(call).isEqualTo(host);
      assertThat(machine.succeeds("status")).as(call).doesNotContain("interrupted", "warning");
    }

    private void assertAsBefore(MachineOnDisk machine, String call) throws IOException {
      assertThat(boots(machine)).as(call).isEmpty();
      assertThat(machine.subvolumesOutsideTheStore()).as(call).isEqualTo(subvolumes);
      PlainHost plain = new PlainHost(machine.top(), shape);
      assertThat(plain.own()).as(call).isEqualTo(host);
      assertThat(plain.root().resolve(shape.grub() + "/custom.cfg")).as(call).doesNotExist();
      assertThat(plain.directory("var").resolve("lib/container-snap")).as(call).doesNotExist();
    }
  }

  private int struckAtEvery(int step, Shape shape, Manner manner) throws IOException {
    int[] calls = {0};
    disks.onEmptyDisk(machine -> calls[0] = new Strikes(machine, shape, manner).atEvery(step));
    return calls[0];
  }

  @ParameterizedTest
  @CsvSource({"OPENSUSE, KILLS", "DEBIAN, KILLS", "DEBIAN, FAILS"})
  void an_adoption_that_is_struck_here_and_there_ends_with_the_host_or_the_deployment(
      Shape shape, Manner manner) throws IOException {
    assertThat(struckAtEvery(37, shape, manner)).isGreaterThan(40);
  }

  static Stream<Arguments> shapesAndManners() {
    return Arrays.stream(Shape.values())
        .flatMap(
            shape -> Arrays.stream(Manner.values()).map(manner -> Arguments.of(shape, manner)));
  }

  @Tag("exhaustive")
  @ParameterizedTest
  @MethodSource("shapesAndManners")
  void an_adoption_that_is_struck_anywhere_ends_with_the_host_or_the_deployment(
      Shape shape, Manner manner) throws IOException {
    assertThat(struckAtEvery(1, shape, manner))
        .isGreaterThan(manner == Manner.FAILS_AT_ITS_SYNC ? 5 : 40);
  }
}
