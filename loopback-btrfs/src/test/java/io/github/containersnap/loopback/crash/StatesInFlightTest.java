package io.github.containersnap.loopback.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.containersnap.loopback.log.Epoch;
import io.github.containersnap.loopback.log.LogEntry;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Families (c) and (d) over small logs, against a replay in memory by the simplest means. */
class StatesInFlightTest {
  private static final CrashStates.Choice TORN_AT_BLOCKS = new CrashStates.Choice(6, 1, 4096);
  private static final CrashStates.Choice TORN_AT_SECTORS = new CrashStates.Choice(6, 1, 512);

  @TempDir Path junitDirectory;
  private Path directory = Path.of("/nowhere");

  @BeforeProperty
  void makeDirectory() throws IOException {
    directory = Files.createTempDirectory("states-in-flight");
  }

  @AfterProperty
  void deleteDirectory() throws IOException {
    for (String name : List.of("log", "base", "image", "start")) {
      Files.deleteIfExists(directory.resolve(name));
    }
    Files.delete(directory);
  }

  @Provide
  Arbitrary<SmallLog> logs() {
    return SmallLog.any();
  }

  private static List<CrashState> all(WriteLog log, CrashStates.Choice choice) {
    CrashStates states = CrashStates.of(log);
    return Stream.concat(
            states.prefixes(),
            states.epochs().stream()
                .flatMap(
                    epoch ->
                        Stream.concat(states.inFlight(epoch, choice), states.lostTails(epoch))))
        .toList();
  }

  /** A whole replay, sector by sector, of what the state's own words say arrived. */
  private static byte[] replayed(SmallLog small, WriteLog log, CrashState state) {
    Epoch epoch = state instanceof CrashState.Prefix ? null : CrashStates.of(log).epoch(state);
    byte[] disk = SmallLog.base();
    for (LogEntry entry : log.entries()) {
      if (epoch != null && entry.index() >= epoch.endEntry()) {
        break;
      }
      if (!(entry instanceof LogEntry.Change change)) {
        continue;
      }
      boolean durable = epoch != null && entry.index() < epoch.firstEntry();
      BitSet sectors = new BitSet();
      int count = (int) (change.length() / 512);
      if (durable || arrives(state, log, entry.index())) {
        sectors.set(0, count);
      } else if (state instanceof CrashState.Torn torn && torn.write() == entry.index()) {
        int each = torn.unitBytes() / 512;
        sectors.set(torn.firstUnit() * each, Math.min(count, (torn.lastUnit() + 1) * each));
      }
      byte value = value(small, entry.index());
      sectors.stream()
          .mapToLong(sector -> change.offset() + sector * 512L)
          .forEach(at -> Arrays.fill(disk, (int) at, (int) at + 512, value));
    }
    return disk;
  }

  private static boolean arrives(CrashState state, WriteLog log, int entry) {
    return switch (state) {
      case CrashState.Prefix(int entries) -> entry < entries;
      case CrashState.Dropped(int write) -> entry != write;
      case CrashState.Kept(int write) -> entry == write;
      case CrashState.Lost lost -> !lost.writes().contains(entry);
      case CrashState.Torn torn -> entry != torn.write();
      case CrashState.Subset _ ->
          CrashStates.of(log).arrived(state).changes().stream()
              .anyMatch(change -> change.index() == entry);
    };
  }

  private static byte value(SmallLog small, int entry) {
    return small.steps().get(entry) instanceof SmallLog.WriteStep write ? (byte) write.value() : 0;
  }

  @Property(tries = 100)
  void every_state_is_what_a_naive_replay_gives(@ForAll("logs") SmallLog small) throws IOException {
    WriteLog log = small.writeTo(directory.resolve("log"));
    for (CrashState state : all(log, TORN_AT_SECTORS)) {
      Path copy = Files.write(directory.resolve("image"), SmallLog.base());
      try (CrashImage image = CrashImage.of(copy, log)) {
        image.become(state);
      }
      assertThat(Files.readAllBytes(copy)).as("%s", state).isEqualTo(replayed(small, log, state));
    }
  }

