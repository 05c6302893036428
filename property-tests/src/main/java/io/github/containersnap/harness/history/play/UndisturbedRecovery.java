package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.Recovery;
import io.github.containersnap.harness.history.play.CommandRun.Ending;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.world.World;
import java.util.List;

/** Recoveries that nothing strikes, as each boot begins with one. */
final class UndisturbedRecovery {
  private final PlayState situation;
  private final EngineRunner engine;

  UndisturbedRecovery(PlayState situation, EngineRunner engine) {
    this.situation = situation;
    this.engine = engine;
  }

  void requireNothingLeft() throws HistoryAborted {
    HistoryAborted.with(situation.observer.leftovers());
  }

  /** Recovers, and once more: that must find nothing to do. */
  void run() throws HistoryAborted {
    World world = situation.world;
    boolean tight = world.isFilled();
    for (int i = 0; i < 2; i++) {
      boolean again = i > 0;
      boolean disturbed = world.hasNewsOfLostContents();
      CommandRun<List<String>> run = engine.run(it -> new Recovery(it).run(), List.of());
      switch (run.ending()) {
        case Ending.Done<List<String>>(List<String> lines) -> {
          if (again && !lines.isEmpty()) {
            throw HistoryAborted.violated(
                Property.P5, "a second recovery still finds work: " + lines.getFirst());
          }
        }
        case Ending.Failed<List<String>> failed -> {
          if (world.isFilledBeyondHelp()) {
            situation.tale.tell(() -> "What filled the disk is deleted.");
            world.freeTheDisk();
          } else if (!disturbed) {
            throw HistoryAborted.violated(
                tight ? Property.P7 : Property.P5, "recovery fails: " + failed.inWords());
          }
          i--; // it was told of the lost contents, once; or there was no room even for it
        }
        case Ending.Over<List<String>> _ -> throw new IllegalStateException("nothing struck it");
      }
    }
    situation.unrecovered = false;
    requireNothingLeft();
    if (world.hasPlentyOfRoom()) {
      HistoryAborted.with(situation.observer.reserve());
    }
  }
}
