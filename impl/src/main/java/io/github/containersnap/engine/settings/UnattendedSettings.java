package io.github.containersnap.engine.settings;

import java.util.Optional;

/**
 * How updates that nobody watches are made, from the keys of {@link HostSettings} that begin with
 * {@code update-}.
 *
 * @param window when; empty if no window is set
 * @param problem why the window that is set cannot be read: no update is made then, for one at the
 *     wrong hour is worse than none
 * @param apply whether the machine restarts at once
 * @param mostFailedTrials after how many systems in a row that did not come up no more is tried; 0
 *     for no such limit
 */
public record UnattendedSettings(
    Optional<UpdateWindow> window, Optional<String> problem, boolean apply, int mostFailedTrials) {
  /** How many systems that did not come up are enough, unless somebody says otherwise. */
  static final int USUAL_FAILED_TRIALS = 3;

  /** Without a window or a restart. */
  static final UnattendedSettings USUAL =
      new UnattendedSettings(Optional.empty(), Optional.empty(), false, USUAL_FAILED_TRIALS);
}
