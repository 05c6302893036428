package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.gate.cases.KeptDisk;
import io.github.containersnap.gate.check.ReportDirectory;
import io.github.containersnap.gate.report.CheckResult;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs of the gate from beginning to end with the small pair of images, at every flush, of updaters
 * as they are. Those of this process come one after another: they share its mount namespace, and
 * podman in one run would hold the disks of another.
 */
@Timeout(600)
class WholeRunTest extends RunsOfTheSmallPair {
  private static final long SECTOR = 512;

  /** The first in this process, the second as the script starts it. */
  @Test
  void of_two_gates_at_once_each_holds_and_sees_nothing_of_the_other() throws Exception {
    Path transitions = directory.resolve("report of transitions");
    try (GateProcess neighbour =
        GateProcess.start(
            ImageCache.ofThisUser().root(),
            "--small",
            "--states",
            "flush",
            "--transition",
            "pin,bless",
            "--json",
            "--report",
            transitions.toString())) {
      updateHoldsAndWhatIsKeptIsOfUseToOthers();
      assertThat(neighbour.exitStatus()).as("%s", neighbour.lines()).isZero();
      eachTransitionHoldsAndHasAReport(transitions, String.join("\n", neighbour.lines()));
    }
  }

  private void updateHoldsAndWhatIsKeptIsOfUseToOthers() throws Exception {
    Path report = directory.resolve("report");
    Path kept = directory.resolve("kept");
    GateRun run =
        GateRun.of("--small", "--states", "flush", "--json", "--report", report, "--keep", kept);

    assertThat(run.status()).as(run.err()).isZero();
    JsonNode result = json(run.out());
    assertThat(Files.readString(report.resolve("result.json"))).isEqualTo(run.out());
    assertThat(result.path("verdict").asText()).isEqualTo("holds");
    assertThat(result.path("outcomes").path("violations").asInt()).isZero();
    assertThat(result.path("outcomes").path("unknown").asInt()).isZero();
    assertThat(result.path("outcomes").path("old").asInt()).isPositive();
    assertThat(result.path("outcomes").path("new").asInt()).isPositive();
    assertThat(result.path("states").path("checked"))
        .isEqualTo(result.path("states").path("distinct"));
    assertThat(run.err()).contains("HOLDS at flushes: ").doesNotContain("\u001b");
    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(report.resolve("junit.xml").toFile())
                .getDocumentElement()
                .getAttribute("tests"))
        .isEqualTo(result.path("states").path("checked").asText());
    replayed(kept, result);
  }

  private static void eachTransitionHoldsAndHasAReport(Path report, String printed)
      throws Exception {
    String overview = Files.readString(report.resolve("transitions.json"));
    assertThat(printed).contains(overview.strip());
    JsonNode results = json(overview);
    assertThat(results)
        .extracting(result -> result.path("transition").asText())
        .containsExactly("pin", "bless");
    for (JsonNode result : results) {
      assertThat(result.path("verdict").asText()).isEqualTo("holds");
      assertThat(result.path("bootLoader").asText()).isEqualTo("grub-btrfs");
      assertThat(result.path("outcomes").path("old").asInt()).isPositive();
      assertThat(result.path("outcomes").path("new").asInt()).isPositive();
      assertThat(result.path("outcomes").path("unknown").asInt()).isZero();
      assertThat(report.resolve(result.path("transition").asText()).resolve("junit.xml")).exists();
    }
    assertThat(printed).contains("what it was before bless, or wholly what it is after it.");
  }

  @Test
  void another_updater_is_held_to_what_it_reports() throws Exception {
    Path report = directory.resolve("podman");
    GateRun run =
        GateRun.of(
            "--small",
            "--states",
            "flush",
            "--updater",
            "shell:updaters/podman-set-default",
            "--report",
            report);

    assertThat(run.status()).as(run.err()).isEqualTo(1);
    assertThat(run.out())
        .containsPattern(
            "P2 \\(durable\\): success had been reported, but the machine boots the"
                + " old\\s+system\\.");
    JsonNode result = json(Files.readString(report.resolve("result.json")));
    assertThat(result.path("updater").asText()).endsWith("/updaters/podman-set-default");
    assertThat(result.path("outcomes").path("old").asInt())
        .as("cut before anything is written, it holds")
        .isPositive();
    assertThat(result.path("outcomes").path("unknown").asInt()).isZero();

    Path cases = report.resolve(result.path("violations").get(0).path("case").asText());
    assertThat(GateRun.of("minimize", cases).refusal())
        .startsWith("The updater of this case was shell:")
        .endsWith("and judging a crash runs its programs; name them with --updater.");
    GateRun explained = GateRun.of("reproduce", cases);
    assertThat(explained.out())
        .contains("Only its updater knows what would boot from it; name that with");
    GateRun shown =
        GateRun.of("reproduce", cases, "--updater", "shell:updaters/podman-set-default");
    assertThat(shown.out())
        .containsPattern("The boot loader would start:\\s+/@var/lib/containers/storage/");
  }

  /** All of the log onto the disk before the update is the disk after it: it starts the new. */
  private void replayed(Path kept, JsonNode result) throws Exception {
    Path base = kept.resolve("base.img");
    Path log = kept.resolve("write.log");
    assertThat(sha256(base)).isEqualTo(result.path("disk").path("baseSha256").asText());
    assertThat(sha256(log)).isEqualTo(result.path("disk").path("logSha256").asText());
    assertThat(kept.resolve("old/index.json")).exists();
    assertThat(kept.resolve("new/index.json")).exists();

    String before = bootMenu(base);
    PublicLogReplay.Counts counts = PublicLogReplay.replay(log, base);

    assertThat(counts.entries()).isEqualTo(result.path("disk").path("logEntries").asLong());
    assertThat(counts.flushes()).isEqualTo(result.path("log").path("flushes").asLong());
    assertThat(counts.writes())
        .as("the writes of the update and the marks")
        .isGreaterThan(result.path("log").path("writes").asLong());
    assertThat(defaultEntry(before)).contains(result.path("old").path("imageId").asText());
    assertThat(defaultEntry(bootMenu(base))).contains(result.path("new").path("imageId").asText());
  }

  private static String sha256(Path file) {
    return ExternalCommand.of("sha256sum", file).run().text().substring(0, 64);
  }

  private String bootMenu(Path disk) throws Exception {
    // UEFI specification, 5.3: 128 bytes for each partition from sector 2 on; the second is the
    // system's, and its first and last sector stand at 32 and 40.
    ByteBuffer entry = ByteBuffer.allocate(128).order(ByteOrder.LITTLE_ENDIAN);
    try (FileChannel channel = FileChannel.open(disk)) {
      assertThat(channel.read(entry, 2 * SECTOR + 128)).isEqualTo(128);
    }
    long first = entry.getLong(32);
    long sectors = entry.getLong(40) + 1 - first;
    try (LoopDevice loop = LoopDevice.attach(disk, first * SECTOR, sectors * SECTOR);
        Mount mount = Mount.of(loop.device(), directory.resolve("mounted"), "ro,subvolid=5")) {
      return Files.readString(mount.directory().resolve("@boot/boot.cfg"));
    }
  }

  private static String defaultEntry(String menu) {
    int first = menu.indexOf("menuentry ");
    int second = menu.indexOf("menuentry ", first + 1);
    return menu.substring(first, second < 0 ? menu.length() : second);
  }

  @Test
  @Tag("exhaustive")
  void one_state_of_each_boot_class_comes_up_in_a_virtual_machine() throws Exception {
    Path report = directory.resolve("report of boots");
    GateRun run = GateRun.of("--small", "--states", "flush", "--boot", "--report", report);

    assertThat(run.status()).as(run.err()).isZero();
    JsonNode result = json(Files.readString(report.resolve("result.json")));
    assertThat(result.path("states").path("booted").asInt()).isBetween(2, 20);
    assertThat(result.path("boots"))
        .extracting(boot -> boot.path("system").asText())
        .contains("the old system", "the new system");
    assertThat(result.path("boots"))
        .allSatisfy(boot -> assertThat(boot.path("problem").isNull()).isTrue());
  }

  @Test
  void a_case_of_another_disk_is_not_rebuilt_from_this_one() throws Exception {
    Path report = directory.resolve("report of another disk");
    CheckResult result = ExampleResult.violated(ExampleLog.in(directory)).result();
    new ReportDirectory(report).write(result);
    Path caseFile = report.resolve("cases/state-11.json");
    Files.writeString(
        caseFile,
        Files.readString(caseFile).replace("0-1-2-3", "00000000-0000-0000-0000-000000000000"));

    assertThat(GateRun.of("reproduce", caseFile).refusal())
        .startsWith("The disk and the log of this case (base.img with SHA-256 aaaaaaaaaaaa…")
        .endsWith("/report of another disk/disk; name their directory with --from DIR.");

    new KeptDisk(report.resolve("disk")).keep(caseFile, caseFile);
    assertThat(GateRun.of("reproduce", caseFile).refusal())
        .startsWith("base.img in ")
        .contains(" is another run's: its SHA-256 is ");
  }
}
