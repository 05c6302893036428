package io.github.containersnap.engine.health;

import java.util.List;

/** The two folders of hooks in each hooks.d. */
public enum HookFolder {
  /** An update does not happen unless all of these succeed. */
  BEFORE("before-update.d"),
  /** One of these that fails is reported. */
  AFTER("after-update.d");

  /** Where hooks.d lies in a system, without a leading slash, the most important one first. */
  public static final List<String> PLACES =
      List.of("etc/container-snap/hooks.d", "usr/lib/container-snap/hooks.d");

  private final String folder;

  HookFolder(String folder) {
    this.folder = folder;
  }

  /** The name of the folder. */
  @Override
  public String toString() {
    return folder;
  }
}
