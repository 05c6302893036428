package io.github.containersnap.engine.adoption;

import io.github.containersnap.engine.DeepSnapshot;
import io.github.containersnap.engine.bootable.KernelArguments;
import io.github.containersnap.engine.bootable.LiveTree;
import io.github.containersnap.engine.deployment.AdoptedFrom;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RecordJson;
import io.github.containersnap.engine.deployment.TukitNeeds;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes a deployment of the host and subvolumes of its shared directories, out of one snapshot of
 * its root. Nothing boots from any of it yet; {@link HostAdoption} says what a crash leaves.
 */
final class HostDraft {
  private static final String ETC = "etc";
  private static final String VAR = "var";
  private static final String KERNEL_ARGUMENTS = "kernel/cmdline";
  private static final TreeEntry READABLE_BY_ALL = TreeEntry.ofRoot(FileKind.FILE, 0644);

  private static final TreeEntry OPEN_DIRECTORY = TreeEntry.ofRoot(FileKind.DIRECTORY, 0755);

  /**
   * Files of /etc that describe the system and not the machine: the next image's replace them. What
   * all others came as is unknown, so they count as the machine's own (decision 20).
   */
  private static final List<String> OF_THE_SYSTEM =
      List.of("ld.so.cache", "os-release", ".updated");

  private final Machine machine;
  private final String subvolume;
  private final AdoptionPlan plan;
  private final Path frozen;
  private final Ports ports;
  private final SystemFiles files;
  private final Btrfs btrfs;
  private final DeploymentLayout layout;
  private final Path host;

  /**
   * A draft.
   *
   * @param subvolume the root subvolume of the host, as a path from the top level
   * @param plan what there is to do
   */
  HostDraft(Machine machine, String subvolume, AdoptionPlan plan) {
    this.machine = machine;
    this.subvolume = subvolume;
    this.plan = plan;
    this.ports = machine.ports();
    this.files = ports.files();
    this.btrfs = ports.btrfs();
    this.layout = machine.layout();
    this.host = layout.system().resolve(subvolume);
    this.frozen = layout.adoptionDraft();
  }

  /** Freezes the host: all that follows comes from this snapshot. */
  void freeze() {
    btrfs.snapshot(host, frozen);
  }

  /** The record lies in it from the beginning: what has the final name is known to be ours. */
  void makeVar(boolean wasInitialized) {
    List<String> made = new ArrayList<>(plan.made());
    if (!files.exists(layout.boot())) {
      made.add("@boot"); // some boot loaders need it
    }
    String record = RecordJson.write(new AdoptionRecord(1, subvolume, made, wasInitialized));
    if (plan.usesVarAsItIs()) {
      files.createDirectories(layout.state());
      files.replaceDurably(layout.adoption(), record);
      return;
    }
    Path draft = layout.varDraft();
    if (plan.varSource().isPresent()) {
      new DeepSnapshot(btrfs, files).make(layout.system().resolve(plan.varSource().get()), draft);
    } else {
      new DirectorySubvolume(ports).make(frozen, host, VAR, draft);
    }
    files.createDirectories(draft.resolve(layout.var().relativize(layout.state())));
    files.write(draft.resolve(layout.var().relativize(layout.adoption())), record);
    btrfs.commit(layout.system());
    // Without that commit a crash could leave the final name on files without content.
    files.rename(draft, layout.var());
  }

  void makeShared(String name) {
    Path shared = layout.shared(name);
    Path draft = layout.sharedDraft(shared);
    new DirectorySubvolume(ports).make(frozen, host, name, draft);
    btrfs.commit(layout.system()); // as for @var
    files.rename(draft, shared);
  }

  /** The snapshot becomes the deployment; what is shared now is no more in it. */
  SealedRoot make() {
    SealedRoot draft = new SealedRoot(layout.draft(plan.deployment()));
    Path etc = layout.etcDraft(plan.deployment());
    new DirectorySubvolume(ports).make(frozen, host, ETC, etc);
    files.rename(frozen, draft.root());
    takeNestedSubvolumes(draft.root());
    plan.shared().forEach(name -> files.deleteContents(draft.root().resolve(name)));
    if (plan.varSource().isEmpty()) {
      files.deleteContents(draft.root().resolve(VAR));
    }
    files.deleteContents(draft.etc());
    files.deleteTree(draft.etc());
    files.rename(etc, draft.etc());
    writeRecords(draft);
    adaptEtc(draft);
    new TukitNeeds(machine).provideDirectories(draft);
    return draft;
  }

  /** Those in shared directories and in /etc went there; snapshots of the host are not the host. */
  private void takeNestedSubvolumes(Path root) {
    for (Path nested : btrfs.nested(host)) {
      Path path = host.relativize(nested);
      String first = path.getName(0).toString();
      boolean elsewhere =
          first.equals(ETC)
              || first.equals(VAR)
              || plan.shared().contains(first)
              || first.equals(TukitNeeds.SNAPSHOTS);
      if (!elsewhere) {
        new DeepSnapshot(btrfs, files).makeNested(nested, root.resolve(path));
      }
    }
  }

  private void writeRecords(SealedRoot draft) {
    files.createDirectories(draft.own());
    files.write(draft.record(), RecordJson.write(plan.record()));
    files.write(draft.adoptedFrom(), RecordJson.write(new AdoptedFrom(1, subvolume)));
    files.createDirectories(draft.imageEtc());
    for (String name : OF_THE_SYSTEM) {
      boolean isFile =
          files
              .look(draft.etc().resolve(name))
              .filter(it -> it.kind() == FileKind.FILE)
              .isPresent();
      if (isFile) {
        files.copyEntry(draft.etc().resolve(name), draft.imageEtc().resolve(name));
      }
    }
  }

  private void adaptEtc(SealedRoot draft) {
    AdoptedFstab fstab = AdoptedFstab.in(files, draft.etc());
    String adopted = fstab.adopted(btrfs.filesystemId(layout.system()), plan.shared());
    replace(draft, "fstab", adopted);
    LiveTree tree = new LiveTree(files, draft.root());
    if (KernelArguments.areSilentIn(tree)) {
      GrubDefaults.kernelArguments(tree)
          .filter(_ -> makeDirectory(draft, "kernel"))
          .ifPresent(arguments -> replace(draft, KERNEL_ARGUMENTS, arguments + "\n"));
    }
  }

  /** Whether there is such a directory then; a link in its place stays. */
  private boolean makeDirectory(SealedRoot draft, String name) {
    Path directory = draft.etc().resolve(name);
    if (!files.exists(directory)) {
      files.createDirectories(directory);
      files.setAttributes(directory, OPEN_DIRECTORY);
    }
    return files.isDirectory(directory);
  }

  /** Keeps a file's attributes; one that is new can be read by all. */
  private void replace(SealedRoot draft, String path, String text) {
    Path file = draft.etc().resolve(path);
    boolean isFile = files.look(file).filter(it -> it.kind() == FileKind.FILE).isPresent();
    TreeEntry attributes =
        isFile ? files.scan(draft.etc()).get(path).orElseThrow() : READABLE_BY_ALL;
    if (isFile) {
      files.setInodeFlags(file, 0); // it may be immutable
    }
    files.deleteTree(file);
    files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));
    files.setAttributes(file, attributes);
  }
}
