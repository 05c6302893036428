package io.github.containersnap.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.MachineAccess;
import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.cli.Main;
import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.harness.testkit.MachineOnDisk;
import io.github.containersnap.harness.testkit.TestDisks;
import io.github.containersnap.harness.testkit.TinyImage;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The command line on real btrfs with real podman: what is printed, and what it does. */
@ExtendWith(TestDisks.Shared.class)
class CommandLineOnBtrfsTest {
  private final TestDisks disks;
  private final String first;
  private final String second;
  private final String third;

  CommandLineOnBtrfsTest(TestDisks disks) {
    this.disks = disks;
    this.first = disks.first().id();
    this.second = disks.second().id();
    this.third = disks.third().id();
  }

  private static String shortened(String id) {
    return id.substring(0, 12);
  }

  @Test
  void what_tukit_asks_is_answered_to_the_byte() throws IOException {
    disks.onInstalled(
        machine -> {
          assertThat(machine.prints("get-current")).isEqualTo(first + "\n");
          assertThat(machine.prints("get-default")).isEqualTo(first + "\n");
          assertThat(machine.prints("get-root", first))
              .isEqualTo(
                  "%s/@var/lib/container-snap/deployments/%s/\n".formatted(machine.top(), first));
          assertThat(machine.prints("get-readonly-state", first)).isEqualTo("true\n");
          assertThat(machine.prints("list-snapshots"))
              .isEqualTo("# snapshot-id,ro\n%s,true\n".formatted(first));
          assertThat(machine.prints("list-images"))
              .isEqualTo(first + ",2026-01-01T00:00:00Z,localhost/image-tiny-1:latest\n");
        });
  }

  @Test
  void an_update_takes_the_machines_etc_along_and_says_where_it_disagrees() throws IOException {
    disks.onInstalled(
        machine -> {
          CommandLineRun result = machine.run("update", disks.second().reference());
          assertThat(result.out()).isEqualTo(second + "\n");
          assertThat(result.error())
              .isEqualTo(
                  """
                  [1/9] recovering what was interrupted
                  [2/9] resolving the image
                  [3/9] pulling the image
                        layer 2 of 2: 70.0 KiB
                  [4/9] proving the image against its digest
                  [5/9] checking that it can boot
                  [6/9] making the deployment and its /etc
                        /etc/app.conf: changed here and in the image; kept as it is here
                  [7/9] sealing the deployment
                  [8/9] making it the default
                  [9/9] clearing up
                  Updated. %s boots next.
                  """
                      .formatted(shortened(second)));
          Path etc = machine.root(machine.second()).resolve("etc");
          assertThat(etc.resolve("app.conf")).hasContent("version = mine");
          assertThat(etc.resolve("local")).hasContent("mine");
          assertThat(etc.resolve("hostname")).doesNotExist();
          assertThat(etc.resolve("motd")).hasContent("welcome to 2");
          assertThat(etc.resolve("os-release")).hasContent("PRETTY_NAME=\"Tiny 2\"");
          assertThat(Files.readString(machine.layout().bootMenu()))
              .contains("deployments/%s/usr/lib/modules/6.2.0/vmlinuz".formatted(second))
              .contains("deployments/%s/usr/lib/modules/6.1.0/vmlinuz".formatted(first));
        });
  }

  @Test
  void status_tells_people_and_machines() throws IOException {
    disks.onInstalled(
        machine -> {
          machine.succeeds("update", disks.second().reference());
          assertThat(withoutIds(machine.prints("status"))).isEqualTo(fixture("status"));
          assertThat(withoutIds(machine.prints("status", "--json")))
              .isEqualTo(fixture("status.json"));
        });
  }

  @Test
  void status_writes_metrics_whole_for_the_textfile_collector() throws IOException {
    disks.onInstalled(
        machine -> {
          machine.succeeds("update", disks.second().reference());
          Path directory = Files.createDirectories(disks.runtimeDirectory().resolve("metrics"));
          Path file = directory.resolve("os.prom");
          assertThat(machine.succeeds("status", "--prometheus", file.toString())).isEmpty();
          assertThat(Files.readString(file))
              .contains(
                  "{id=\"%s\",version=\"\",kernel=\"6.1.0\",roles=\"fallback\"} 1\n"
                      .formatted(first),
                  "{id=\"%s\",version=\"\",kernel=\"6.2.0\",roles=\"current,default\"} 1\n"
                      .formatted(second),
                  "# TYPE container_snap_etc_conflicts gauge\ncontainer_snap_etc_conflicts 1\n",
                  "container_snap_transaction_unfinished 0\n");
          assertThat(directory).isDirectoryContaining("glob:**os.prom");
          assertThat(directory.toFile().list()).hasSize(1);
          assertThat(machine.run("status", "--prometheus", "/nowhere/os.prom").exit()).isEqualTo(1);
          assertThat(machine.run("status", "--json", "--prometheus", file.toString()).exit())
              .isEqualTo(2);
        });
  }

