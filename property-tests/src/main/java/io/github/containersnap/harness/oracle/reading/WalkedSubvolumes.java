package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.harness.experiment.MountedSystem;
import io.github.containersnap.loopback.btrfs.FilesystemView;
import io.github.containersnap.loopback.btrfs.SubvolumeView;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The subvolumes of a disk that was walked and then mounted: which of them are still what the walk
 * saw.
 *
 * <p>The kernel gives a subvolume's tree a new generation with whatever changes it: a file's
 * content too, since that changes the file's times. So a subvolume with the id and the generation
 * that the walk saw holds what the walk saw, and its fingerprint covers every byte of it
 * (docs/decisions/0001).
 *
 * @param walked by id, before the disk was mounted; nothing if it was not walked
 */
public record WalkedSubvolumes(SortedMap<Long, SubvolumeView> walked) {
  public WalkedSubvolumes {
    walked = Collections.unmodifiableSortedMap(new TreeMap<>(walked));
  }

  /** A disk that was not walked: nothing is known of any subvolume. */
  public static WalkedSubvolumes none() {
    return new WalkedSubvolumes(Collections.emptySortedMap());
  }

  /** Those that a walk has found, if there was one. */
  public static WalkedSubvolumes of(Optional<FilesystemView> walk) {
    return walk.map(found -> new WalkedSubvolumes(found.subvolumes()))
        .orElseGet(WalkedSubvolumes::none);
  }

  /** Whether nothing is known of any subvolume. */
  public boolean isEmpty() {
    return walked.isEmpty();
  }

  /**
   * The subvolumes as they are now. What is not committed yet is committed first. Where nothing was
   * walked nothing is listed, for none could be known.
   *
   * @param top where the top level is mounted
   */
  public Mounted mounted(Path top) {
    if (isEmpty()) {
      return new Mounted(List.of());
    }
    MountedSystem.commit(top);
    return new Mounted(MountedSystem.subvolumesByPath(top).values().stream().toList());
  }

  /** The subvolumes of the mounted disk, at one moment. */
  public final class Mounted {
    private final List<MountedSystem.Subvolume> subvolumes;

    private Mounted(List<MountedSystem.Subvolume> subvolumes) {
      this.subvolumes = subvolumes;
    }

    /** All of them, by path. */
    List<MountedSystem.Subvolume> subvolumes() {
      return subvolumes;
    }

    /** The fingerprint of a subvolume that is still what the walk saw. */
    Optional<String> fingerprint(MountedSystem.Subvolume subvolume) {
      return Optional.ofNullable(walked.get(subvolume.id()))
          .filter(before -> before.generation() == subvolume.generation())
          .map(SubvolumeView::contentFingerprint);
    }

    /**
     * What a tree holds, as one name for it: nothing if any subvolume in it has changed.
     *
     * @param root the path of a subvolume, from the top level
     */
    Optional<String> fingerprintOfTree(String root) {
      List<MountedSystem.Subvolume> inTree =
          subvolumes.stream()
              .filter(each -> each.path().equals(root) || each.path().startsWith(root + "/"))
              .toList();
      return !inTree.isEmpty() && inTree.stream().allMatch(each -> fingerprint(each).isPresent())
          ? Optional.of(
              inTree.stream()
                  .map(each -> each.path() + " " + fingerprint(each).orElseThrow())
                  .collect(Collectors.joining("\n")))
          : Optional.empty();
    }
  }
}
