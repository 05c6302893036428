package io.github.containersnap.cli;

import io.github.containersnap.engine.Blessing;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
    name = "bless",
    description = {
      "Says that the running system is good, which ends its trial.",
      "",
      "What an update or a switch makes the default is on trial until it has come up once: it boots"
          + " three times at most, and if nobody has blessed it by then, the fallback boots from"
          + " then on. The system blesses itself once its boot is complete (boot-complete.target of"
          + " systemd). After a fallback, this makes what came up the default and marks the other"
          + " as failed."
    },
    footer = {
      "",
      "Examples:",
      "  container-snap bless",
      "",
      "Exit status: 0 done, or nothing to do; 1 failed; 75 another container-snap is at work."
    },
    mixinStandardHelpOptions = true)
final class BlessCommand implements Runnable {
  @ParentCommand private ContainerSnap parent;

  @SuppressWarnings("NullAway.Init") // picocli injects it
  BlessCommand() {}

  @Override
  public void run() {
    parent
        .error()
        .println(
            switch (new Blessing(parent.machine()).run()) {
              case Blessing.BlessingResult.Blessed blessed ->
                  "Blessed. %s has come up and is on trial no more."
                      .formatted(blessed.deployment().shortForm());
              case Blessing.BlessingResult.AlreadyBlessed already ->
                  "Nothing to do: %s is blessed.".formatted(already.deployment().shortForm());
              case Blessing.BlessingResult.FellBack back ->
                  "%s did not come up. %s is the default again; `container-snap status` says more."
                      .formatted(back.failed().shortForm(), back.deployment().shortForm());
              case Blessing.BlessingResult.NothingToBless nothing ->
                  "Nothing to do: %s.".formatted(nothing.why());
            });
  }
}
