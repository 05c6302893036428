package io.github.containersnap.loopback.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.LogFile;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashStatesTest {
  private static final BigInteger TWO_TO_256 = BigInteger.ONE.shiftLeft(256);

  @TempDir Path junitDirectory;
  private Path directory = Path.of("/nowhere");

  @BeforeProperty
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("crash-states");
  }

  @AfterProperty
  void deleteDirectory() throws IOException {
    for (String name : List.of("log", "base", "image")) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.delete(directory);
  }

  @Provide
  Arbitrary<SmallLog> logs() {
    return SmallLog.any();
  }

  @Property(tries = 200)
  void every_prefix_is_what_a_naive_replay_gives(@ForAll("logs") SmallLog small)
      throws IOException {
    WriteLog log = small.writeTo(directory.resolve("log"));
    Path copy = Files.write(directory.resolve("image"), SmallLog.base());

    try (CrashImage image = CrashImage.of(copy, log)) {
      for (int count = 0; count <= log.entries().size(); count++) {
        image.advanceTo(count);
        assertThat(Files.readAllBytes(image.image())).isEqualTo(small.diskAfter(count));
        assertThat(image.position()).isEqualTo(count);
      }
    }
  }

  @Property(tries = 200)
  void fingerprints_are_equal_exactly_when_the_disks_are(@ForAll("logs") SmallLog small)
      throws IOException {
    WriteLog log = small.writeTo(directory.resolve("log"));
    Path base = Files.write(directory.resolve("base"), SmallLog.base());

    List<Fingerprint> fingerprints = StateFingerprints.ofPrefixes(base, log);

    assertThat(fingerprints)
        .hasSize(log.entries().size() + 1)
        .first()
        .isEqualTo(Fingerprint.OF_BASE);
    assertThat(Files.readAllBytes(base)).isEqualTo(SmallLog.base());
    List<BigInteger> expected = new ArrayList<>();
    for (int count = 0; count < fingerprints.size(); count++) {
      expected.add(NaiveFingerprint.of(SmallLog.base(), small.diskAfter(count)));
    }
    assertThat(fingerprints).extracting(CrashStatesTest::number).isEqualTo(expected);
    // The definition above could be wrong itself; what it is for is this:
    for (int one = 0; one < fingerprints.size(); one++) {
      for (int other = 0; other < one; other++) {
        assertThat(fingerprints.get(one).equals(fingerprints.get(other)))
            .isEqualTo(Arrays.equals(small.diskAfter(one), small.diskAfter(other)));
      }
    }
  }

  @Property(tries = 100)
  void a_subset_of_an_epoch_has_the_fingerprint_of_the_disk_it_makes(
      @ForAll("logs") SmallLog small, @ForAll int mask) throws IOException {
    WriteLog log = small.writeTo(directory.resolve("log"));
    Path base = Files.write(directory.resolve("base"), SmallLog.base());

    for (Epoch epoch : log.epochs()) {
      List<LogEntry.Change> arrived =
          epoch.changes().stream().filter(change -> (mask >> change.index() & 1) == 1).toList();
      Path copy = Files.write(directory.resolve("image"), SmallLog.base());
      try (CrashImage image = CrashImage.of(copy, log);
          StateFingerprints fingerprints = StateFingerprints.over(base, log)) {
        image.advanceTo(epoch.firstEntry());
        image.arrive(arrived);
        Fingerprint before = fingerprints.advanceTo(epoch.firstEntry());

        assertThat(number(fingerprints.with(arrived)))
            .isEqualTo(NaiveFingerprint.of(SmallLog.base(), Files.readAllBytes(copy)));
        assertThat(fingerprints.advanceTo(epoch.firstEntry())).isEqualTo(before);
      }
    }
  }

  @Property
  void fingerprints_add_and_subtract_modulo_2_to_the_256(
      @ForAll Long a0, @ForAll Long a1, @ForAll Long b0, @ForAll Long b1) {
    Fingerprint a = new Fingerprint(a0, a1, b1, -1);
    Fingerprint b = new Fingerprint(b0, b1, -1, a1);

    assertThat(number(a.plus(b))).isEqualTo(number(a).add(number(b)).mod(TWO_TO_256));
    assertThat(number(a.minus(b))).isEqualTo(number(a).subtract(number(b)).mod(TWO_TO_256));
  }

  private static BigInteger number(Fingerprint fingerprint) {
    return new BigInteger(1, HexFormat.of().parseHex(fingerprint.toString()));
  }

  @Test
  void an_image_cannot_go_back_nor_past_the_log() throws IOException {
    WriteLog log = twoFlushes();
    Path copy = Files.write(junitDirectory.resolve("image"), SmallLog.base());
    try (CrashImage image = CrashImage.of(copy, log)) {
      image.advanceTo(1);

      assertThatThrownBy(() -> image.advanceTo(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "%s holds 1 of 2 entries and cannot become the state after 0; begin with a new copy",
              copy);
      assertThatThrownBy(() -> image.advanceTo(3)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private WriteLog twoFlushes() {
    return new SmallLog(List.of(new SmallLog.FlushStep(), new SmallLog.FlushStep()))
        .writeTo(junitDirectory.resolve("log"));
  }

  @Test
  void an_image_that_is_too_short_is_no_copy_of_the_disk() throws IOException {
    WriteLog log =
        new SmallLog(List.of(new SmallLog.WriteStep(3, 2, 1)))
            .writeTo(junitDirectory.resolve("log"));
    Path copy = Files.write(junitDirectory.resolve("image"), new byte[4096]);
    try (CrashImage image = CrashImage.of(copy, log)) {
      assertThatThrownBy(() -> image.advanceTo(1)).hasMessageContaining("no copy of the recorded");
    }
    try (StateFingerprints fingerprints = StateFingerprints.over(copy, log)) {
      assertThatThrownBy(() -> fingerprints.advanceTo(1))
          .hasRootCauseMessage(copy + " ends at byte 12288: it is not the recorded disk");
    }
  }

  @Test
  void a_large_discard_leaves_zeros_and_takes_no_space() throws IOException {
    LogFile.Disk disk = new LogFile.Disk(16 << 20);
    WriteLog log =
        WriteLog.read(new LogFile().discard(1, 4000).counted(junitDirectory.resolve("log")), disk);
    byte[] content = new byte[16 << 20];
    Arrays.fill(content, (byte) 1);
    Path base = Files.write(junitDirectory.resolve("base"), content);
    Path copy = Files.write(junitDirectory.resolve("image"), content);

    try (CrashImage image = CrashImage.of(copy, log)) {
      image.advanceTo(1);
    }

    Arrays.fill(content, 4096, 4001 * 4096, (byte) 0);
    assertThat(Files.readAllBytes(copy)).isEqualTo(content);
    assertThat(ExternalCommand.of("stat", "--format=%b", copy).run().text())
        .satisfies(blocks -> assertThat(Integer.parseInt(blocks)).isLessThan(2048));
    assertThat(StateFingerprints.ofPrefixes(base, log).get(1)).isNotEqualTo(Fingerprint.OF_BASE);
  }
}
