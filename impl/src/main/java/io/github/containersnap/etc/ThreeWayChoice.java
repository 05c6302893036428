package io.github.containersnap.etc;

import java.util.Optional;

/**
 * The rule of every three-way merge here, for one indivisible thing.
 *
 * @param value what the merge has
 * @param conflict whether both sides changed it, to different ends
 */
record ThreeWayChoice<T>(T value, boolean conflict) {
  /**
   * Unchanged here: the image's. Changed here: the machine's, and a conflict if the image changed
   * it to something else.
   *
   * @param came what both began with, or nothing if they did not begin with anything of the kind
   */
  static <T> ThreeWayChoice<T> between(Optional<T> came, T local, T offered) {
    if (local.equals(offered) || came.filter(local::equals).isPresent()) {
      return new ThreeWayChoice<>(offered, false);
    }
    return new ThreeWayChoice<>(local, came.filter(offered::equals).isEmpty());
  }
}
