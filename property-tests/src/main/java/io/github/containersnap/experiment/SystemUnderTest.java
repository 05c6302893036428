package io.github.containersnap.experiment;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.SortedSet;
import java.util.TreeSet;

/** Looks at a mounted system from outside, without the engine. */
public final class SystemUnderTest {
  private SystemUnderTest() {}

  /** What the machine's owner keeps in /var, as it is now. */
  public static TreeManifest var(Path top) {
    return LocalChanges.inVar(top);
  }

  /** The paths of all subvolumes. */
  public static SortedSet<String> subvolumes(Path top) {
    SortedSet<String> paths = new TreeSet<>();
    ExternalCommand.of("btrfs", "subvolume", "list", top)
        .run()
        .lines()
        .forEach(line -> paths.add(line.substring(line.indexOf(" path ") + " path ".length())));
    return paths;
  }
}
