package io.github.containersnap.cli.option;

import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.install.Confirmation;
import io.github.containersnap.install.UnusableDiskException;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Has the user type the disk's name: a "yes" comes too easily where a letter in a name decides.
 *
 * @param given whether consent was given beforehand
 * @param error where to ask; standard output is for the answer of the command
 * @param progress hears of consent that was given beforehand
 */
public record TerminalConfirmation(boolean given, PrintWriter error, Progress progress)
    implements Confirmation {
  @Override
  public void require(Path disk, String what) {
    if (given) {
      progress.notes(what + ". It is overwritten (--yes).");
      return;
    }
    Console terminal =
        Optional.ofNullable(System.console())
            .filter(Console::isTerminal)
            .orElseThrow(() -> UnusableDiskException.nobodyToAsk(what));
    error.println(what + ". All of it will be lost.");
    error.printf("Type %s to go on, anything else to stop: ", disk);
    error.flush();
    if (!Optional.ofNullable(terminal.readLine()).orElse("").strip().equals(disk.toString())) {
      throw UnusableDiskException.notAgreed(disk);
    }
  }
}