  @Property(tries = 100)
  void an_image_that_becomes_one_state_after_the_other_is_each_of_them(
      @ForAll("logs") SmallLog small, @ForAll long seed) throws IOException {
    WriteLog log = small.writeTo(directory.resolve("log"));
    CrashStates states = CrashStates.of(log);
    Path copy = Files.write(directory.resolve("image"), SmallLog.base());
    try (CrashImage image = CrashImage.of(copy, log)) {
      for (Epoch epoch : states.epochs()) {
        image.advanceTo(epoch.firstEntry());
        Path start = Files.copy(copy, directory.resolve("start"));
        List<CrashState> order = new ArrayList<>(states.inFlight(epoch, TORN_AT_SECTORS).toList());
        Collections.shuffle(order, new Random(seed));
        try (EpochImage inFlight = EpochImage.of(image, start)) {
          for (CrashState state : order) {
            byte[] before = Files.readAllBytes(copy);
            inFlight.become(
                states.arrived(state).changes(),
                (offset, length) ->
                    Arrays.fill(before, (int) offset, (int) (offset + length), (byte) 99));
            byte[] after = Files.readAllBytes(copy);
            assertThat(after).as("%s", state).isEqualTo(replayed(small, log, state));
            for (int at = 0; at < after.length; at++) {
              assertThat(before[at] == 99 || before[at] == after[at]).isTrue();
            }
          }
          inFlight.complete(epoch, (offset, length) -> {});
        }
        Files.delete(start);
        assertThat(image.position()).isEqualTo(epoch.endEntry());
        assertThat(Files.readAllBytes(copy)).isEqualTo(small.diskAfter(epoch.endEntry()));
      }
    }
  }

  @Property(tries = 60)
  void fingerprints_are_those_of_the_disks(@ForAll("logs") SmallLog small) throws IOException {
    WriteLog log = small.writeTo(directory.resolve("log"));
    Path base = Files.write(directory.resolve("base"), SmallLog.base());
    List<CrashState> states =
        Stream.of(TORN_AT_BLOCKS, TORN_AT_SECTORS)
            .flatMap(choice -> all(log, choice).stream())
            .toList();

    Map<CrashState, Fingerprint> fingerprints = StateFingerprints.of(base, log, states);

    assertThat(fingerprints.keySet()).isEqualTo(Set.copyOf(states));
    fingerprints.forEach(
        (state, fingerprint) ->
            assertThat(new BigInteger(1, HexFormat.of().parseHex(fingerprint.toString())))
                .as("%s", state)
                .isEqualTo(NaiveFingerprint.of(SmallLog.base(), replayed(small, log, state))));
  }

  @Property(tries = 100)
  void an_address_is_read_back_as_it_was_written(@ForAll("logs") SmallLog small)
      throws IOException {
    for (CrashState state : all(small.writeTo(directory.resolve("log")), TORN_AT_SECTORS)) {
      assertThat(CrashState.parse(state.toString())).isEqualTo(state);
    }
  }

  @Property(tries = 100)
  void what_arrived_and_what_was_lost_make_the_epoch(@ForAll("logs") SmallLog small)
      throws IOException {
    WriteLog log = small.writeTo(directory.resolve("log"));
    CrashStates states = CrashStates.of(log);
    for (Epoch epoch : states.epochs()) {
      for (CrashState state : states.inFlight(epoch, TORN_AT_SECTORS).toList()) {
        assertThat(states.epoch(state)).isEqualTo(epoch);
        Set<Integer> lost = states.lost(state, epoch);
        Set<LogEntry.Change> there = Set.copyOf(states.arrived(state).changes());
        assertThat(lost)
            .isEqualTo(
                epoch.changes().stream()
                    .filter(change -> !there.contains(change))
                    .map(LogEntry::index)
                    .collect(Collectors.toSet()));
      }
    }
  }

  private WriteLog written(SmallLog.Step... steps) {
    return new SmallLog(List.of(steps)).writeTo(junitDirectory.resolve("log"));
  }

  @Test
  void nothing_lost_is_the_prefix_and_all_lost_is_the_flush() throws IOException {
    WriteLog log =
        written(
            new SmallLog.WriteStep(0, 1, 2),
            new SmallLog.FlushStep(),
            new SmallLog.WriteStep(1, 1, 2),
            new SmallLog.MarkStep(),
            new SmallLog.WriteStep(2, 2, 2),
            new SmallLog.FlushStep());
    CrashStates states = CrashStates.of(log);

    assertThat(states.arrived(new CrashState.Lost(2, new TreeSet<>(List.of(2, 4)))).changes())
        .isEqualTo(states.arrived(new CrashState.Prefix(2)).changes())
        .isEmpty();
    assertThat(states.arrived(new CrashState.Dropped(4)).changes())
        .isEqualTo(states.arrived(new CrashState.Prefix(4)).changes());
    assertThat(states.arrived(new CrashState.Prefix(5)).changes())
        .isEqualTo(states.epochs().get(1).changes());
    assertThat(states.lostTails(states.epochs().get(1)).map(Object::toString))
        .containsExactly("lost:2:2,4", "lost:2:4");
  }

