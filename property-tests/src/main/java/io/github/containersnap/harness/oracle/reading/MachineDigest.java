package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.tree.TreeScan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * All that a program can read of a machine at rest, as one value: the names, flags and content of
 * every subvolume. On two machines with the same digest the same command does the same.
 *
 * <p>A subvolume that is what it was when the disk was walked counts with its fingerprint, that is
 * with its blocks, addresses and generations; one that has changed since with every entry in it and
 * its content, owner, mode and attributes. Not covered are the times of files in the latter, inode
 * numbers, the locks of podman's store, which hold who locked them last, and how much room there
 * is.
 */
public final class MachineDigest {
  private static final String TOP_LEVEL = "";
  private static final String LOCK = ".lock";

  private MachineDigest() {}

  /**
   * The digest of a machine; nothing if too little is known of it.
   *
   * @param top where its top level is mounted
   * @param walked what was known of its disk before it was mounted
   */
  public static Optional<String> of(Path top, WalkedSubvolumes walked) {
    if (walked.isEmpty()) {
      return Optional.empty();
    }
    WalkedSubvolumes.Mounted mounted = walked.mounted(top);
    Set<String> paths =
        mounted.subvolumes().stream()
            .map(MountedSystem.Subvolume::path)
            .collect(Collectors.toSet());
    Set<String> readOnly = MountedSystem.readOnlySubvolumes(top);
    MessageDigest all = Sha256.digest();
    add(all, content(top, TOP_LEVEL, paths), String.valueOf(MountedSystem.defaultSubvolume(top)));
    for (MountedSystem.Subvolume each : mounted.subvolumes()) {
      add(
          all,
          each.path(),
          mounted.fingerprint(each).orElseGet(() -> content(top, each.path(), paths)),
          readOnly.contains(each.path()) ? "read-only" : "writable");
    }
    return Optional.of(HexFormat.of().formatHex(all.digest()));
  }

  private static void add(MessageDigest all, String... words) {
    for (String word : words) {
      all.update(word.getBytes(StandardCharsets.UTF_8));
      all.update((byte) 0);
    }
  }

  /** What lies in a subvolume and in no other one below it. */
  private static String content(Path top, String subvolume, Set<String> paths) {
    String prefix = subvolume.equals(TOP_LEVEL) ? "" : subvolume + "/";
    return TreeScan.of(
            top.resolve(subvolume), path -> paths.contains(prefix + path) || path.endsWith(LOCK))
        .digest();
  }
}
