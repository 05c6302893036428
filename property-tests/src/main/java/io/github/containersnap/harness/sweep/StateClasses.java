package io.github.containersnap.harness.sweep;

import io.github.containersnap.loopback.btrfs.FilesystemView;
import io.github.containersnap.loopback.crash.CrashState;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Names the classes of states: all that the filesystem refers to is equal in the states of a class.
 * A name depends on the disk and its log alone, so that every machine names a class alike.
 */
final class StateClasses {
  private static final String UNREADABLE = "unreadable";

  private final Map<CrashState, RecognisedClass> found = new ConcurrentHashMap<>();

  /** The class of a state; one whose filesystem cannot be read is in a class of its own. */
  static String name(CrashState state, Optional<FilesystemView> view) {
    return view.map(FilesystemView::fingerprint).orElseGet(() -> UNREADABLE + " at " + state);
  }

  void learn(CrashState state, Optional<FilesystemView> view) {
    found.put(
        state,
        new RecognisedClass(
            name(state, view),
            view.map(known -> known.subvolumes().keySet().toString()).orElse(UNREADABLE)));
  }

  /** The class of each state that was seen. */
  Map<CrashState, RecognisedClass> found() {
    return Map.copyOf(found);
  }
}
