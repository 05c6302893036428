package io.github.containersnap.gate;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.vm.images.SmallPair;
import io.github.containersnap.vm.images.cache.ImageCache;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever ends a run early, nothing of it stays: no mount, loop device, process or directory. */
@Timeout(300)
class InterruptedRunTest {
  private static final String BUILDING = "building the tree debian-base";
  private static final String RECORDING = "recording every write";
  private static final String SWEEPING = "The power cuts:";

  private static Path smallPair = Path.of("");

  @TempDir Path directory;
  private Path cache = Path.of("");

  @BeforeAll
  static void makeTheImages() {
    smallPair =
        new SmallPair(ImageCache.ofThisUser(), line -> {})
            .make()
            .oldImage()
            .layoutDirectory()
            .resolveSibling(".")
            .normalize();
  }

  @BeforeEach
  void makeTheCache() throws IOException {
    cache = GateProcess.cacheWith(directory.toRealPath().resolve("cache"), smallPair);
  }

  @AfterEach
  void nothing_is_left() throws IOException {
    Remains.assertNothingIsLeftIn(cache);
  }

  /** Into the middle of what the line announces. */
  private static void letItWork() throws InterruptedException {
    Thread.sleep(1_500);
  }

  private static void assertCleanedUp(GateProcess gate) throws Exception {
    assertThat(gate.exitStatus()).isEqualTo(130);
    assertThat(gate.lines())
        .endsWith("ci/gate: interrupted; everything that it had made has been taken away.")
        .noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"))
        .filteredOn(line -> line.startsWith("ci/gate: "))
        .as("no other complaint, but that it takes a while")
        .isSubsetOf(
            "ci/gate: interrupted, cleaning up …",
            "ci/gate: interrupted; everything that it had made has been taken away.");
  }

  @ParameterizedTest
  @ValueSource(strings = {RECORDING, SWEEPING})
  void control_c_takes_everything_away(String moment) throws Exception {
    try (GateProcess gate = GateProcess.start(cache, "--small")) {
      gate.awaitLine(moment);
      letItWork();
      gate.pressControlC();
      assertCleanedUp(gate);
    }
  }

  @Test
  void control_c_while_images_are_built_takes_the_half_built_away() throws Exception {
    Path empty = directory.toRealPath().resolve("empty-cache");
    try (GateProcess gate = GateProcess.start(empty, "--small")) {
      gate.awaitLine(BUILDING);
      letItWork();
      gate.pressControlC();
      assertCleanedUp(gate);
    }
    Remains.assertNothingIsLeftIn(empty);
  }

  @ParameterizedTest
  @ValueSource(strings = {RECORDING, SWEEPING})
  void after_a_kill_the_next_start_takes_everything_away(String moment) throws Exception {
    try (GateProcess gate = GateProcess.start(cache, "--small")) {
      gate.awaitLine(moment);
      letItWork();
      gate.kill();
      assertThat(gate.exitStatus()).isEqualTo(128 + 9);
    }
    assertThat(Remains.directories(cache.resolve("runs"), "run-*")).hasSize(1);

    try (GateProcess next = GateProcess.start(cache, "check", "/no/old", "/no/new")) {
      assertThat(next.exitStatus()).isEqualTo(2);
      assertThat(next.lines())
          .anyMatch(line -> line.contains("cleaned up after a dead run: detached /dev/loop"))
          .noneMatch(line -> line.contains("left behind"));
    }
  }
}
