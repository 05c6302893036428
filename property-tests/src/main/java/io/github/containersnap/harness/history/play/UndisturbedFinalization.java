package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.Finalization;
import io.github.containersnap.harness.history.ReferenceModel;
import io.github.containersnap.harness.history.play.CommandRun.Ending;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.world.World;
import java.util.List;

/** Finalizations that nothing strikes, as each shutdown and each boot has one. */
final class UndisturbedFinalization {
  private final PlayState situation;
  private final EngineRunner engine;

  UndisturbedFinalization(PlayState situation, EngineRunner engine) {
    this.situation = situation;
    this.engine = engine;
  }

  /** Finalizes; from then on what was changed in the old /etc is known to be in the new one. */
  void run() throws HistoryAborted {
    World world = situation.world;
    boolean tight = world.isFilled();
    boolean disturbed = world.hasNewsOfLostContents();
    CommandRun<List<Finalization.FinalizationResult>> run =
        engine.run(it -> new Finalization(it).run(), List.of());
    switch (run.ending()) {
      case Ending.Done<List<Finalization.FinalizationResult>> _ ->
          situation.changed(ReferenceModel::finalized);
      case Ending.Failed<List<Finalization.FinalizationResult>> failed -> {
        if (world.isFilledBeyondHelp()) {
          situation.tale.tell(() -> "What filled the disk is deleted.");
          world.freeTheDisk();
        } else if (!disturbed) {
          throw HistoryAborted.violated(
              tight ? Property.P7 : Property.P4, "finalization fails: " + failed.inWords());
        }
        run(); // it was told of the lost contents, once; or there was no room even for it
      }
      case Ending.Over<List<Finalization.FinalizationResult>> _ ->
          throw new IllegalStateException("nothing struck it");
    }
  }
}