  @Test
  void a_state_in_flight_is_as_late_as_its_flush_a_prefix_as_early_as_its_end() {
    WriteLog log =
        written(
            new SmallLog.WriteStep(0, 1, 2),
            new SmallLog.WriteStep(1, 1, 2),
            new SmallLog.MarkStep(),
            new SmallLog.FlushStep());
    CrashStates states = CrashStates.of(log);

    assertThat(states.arrived(new CrashState.Prefix(1)).issued()).isEqualTo(1);
    assertThat(states.arrived(new CrashState.Dropped(1)).issued()).isEqualTo(3);
    assertThat(states.arrived(new CrashState.Dropped(1)).durable()).isZero();
  }

  @Test
  void of_overlapping_writes_the_earlier_one_is_there_if_the_later_is_lost() throws IOException {
    WriteLog log = written(new SmallLog.WriteStep(1, 1, 2), new SmallLog.WriteStep(1, 2, 1));
    Path copy = Files.write(junitDirectory.resolve("image"), SmallLog.base());
    try (CrashImage image = CrashImage.of(copy, log)) {
      image.become(new CrashState.Dropped(1));
    }
    assertThat(ByteBuffer.wrap(Files.readAllBytes(copy)).get(4096)).isEqualTo((byte) 2);
  }

  @Test
  void the_families_of_a_small_epoch_counted_by_hand() {
    WriteLog log = written(new SmallLog.WriteStep(0, 1, 2), new SmallLog.WriteStep(1, 2, 2));
    CrashStates states = CrashStates.of(log);

    assertThat(states.inFlight(states.epochs().getFirst(), TORN_AT_BLOCKS).map(Object::toString))
        .containsExactly(
            "dropped:0", "dropped:1", "kept:0", "kept:1", "torn:1:0-0:4096", "torn:1:1-1:4096");
    assertThat(
            states
                .inFlight(states.epochs().getFirst(), new CrashStates.Choice(2, 7, 512))
                .map(Object::toString)
                .filter(text -> text.startsWith("torn:0")))
        .containsExactly("torn:0:0-0:512", "torn:0:0-3:512", "torn:0:0-6:512", "torn:0:1-7:512");
  }

  @Test
  void another_seed_draws_other_parts_and_the_same_seed_the_same() {
    SmallLog.Step[] many = new SmallLog.Step[40];
    Arrays.setAll(many, number -> new SmallLog.WriteStep(number % 4, 1, number % 3));
    WriteLog log = written(many);
    CrashStates states = CrashStates.of(log);
    Epoch epoch = states.epochs().getFirst();

    List<CrashState> one = states.inFlight(epoch, new CrashStates.Choice(9, 1, 4096)).toList();
    assertThat(states.inFlight(epoch, new CrashStates.Choice(9, 1, 4096))).isEqualTo(one);
    assertThat(states.inFlight(epoch, new CrashStates.Choice(9, 2, 4096))).isNotEqualTo(one);
    assertThat(
            one.stream()
                .filter(CrashState.Subset.class::isInstance)
                .map(states::arrived)
                .distinct())
        .hasSize(9);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "prefix",
        "prefix:",
        "prefix:-1",
        "prefix:01",
        "prefix:+1",
        "prefix:1:2",
        "prefix:99999999999",
        "Prefix:1",
        "dropped:1 ",
        "subset:1",
        "subset:1:-4",
        "lost:1:",
        "lost:1:3,2",
        "lost:1:2,3",
        "lost:1:2-2",
        "lost:1:1-2000000000",
        "lost:1:5-4",
        "torn:1:0:4096",
        "torn:1:3-2:4096",
        "torn:1:0-1:4095",
        "torn:1:0-1:256"
      })
  void anything_else_is_no_address(String text) {
    assertThatThrownBy(() -> CrashState.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("'%s' is no address of a crash state; these are: ", text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "prefix:5",
        "dropped:1",
        "kept:7",
        "subset:1:5",
        "lost:0:1",
        "torn:0:0-0:4096",
        "torn:3:0-1:4096",
        "torn:3:2-2:4096",
        "torn:2:0-0:4096"
      })
  void a_log_refuses_states_that_it_does_not_have(String text) {
    WriteLog log =
        written(
            new SmallLog.WriteStep(0, 1, 2),
            new SmallLog.FlushStep(),
            new SmallLog.DiscardStep(0, 2),
            new SmallLog.WriteStep(0, 2, 1));
    assertThatThrownBy(() -> CrashStates.of(log).arrived(CrashState.parse(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("has no crash state " + text + ": ");
  }
}
