package io.github.containersnap.engine.deployment;

import io.github.containersnap.engine.bootable.BootTree;
import io.github.containersnap.engine.bootable.Fstab;
import io.github.containersnap.engine.bootable.LiveTree;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What tukit needs on a machine to begin a transaction. A read-only root takes no additions later,
 * so a deployment of an image with tukit gets what the image lacks.
 *
 * <p>Source: tukit binds {@link #SNAPSHOTS} and {@code /var/lib/ca-certificates} into every
 * transaction and fails without them. It reads the fstab to learn that /var is not part of a
 * snapshot.
 */
public final class TukitNeeds {
  /** The directory of snapshots, relative to the root. It may be empty. */
  public static final String SNAPSHOTS = ".snapshots";

  /** The fstab(5), relative to the root. */
  public static final String FSTAB = "etc/fstab";

  private static final List<String> PROGRAMS =
      List.of("usr/sbin/tukit", "usr/bin/tukit", "usr/sbin/tukitd", "usr/libexec/tukitd");
  private static final String CERTIFICATES = "lib/ca-certificates";
  private static final String VAR = "/var";
  private static final TreeEntry OPEN_DIRECTORY = TreeEntry.ofRoot(FileKind.DIRECTORY, 0755);
  private static final TreeEntry READABLE_BY_ALL = TreeEntry.ofRoot(FileKind.FILE, 0644);

  private final Machine machine;
  private final SystemFiles files;

  /** What tukit needs on {@code machine}. */
  public TukitNeeds(Machine machine) {
    this.machine = machine;
    this.files = machine.ports().files();
  }

  /** Whether the system in {@code tree} has tukit. */
  public static boolean existIn(BootTree tree) {
    return PROGRAMS.stream().anyMatch(program -> tree.resolve(program).isPresent());
  }

  /** Whether a deployment of {@code image} has a {@link #SNAPSHOTS} that the image has not. */
  public static boolean addsSnapshots(TreeManifest image) {
    return existIn(BootTree.of(image)) && image.get(SNAPSHOTS).isEmpty();
  }

  /**
   * Gives {@code draft}, whose /etc has been merged, what is missing. A crash leaves the draft,
   * which recovery removes, and perhaps an empty directory in the machine's /var, which stays.
   */
  public void provide(ImageStore.Proven image, SealedRoot draft) {
    if (!existIn(BootTree.of(image.tree()))) {
      return;
    }
    provideCertificates();
    if (addsSnapshots(image.tree())) {
      files.createDirectories(draft.root().resolve(SNAPSHOTS));
    }
    mountVar(draft.etc(), () -> {});
  }

  /**
   * Gives {@code draft}, a host that is being adopted, the directories that are missing. Its fstab
   * mounts /var already. A crash leaves what one in {@link #provide} leaves.
   */
  public void provideDirectories(SealedRoot draft) {
    if (existIn(new LiveTree(files, draft.root()))) {
      provideCertificates();
      files.createDirectories(draft.root().resolve(SNAPSHOTS));
    }
  }

  /**
   * Gives the current deployment what it still can get, if it has tukit: its root is sealed, but
   * its /etc and the machine's /var are not. The caller commits. A crash leaves the fstab as it was
   * or as it will be, and perhaps a file beside it that the next run removes.
   */
  public void provideCurrent() {
    Optional<SealedRoot> current =
        machine
            .current()
            .map(machine.deployments()::root)
            .filter(root -> existIn(new LiveTree(files, root.root())));
    if (current.isEmpty()) {
      return;
    }
    provideCertificates();
    // Commit before the rename: a crash after it must not find the name on a file without content.
    mountVar(
        current.get().etc(), () -> machine.ports().btrfs().commit(machine.layout().deployments()));
    if (!files.isDirectory(current.get().root().resolve(SNAPSHOTS))) {
      machine
          .progress()
          .notes(
              "tukit needs the directory /%s, which this deployment lacks; the next `container-snap update` makes one with it"
                  .formatted(SNAPSHOTS));
    }
  }

  /** Programs of every user read the certificates that others put there. */
  private void provideCertificates() {
    Path certificates = machine.layout().var().resolve(CERTIFICATES);
    if (!files.exists(certificates)) {
      files.createDirectories(certificates);
      files.setAttributes(certificates, OPEN_DIRECTORY);
    }
  }

  /**
   * Has the fstab mount /var.
   *
   * @param beforeRename what must be done before a new fstab takes the place of one in use
   */
  private void mountVar(Path etc, Runnable beforeRename) {
    Path file = etc.resolve("fstab");
    Optional<SystemFiles.Seen> seen = files.look(file);
    if (seen.isEmpty()) {
      write(file, "", READABLE_BY_ALL, beforeRename);
      return;
    }
    // No link is followed: it could lead out of the draft. What is immutable is the machine's own.
    Optional<String> content =
        seen.filter(it -> it.kind() == FileKind.FILE)
            .filter(_ -> !files.inodeFlags(etc).containsKey("fstab"))
            .flatMap(_ -> Fstab.text(files, etc));
    if (content.isEmpty()) {
      machine
          .progress()
          .notes(
              "warning: /etc/fstab is not a file that can be changed; tukit needs this line in it: "
                  + line());
      return;
    }
    String text = content.get();
    if (!Fstab.of(text).mounts(VAR)) {
      TreeEntry attributes = files.scan(etc).get("fstab").orElseThrow();
      write(
          file,
          text.isEmpty() || text.endsWith("\n") ? text : text + "\n",
          attributes,
          beforeRename);
    }
  }

  /** Never without an fstab: the /etc may be the running one. */
  private void write(Path file, String before, TreeEntry attributes, Runnable beforeRename) {
    Path beside = file.resolveSibling(file.getFileName() + ".container-snap");
    files.deleteTree(beside);
    files.write(beside, (before + line() + "\n").getBytes(StandardCharsets.ISO_8859_1));
    files.setAttributes(beside, attributes);
    beforeRename.run();
    files.renameOver(beside, file);
    machine.progress().notes("/etc/fstab now mounts /var, which tukit needs");
  }

  private String line() {
    return "UUID=%s /var btrfs subvol=@var 0 0"
        .formatted(machine.ports().btrfs().filesystemId(machine.layout().state()));
  }
}