  private String withoutIds(String text) {
    return text.replace(first, "FIRST")
        .replace(second, "SECOND")
        .replace(shortened(first), "FIRST")
        .replace(shortened(second), "SECOND")
        .replace(disks.images().directory().toString(), "/images")
        .replaceAll("/[^\\s\"]*/mount-\\d+/", "/TOP/")
        .replaceAll("\n +from ", " from ") // in two lines if the directory's name is long
        .replaceAll(" is\n +here", " is here") // wrapped: real ids are longer
        .replaceAll("[0-9.]+ [KM]iB unpacked", "SIZE unpacked")
        .replaceAll("\"unpackedBytes\" : \\d+", "\"unpackedBytes\" : SIZE")
        .replaceAll("sha256:[0-9a-f]{64}", "sha256:DIGEST")
        .replaceAll("deployed \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\dZ", "deployed WHEN")
        .replaceAll(
            "\"deployed\" : \"\\d{4}-\\d\\d-\\d\\dT[0-9:]{8}Z\"", "\"deployed\" : \"WHEN\"");
  }

  private static String fixture(String name) throws IOException {
    try (InputStream in = CommandLineOnBtrfsTest.class.getResourceAsStream(name)) {
      assertThat(in).as("the fixture " + name).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void two_rollbacks_lead_back() throws IOException {
    disks.onInstalled(
        machine -> {
          machine.succeeds("update", disks.second().reference());
          assertThat(machine.succeeds("rollback")).isEqualTo(first);
          assertThat(machine.byDefault()).isEqualTo(first);
          assertThat(machine.succeeds("rollback")).isEqualTo(second);
          assertThat(machine.byDefault()).isEqualTo(second);
          assertThat(machine.succeeds("switch", first)).isEmpty();
          assertThat(machine.byDefault()).isEqualTo(first);
          assertThat(machine.succeeds("rollback", second)).isEqualTo(second);
        });
  }

  @Test
  void an_image_that_was_rolled_back_gets_a_work_number_and_never_the_same_again()
      throws IOException {
    disks.onInstalled(
        machine -> {
          machine.succeeds("update", disks.second().reference());
          machine.succeeds("rollback");
          assertThat(machine.prints("update", disks.second().reference()))
              .isEqualTo(second + "-work1\n");
          assertThat(machine.prints("list-snapshots"))
              .contains(first + ",true\n", second + "-work1,true\n")
              .doesNotContain(second + ",");
          machine.succeeds("rollback");
          machine.succeeds("update", disks.second().reference());
          machine.succeeds("rollback");
          assertThat(machine.prints("update", disks.second().reference()))
              .isEqualTo(second + "-work2\n");
        });
  }

  @Test
  void the_image_that_boots_already_changes_nothing() throws IOException {
    disks.onInstalled(
        machine -> {
          List<String> before = everything(machine);
          CommandLineRun result = machine.run("update", disks.first().reference());
          assertThat(result.exit()).isZero();
          assertThat(result.out()).isEqualTo(first + "\n");
          assertThat(result.error())
              .endsWith(
                  "Nothing to do: %s is that image and boots next.\n".formatted(shortened(first)));
          assertThat(everything(machine)).isEqualTo(before);
        });
  }

  private static List<String> everything(MachineOnDisk machine) throws IOException {
    List<String> all = new ArrayList<>(MountedSystem.subvolumes(machine.top()));
    all.add(Files.readString(machine.layout().bootMenu()));
    all.add(TreeScan.of(machine.layout().state()).digest());
    return all;
  }

  @Test
  void the_third_image_prunes_the_first_and_never_what_boots() throws IOException {
    disks.onInstalled(
        machine -> {
          machine.succeeds("update", disks.second().reference());
          CommandLineRun result = machine.run("update", disks.third().reference());
          assertThat(result.error())
              .contains(
                  "      pruned deployment %s\n      pruned image %s\n"
                      .formatted(shortened(first), shortened(first)));
          assertThat(machine.subvolumesOutsideTheStore())
              .containsExactlyInAnyOrder(
                  "@boot",
                  "@home",
                  "@var",
                  "@var/lib/container-snap/deployments/" + second,
                  "@var/lib/container-snap/deployments/" + second + "/etc",
                  "@var/lib/container-snap/deployments/" + third,
                  "@var/lib/container-snap/deployments/" + third + "/etc",
                  "@var/lib/container-snap/etc/" + second + "/base",
                  "@var/lib/container-snap/etc/" + third + "/base");
          assertThat(machine.succeeds("list-images").lines().map(line -> line.substring(0, 64)))
              .containsExactlyInAnyOrder(second, third);
        });
  }

  @Test
  void an_image_can_be_brought_in_without_being_deployed() throws IOException {
    disks.onInstalled(
        machine -> {
          assertThat(machine.succeeds("pull", disks.second().reference())).isEqualTo(second);
          Path archives = Files.createDirectories(disks.runtimeDirectory().resolve("archives"));
          Path oci = archives.resolve("An OCI archive.tar");
          Path docker = archives.resolve("Docker.tar");
          skopeoCopy(disks.third(), "oci-archive:" + oci + ":x");
          skopeoCopy(disks.third(), "docker-archive:" + docker + ":localhost/x:1");
          assertThat(machine.succeeds("load", "-i", oci.toString())).isEqualTo(third);
          assertThat(machine.succeeds("load", "-i", docker.toString())).isEqualTo(third);
          assertThat(machine.succeeds("load", "oci-archive:" + oci)).isEqualTo(third);
          ExternalCommand.of("gzip", "--fast", docker).run();
          Path gzipped = archives.resolve("Docker.tar.gz");
          for (String reference : List.of("", ":localhost/x:1")) {
            String image = "docker-archive:" + gzipped + reference;
            assertThat(machine.succeeds("load", image)).isEqualTo(third);
            assertThat(machine.run("lint", image).error()).isEmpty();
          }
          assertThat(machine.succeeds("load", "-i", gzipped.toString())).isEqualTo(third);
          assertThat(machine.byDefault()).isEqualTo(first);
          assertThat(machine.succeeds("list-images").lines()).hasSize(3);
          Files.delete(oci);
          Files.delete(gzipped);
        });
  }

  private static void skopeoCopy(TinyImage image, String target) {
    ExternalCommand.of("skopeo", "--insecure-policy", "copy", image.reference(), target).run();
  }

  @Test
  void an_image_that_does_not_fit_is_refused_with_the_numbers_before_the_first_write()
      throws IOException {
    TinyImage large =
        disks.images().version(100, root -> sparse(root.write("usr/share/large", ""), 120 << 20));
    disks.onNewDisk(
        256L << 20,
        machine -> {
          machine.succeeds("init");
          machine.succeeds("update", disks.first().reference());
          List<String> before = everything(machine);
          CommandLineRun result = machine.run("update", large.reference());
          assertThat(result.exit()).isEqualTo(1);
          assertThat(result.error())
              .containsPattern(
                  "The image needs 25\\d\\.\\d MiB of data; \\S+ has 1?\\d\\d\\.\\d MiB free\\.");
          assertThat(everything(machine)).isEqualTo(before);
        });
  }

  @Test
  void a_disk_that_fills_up_during_the_pull_keeps_the_old_system_and_no_mount() throws IOException {
    TinyImage large =
        disks.images().version(102, root -> sparse(root.write("usr/share/large", ""), 48 << 20));
    disks.onNewDisk(
        320L << 20,
        machine -> {
          machine.succeeds("init");
          machine.succeeds("update", disks.first().reference());
          Path filler = machine.top().resolve("@home/filler");
          CommandLineRun result = updateDoing(machine, large, UpdateStep.PULL, () -> fill(filler));
          assertThat(result.exit()).isEqualTo(1);
          assertThat(result.error()).containsIgnoringCase("no space left on device");
          assertThat(Files.readString(Path.of("/proc/self/mountinfo")))
              .doesNotContain(machine.layout().store().toString());
          assertThat(machine.byDefault()).isEqualTo(first);
          machine.succeeds("status");
          machine.succeeds("recover");
          Files.delete(filler);
          assertThat(machine.succeeds("update", large.reference())).isEqualTo(large.id());
        });
  }

  private static void fill(Path filler) {
    CommandOutput output =
        ExternalCommand.of("dd", "if=/dev/zero", "of=" + filler, "bs=1M", "conv=fsync")
            .runAnyStatus();
    assertThat(output.standardError()).contains("No space left on device");
  }

  private static void sparse(Path file, long bytes) throws IOException {
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.setLength(bytes);
    }
  }

  @Test
  void an_image_that_cannot_boot_is_refused_and_leaves_nothing() throws IOException {
    TinyImage broken =
        disks.images().version(101, r -> r.write("usr/lib/modules/6.1.0/.wh.initramfs.img", ""));
    disks.onInstalled(
        machine -> {
          CommandLineRun result = machine.run("update", broken.reference());
          assertThat(result.exit()).isEqualTo(2);
          assertThat(result.error())
              .contains(
                  "Image %s cannot boot: its initrd is missing (looked for /usr/lib/modules/6.1.0/initramfs.img, /boot/initrd.img-6.1.0, /boot/initrd-6.1.0, /boot/initramfs-6.1.0.img)."
                      .formatted(shortened(broken.id())));
          assertThat(machine.byDefault()).isEqualTo(first);
          assertThat(machine.prints("list-snapshots"))
              .isEqualTo("# snapshot-id,ro\n%s,true\n".formatted(first));
          assertThat(machine.run("recover")).isEqualTo(new CommandLineRun(0, "", ""));
        });
  }

  @Test
  void an_image_that_is_not_there_is_refused_and_leaves_nothing() throws IOException {
    disks.onInstalled(
        machine -> {
          List<String> before = everything(machine);
          CommandLineRun result = machine.run("update", "oci:/nowhere:1");
          assertThat(result.exit()).isEqualTo(2);
          assertThat(result.error()).contains("The image oci:/nowhere:1 could not be read: ");
          assertThat(everything(machine)).isEqualTo(before);
        });
  }

  @Test
  void a_second_update_at_the_same_time_is_refused() throws IOException {
    disks.onInstalled(
        machine -> {
          List<CommandOutput> others = new ArrayList<>();
          CommandLineRun result =
              updateDoing(
                  machine,
                  disks.second(),
                  UpdateStep.DRAFT,
                  () -> others.add(otherProcess(machine)));
          assertThat(result.exit()).isZero();
          assertThat(others).hasSize(1);
          assertThat(others.getFirst().exitCode()).isEqualTo(75);
          assertThat(others.getFirst().text()).isEmpty();
          assertThat(others.getFirst().standardError())
              .endsWith(
                  """
                  container-snap: Another container-snap is at work (%s is held by process %d).
                    Wait until it has ended, then try again. Nothing was changed.
                  """
                      .formatted(machine.layout().lock(), ProcessHandle.current().pid()));
          assertThat(machine.byDefault()).isEqualTo(second);
        });
  }

  /** An update in the midst of which, as it enters {@code step}, something else is done. */
  private CommandLineRun updateDoing(
      MachineOnDisk machine, TinyImage image, UpdateStep step, Runnable action) {
    MachineAccess access =
        (root, registries, progress) -> {
          Machine real =
              new RealMachineAccess(disks.runtimeDirectory()).open(root, registries, progress);
          return new Machine(real.ports(), real.layout(), real.boot(), atStep(step, action));
        };
    return CommandLineRun.onRoot(machine.top(), access, "update", image.reference());
  }

  private CommandOutput otherProcess(MachineOnDisk machine) {
    return ExternalCommand.of(
            ProcessHandle.current().info().command().orElseThrow(),
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "--root",
            machine.top(),
            "update",
            disks.third().reference())
        .runAnyStatus();
  }

  private static Progress atStep(UpdateStep wanted, Runnable action) {
    return new Progress() {
      @Override
      public void enters(UpdateStep step) {
        if (step == wanted) {
          action.run();
        }
      }

      @Override
      public void notes(String line) {}
    };
  }

  @Test
  void a_menu_that_cannot_be_read_is_reported_and_written_anew_by_a_switch() throws IOException {
    disks.onInstalled(
        machine -> {
          Files.writeString(machine.layout().bootMenu(), "nothing\n");
          CommandLineRun status = machine.run("status");
          assertThat(status.exit()).isEqualTo(1);
          assertThat(status.error())
              .contains(machine.layout().bootMenu() + " is damaged: it has no entry.");
          machine.succeeds("switch", first);
          assertThat(machine.byDefault()).isEqualTo(first);
        });
  }
}
