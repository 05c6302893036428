package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.Finalization;
import io.github.containersnap.harness.history.Reference;
import io.github.containersnap.harness.history.play.Run.Ending;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.world.World;
import java.util.List;

/** Finalizations that nothing strikes, as each shutdown and each boot has one. */
final class Finalizations {
  private final Situation situation;
  private final EngineAtWork engine;

  Finalizations(Situation situation, EngineAtWork engine) {
    this.situation = situation;
    this.engine = engine;
  }

  /** Finalizes; from then on what was changed in the old /etc is known to be in the new one. */
  void run() throws Ended {
    World world = situation.world;
    boolean tight = world.isFilled();
    boolean disturbed = world.hasNewsOfLostContents();
    Run<List<Finalization.Outcome>> run = engine.run(it -> new Finalization(it).run(), List.of());
    switch (run.ending()) {
      case Ending.Done<List<Finalization.Outcome>> _ -> situation.changed(Reference::finalized);
      case Ending.Failed<List<Finalization.Outcome>> failed -> {
        if (world.isFilledBeyondHelp()) {
          situation.tale.tell(() -> "What filled the disk is deleted.");
          world.freeTheDisk();
        } else if (!disturbed) {
          throw Ended.violated(
              tight ? Property.P7 : Property.P4, "finalization fails: " + failed.inWords());
        }
        run(); // it was told of the lost contents, once; or there was no room even for it
      }
      case Ending.Over<List<Finalization.Outcome>> _ ->
          throw new IllegalStateException("nothing struck it");
    }
  }
}
