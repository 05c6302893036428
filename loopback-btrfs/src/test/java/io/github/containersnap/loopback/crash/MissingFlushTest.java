package io.github.containersnap.loopback.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.loopback.btrfs.BtrfsReader;
import io.github.containersnap.loopback.disk.LoopDevice;
import io.github.containersnap.loopback.disk.Mount;
import io.github.containersnap.loopback.disk.RecordedDisk;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.loopback.log.WriteLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A filesystem that leaves out its flushes ({@code nobarrier}) is damaged by some power cuts. Its
 * prefixes never show it, for they keep the order that flushes would have enforced; what is lost of
 * an epoch in flight does.
 */
class MissingFlushTest {
  private static final CrashStates.Choice SOME = new CrashStates.Choice(8, 1, 4096);

  @TempDir Path directory;
  private Workspace workspace;
  private ScratchSpace scratch;
  private SystemDisk base;

  @BeforeEach
  void make() {
    workspace = Workspace.open(directory);
    scratch = ScratchSpace.create(workspace, 4L << 30);
    base = SystemDisk.create(scratch.directory().resolve("base.img"), 256L << 20);
  }

  @AfterEach
  void takeAway() {
    scratch.close();
    workspace.close();
  }

  private WriteLog recorded(String options) throws IOException {
    Path image = scratch.directory().resolve("recorded.img");
    scratch.reflink(base.image(), image);
    try (RecordedDisk disk =
        RecordedDisk.start(base.at(image), workspace.file("write.log"), workspace)) {
      try (LoopDevice loop = disk.disk().attachSystem();
          Mount mount = Mount.of(loop.device(), workspace.file("system"), options)) {
        for (int number = 0; number < 20; number++) {
          Files.writeString(mount.directory().resolve("@home/file-" + number), "content\n");
        }
        ExternalCommand.of("btrfs", "filesystem", "sync", mount.directory()).run();
      }
      disk.close();
      return disk.readLog();
    }
  }

  /** The states on whose disk something that is referred to is not what its checksum says. */
  private List<CrashState> damaged(WriteLog log, Stream<CrashState> states) {
    return states.filter(state -> isDamaged(log, state)).toList();
  }

  private boolean isDamaged(WriteLog log, CrashState state) {
    Path image = scratch.directory().resolve("state.img");
    scratch.reflink(base.image(), image);
    try (CrashImage crash = CrashImage.of(image, log)) {
      crash.become(state);
    }
    try (BtrfsReader reader = BtrfsReader.open(image, base.systemOffset(), base.systemSize())) {
      return !reader.walk().corruptions().isEmpty();
    }
  }

  private static Stream<CrashState> inFlight(WriteLog log) {
    CrashStates states = CrashStates.of(log);
    return states.epochs().stream().flatMap(epoch -> states.inFlight(epoch, SOME));
  }

  @Test
  void only_what_is_lost_of_an_epoch_shows_that_flushes_are_missing() throws IOException {
    WriteLog log = recorded("subvolid=5,nobarrier");

    assertThat(damaged(log, CrashStates.of(log).prefixes())).isEmpty();
    assertThat(damaged(log, inFlight(log)))
        .hasSizeGreaterThan(10)
        .hasAtLeastOneElementOfType(CrashState.Dropped.class)
        .hasAtLeastOneElementOfType(CrashState.Torn.class);
  }

  @Test
  void with_its_flushes_nothing_that_is_lost_or_torn_damages_it() throws IOException {
    WriteLog log = recorded("subvolid=5");

    assertThat(damaged(log, CrashStates.of(log).prefixes())).isEmpty();
    assertThat(damaged(log, inFlight(log))).isEmpty();
  }
}
