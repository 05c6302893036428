package io.github.containersnap.engine.etc;

import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.etc.AccountFile;
import io.github.containersnap.etc.AccountText;
import io.github.containersnap.etc.AccountVersions;
import io.github.containersnap.etc.EtcAction;
import io.github.containersnap.etc.EtcConflict;
import io.github.containersnap.etc.EtcMergePlan;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Step 6's second half: merges the machine's /etc with a new image's, in the draft of a deployment.
 *
 * <p>Reads the three trees, has them planned, then does what the plan says. Nothing is written
 * before the plan, and so every conflict, is known. Everything is written into a draft: a crash
 * leaves that, under its temporary name, and recovery removes it; so nothing here is made durable
 * by itself. Sealing the draft does that with one commit.
 *
 * <p>None of the trees may change meanwhile: of the running /etc this is given a snapshot.
 */
public final class EtcMerge {
  private final SystemFiles files;
  private final Path came;
  private final Path local;
  private final Path offered;
  private final Path target;
  private final Planning planning;
  private final Set<Path> realDirectories = new HashSet<>();

  /**
   * A merge into {@code target}, which holds a copy of the new image's /etc.
   *
   * @param came the /etc that the running deployment's image came with
   * @param local the running /etc, frozen
   * @param offered the new image's /etc, which stays as it is
   */
  public EtcMerge(SystemFiles files, Path came, Path local, Path offered, Path target) {
    this(files, came, local, offered, target, EtcMergePlan::of);
  }

  private EtcMerge(
      SystemFiles files, Path came, Path local, Path offered, Path target, Planning planning) {
    this.files = files;
    this.came = came;
    this.local = local;
    this.offered = offered;
    this.target = target;
    this.planning = planning;
  }

  /**
   * A merge of what has changed in an /etc since another was made from it.
   *
   * @param came the one, frozen when the other was made
   * @param local the one, frozen now
   * @param offered the other, which stays as it is
   * @param target where a copy of {@code offered} is
   */
  public static EtcMerge sinceThen(
      SystemFiles files, Path came, Path local, Path offered, Path target) {
    return new EtcMerge(files, came, local, offered, target, EtcMergePlan::sinceThen);
  }

  /** How the three trees make a plan. */
  @FunctionalInterface
  private interface Planning {
    EtcMergePlan of(
        TreeManifest came,
        TreeManifest local,
        TreeManifest offered,
        Map<AccountFile, AccountVersions> accounts);
  }

  /**
   * Merges.
   *
   * @return where the machine and the new image disagree; the machine's is kept
   */
  public List<EtcConflict> apply() {
    EtcMergePlan plan = plan();
    apply(plan, flags());
    return plan.conflicts();
  }

  /**
   * Does what {@link #plan} has found is to be done.
   *
   * @param flags what {@link #flags} has found: they come off before, since what is immutable
   *     cannot be merged into, and are set last
   */
  public void apply(EtcMergePlan plan, EtcFlags flags) {
    flags.clear(files, target);
    plan.actions().forEach(this::execute);
    flags.set(files, target);
  }

  /** Finds out which files have flags of chattr(1), and which of these they are to have. */
  public EtcFlags flags() {
    return EtcFlags.merged(
        files.inodeFlags(came), files.inodeFlags(local), files.inodeFlags(offered));
  }

  /** Finds out what is to be done; only reads, and needs no target yet. */
  public EtcMergePlan plan() {
    TreeManifest before = files.scan(came);
    TreeManifest here = files.scan(local);
    TreeManifest there = files.scan(offered);
    Map<AccountFile, AccountVersions> accounts = new EnumMap<>(AccountFile.class);
    for (AccountFile file : AccountFile.values()) {
      if (file.canMerge(before, here, there)) {
        versions(file, before).ifPresent(versions -> accounts.put(file, versions));
      }
    }
    return planning.of(before, here, there, accounts);
  }

  private Optional<AccountVersions> versions(AccountFile file, TreeManifest before) {
    Optional<AccountText> came =
        before.get(file.path()).isPresent()
            ? text(this.came, file)
            : Optional.of(AccountText.EMPTY);
    Optional<AccountText> here = text(local, file);
    Optional<AccountText> there = text(offered, file);
    return came.isPresent() && here.isPresent() && there.isPresent()
        ? Optional.of(new AccountVersions(came.get(), here.get(), there.get()))
        : Optional.empty();
  }

  private Optional<AccountText> text(Path etc, AccountFile file) {
    return files
        .readBytes(TreeManifest.locate(etc, file.path()), AccountFile.LARGEST_BYTES)
        .map(AccountText::of);
  }

  private void execute(EtcAction action) {
    requireRealParents(action.path());
    Path place = TreeManifest.locate(target, action.path());
    switch (action) {
      case EtcAction.Remove remove -> files.deleteTree(place);
      case EtcAction.MakeDirectory make -> {
        files.createDirectories(place);
        files.setAttributes(place, make.wanted());
      }
      case EtcAction.Copy copy -> files.copyEntry(source(copy), place);
      case EtcAction.HardLink link -> {
        requireRealParents(link.existing());
        files.link(TreeManifest.locate(target, link.existing()), place);
      }
      case EtcAction.WriteAccounts write -> {
        files.write(place, write.text().bytes());
        files.setAttributes(place, write.wanted());
      }
      case EtcAction.SetAttributes set -> files.setAttributes(place, set.wanted());
    }
  }

  private Path source(EtcAction.Copy copy) {
    return TreeManifest.locate(
        switch (copy.side()) {
          case LOCAL -> local;
          case OFFERED -> offered;
        },
        copy.path());
  }

  /**
   * Asserts what the plan promises: above what is changed there are directories, and no link that
   * an image could have put there to lead out of the deployment.
   */
  private void requireRealParents(String path) {
    for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
      Path parent = TreeManifest.locate(target, path.substring(0, slash));
      if (!realDirectories.contains(parent)) {
        if (!files.isDirectory(parent)) {
          throw new IllegalStateException(
              "the merge of /etc wants to change %s, but %s is not a directory"
                  .formatted(path, parent));
        }
        realDirectories.add(parent);
      }
    }
  }
}
