package io.github.containersnap.cli.output;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.Progress;
import java.util.Optional;

/** Tells on standard error how far a command is and how it ended. */
public interface ProgressReporter extends Progress {
  /**
   * The command did what it was asked to.
   *
   * @param outcome in a word, for machines
   * @param deployment the deployment it speaks of
   * @param sentence for people
   */
  void ends(CommandResult outcome, Optional<DeploymentId> deployment, String sentence);

  /**
   * The command failed.
   *
   * @param message one sentence with the facts
   * @param advice the next step
   * @param status the exit status
   */
  void fails(String message, String advice, int status);

  /** How a command ended that did not fail. */
  enum CommandResult {
    /** A new deployment boots next. */
    UPDATED("updated"),
    /** There was nothing to do. */
    UNCHANGED("unchanged"),
    /** There is something to update to. */
    AVAILABLE("available"),
    /** The image is in the store. */
    PULLED("pulled"),
    /** There is a disk that boots the image. */
    INSTALLED("installed");

    private final String word;

    CommandResult(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }
}
