package io.github.containersnap.engine.etc;

import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import java.nio.file.Path;
import java.util.Optional;

/**
 * An update that takes a machine its name servers. Builders mount over /etc/resolv.conf and leave
 * an empty file in its place; a machine that never changed its link to its resolver's file then
 * gets that file, as it gets every other change of the image's.
 */
public final class LostResolver {
  private static final String FILE = "resolv.conf";

  private LostResolver() {}

  /** What to say where a link in {@code running} is an empty file in {@code merged}. */
  public static Optional<String> sentence(SystemFiles files, Path running, Path merged) {
    Optional<String> link =
        files
            .look(running.resolve(FILE))
            .filter(before -> before.kind() == FileKind.SYMLINK)
            .map(SystemFiles.Seen::linkTarget);
    boolean emptied =
        files
            .look(merged.resolve(FILE))
            .filter(after -> after.kind() == FileKind.FILE && after.size() == 0)
            .isPresent();
    return link.filter(_ -> emptied)
        .map(
            ("warning: /etc/resolv.conf is a link to %s on this machine, and an empty file in the"
                    + " image: the new system has no name servers; restore the link there or in the"
                    + " image")
                ::formatted);
  }
}
