package io.github.containersnap.engine.adoption;

import io.github.containersnap.engine.DeepSnapshot;
import io.github.containersnap.engine.Initialization;
import io.github.containersnap.engine.Recovery;
import io.github.containersnap.engine.bootable.BootableCheck;
import io.github.containersnap.engine.bootable.KernelArguments;
import io.github.containersnap.engine.bootable.LiveTree;
import io.github.containersnap.engine.bootable.OsRelease;
import io.github.containersnap.engine.bootable.UnbootableImageException;
import io.github.containersnap.engine.deployment.AdoptedFrom;
import io.github.containersnap.engine.deployment.DeploymentRecord;
import io.github.containersnap.engine.deployment.Journal;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.NextMenu;
import io.github.containersnap.engine.deployment.RecordJson;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.deployment.TukitNeeds;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.MenuInDoubtException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.model.UpdateException;
import io.github.containersnap.engine.model.UpdateStep;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.engine.port.SystemLock;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Brings a system that runs from an ordinary btrfs subvolume over: the system becomes a deployment
 * of its own, with its own /etc and /var, whole or not at all.
 *
 * <p>{@link #transaction} lists the steps; each says what a power cut in it leaves. "Old" means
 * that the machine boots as it always did, and that the host's own subvolumes are as they were.
 * Nothing is ever written to them but, for a GRUB, the hook that follows the menu once there is
 * one. What is left of an adoption that was cut off boots nothing; running the verb again removes
 * it, and begins again from the system as it is then.
 */
public final class HostAdoption {
  /** Beside every subvolume, some metadata is written twice while trees are taken apart. */
  private static final Bytes METADATA = Bytes.ofMebibytes(32);

  private static final String ETC = "etc";
  private static final String VAR = "var";
  private static final String KERNEL_ARGUMENTS = "kernel/cmdline";
  private static final int LARGEST_FSTAB = 1 << 20;
  private static final int LARGEST_RECORD = 64 * 1024;
  private static final TreeEntry READABLE_BY_ALL =
      new TreeEntry(FileKind.FILE, 0644, 0, 0, 0, "", "", 0, Collections.emptySortedMap(), "");

  private static final TreeEntry OPEN_DIRECTORY =
      new TreeEntry(FileKind.DIRECTORY, 0755, 0, 0, 0, "", "", 0, Collections.emptySortedMap(), "");

  /**
   * Files of /etc that describe the system and not the machine: the next image's replace them. Of
   * all others nobody knows what they came as, so they count as the machine's own (decision 20).
   */
  private static final List<String> OF_THE_SYSTEM =
      List.of("ld.so.cache", "os-release", ".updated");

  private final Machine machine;
  private final String subvolume;
  private final Optional<String> mountedVar;
  private final Ports ports;
  private final SystemFiles files;
  private final Btrfs btrfs;
  private final DeploymentLayout layout;
  private final Path host;

  /**
   * An adoption.
   *
   * @param machine the machine, which has no deployment yet
   * @param subvolume the root subvolume of the system, as a path from the top level
   * @param mountedVar what of the same btrfs is mounted on /var, as a path from the top level;
   *     empty if nothing is, or if the system does not run
   */
  public HostAdoption(Machine machine, String subvolume, Optional<String> mountedVar) {
    this.machine = machine;
    this.subvolume = subvolume;
    this.mountedVar = mountedVar;
    this.ports = machine.ports();
    this.files = ports.files();
    this.btrfs = ports.btrfs();
    this.layout = machine.layout();
    this.host = layout.system().resolve(subvolume);
  }

  /**
   * What there is to do.
   *
   * @param deployment what the system becomes
   * @param varSource the subvolume that is /var now, as a path from the top level; empty if /var
   *     lies in the root
   * @param shared the other directories of the root that become shared subvolumes
   * @param record what the deployment says of itself
   * @param notes what the administrator should know, sentences
   */
  public record Plan(
      DeploymentId deployment,
      Optional<String> varSource,
      List<String> shared,
      DeploymentRecord record,
      List<String> notes) {
    public Plan {
      shared = List.copyOf(shared);
      notes = List.copyOf(notes);
    }

    /** Whether the system's /var is the subvolume that deployments mount. */
    public boolean usesVarAsItIs() {
      return varSource.equals(Optional.of("@var"));
    }

    /** The subvolumes of the top level that it makes for data. */
    List<String> made() {
      Stream<String> var = usesVarAsItIs() ? Stream.empty() : Stream.of(VAR);
      return Stream.concat(var, shared.stream()).map("@"::concat).toList();
    }
  }

  /**
   * Finds out what there is to do. Only reads.
   *
   * @throws CannotAdoptException if the system cannot be brought over as it is
   * @throws RefusedException if there are deployments already
   */
  public Plan plan() {
    if (subvolume.isEmpty()) {
      throw CannotAdoptException.topLevel();
    }
    if (subvolume.startsWith("/") || !btrfs.isSubvolume(host) || files.exists(own())) {
      throw CannotAdoptException.noRoot(subvolume);
    }
    requireNoDeployment();
    ports
        .bootloader()
        .obstacle(subvolume)
        .ifPresent(
            why -> {
              throw CannotAdoptException.bootLoader(why);
            });
    LiveTree tree = new LiveTree(files, host);
    requireOwnFstab(tree);
    AdoptedFstab fstab = fstab();
    DeploymentId id = id();
    List<String> shared = shared(tree, fstab);
    Plan plan =
        new Plan(id, varSource(tree, fstab), shared, record(id.image(), tree), notes(fstab));
    requireNamesFree(plan);
    requireRoom();
    return plan;
  }

  private Path own() {
    return host.resolve(SealedRoot.OWN_DIRECTORY);
  }

  private void requireNoDeployment() {
    machine
        .byDefault()
        .ifPresent(
            id -> {
              throw RefusedException.deployedAlready(id);
            });
  }

  /** Through a link the adopted system's fstab would be written elsewhere. */
  private static void requireOwnFstab(LiveTree tree) {
    tree.get("etc/fstab")
        .filter(it -> it.kind() != FileKind.FILE)
        .ifPresent(
            _ -> {
              throw CannotAdoptException.link("etc/fstab");
            });
  }

  /** The same system has the same id whenever it is asked: a second attempt makes no second one. */
  private DeploymentId id() {
    String text = "container-snap adopt\n%s\n%s\n".formatted(filesystem(), subvolume);
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return DeploymentId.pristine(new ImageId(HexFormat.of().formatHex(digest)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private String filesystem() {
    return btrfs.filesystemId(layout.system());
  }

  private AdoptedFstab fstab() {
    return new AdoptedFstab(
        files
            .readBytes(host.resolve(ETC).resolve("fstab"), LARGEST_FSTAB)
            .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
            .orElse(""));
  }

  private Optional<String> varSource(LiveTree tree, AdoptedFstab fstab) {
    Optional<String> source =
        switch (fstab.var(filesystem())) {
          case AdoptedFstab.Var.Subvolume(String path) -> Optional.of(path);
          case AdoptedFstab.Var.Elsewhere(String other) ->
              throw CannotAdoptException.varElsewhere(other);
          case AdoptedFstab.Var.Numbered _ ->
              Optional.of(mountedVar.orElseThrow(CannotAdoptException::varNotInFstab));
          case AdoptedFstab.Var.InRoot _ when mountedVar.isPresent() ->
              throw CannotAdoptException.varNotInFstab();
          case AdoptedFstab.Var.InRoot _ -> Optional.empty();
        };
    if (source.isPresent() && !btrfs.isSubvolume(layout.system().resolve(source.get()))) {
      throw CannotAdoptException.noRoot(source.get());
    }
    if (source.isEmpty()) {
      requireDirectory(tree, VAR);
    }
    return source;
  }

  /** What the fstab mounts stays where it is, on whatever filesystem. */
  private List<String> shared(LiveTree tree, AdoptedFstab fstab) {
    List<String> shared =
        DeploymentLayout.SHARED_DIRECTORIES.stream()
            .filter(name -> tree.get(name).isPresent())
            .filter(name -> !fstab.mountPoints().contains("/" + name))
            .toList();
    shared.forEach(name -> requireDirectory(tree, name));
    return shared;
  }

  private static void requireDirectory(LiveTree tree, String name) {
    if (tree.get(name).filter(it -> it.kind() == FileKind.DIRECTORY).isEmpty()) {
      throw CannotAdoptException.link(name);
    }
  }

  private DeploymentRecord record(ImageId image, LiveTree tree) {
    try {
      return new DeploymentRecord(
          1,
          image.hex(),
          "subvolume:/" + subvolume,
          BootableCheck.require(image, tree),
          new OsRelease(files, host, tree).prettyName());
    } catch (UnbootableImageException e) {
      throw CannotAdoptException.unbootable(e.problems());
    }
  }

  private static List<String> notes(AdoptedFstab fstab) {
    List<String> others = fstab.mountPointsInTheRoot();
    return others.isEmpty()
        ? List.of()
        : List.of(
            "/etc/fstab also mounts %s. An image that you update to must have these directories."
                .formatted(String.join(", ", others)));
  }

  /** What an earlier attempt made is not in the way: it is made again. */
  private void requireNamesFree(Plan plan) {
    List<String> own = earlier().map(AdoptionRecord::made).orElse(List.of());
    for (String name : plan.made()) {
      boolean taken = files.exists(layout.system().resolve(name)) && !own.contains(name);
      if (taken && !(name.equals("@var") && isFreshlyInitialized())) {
        throw CannotAdoptException.nameTaken(name);
      }
    }
    String state = "lib/container-snap";
    Path var = plan.varSource().map(layout.system()::resolve).orElse(host.resolve(VAR));
    boolean ownVar = plan.usesVarAsItIs();
    if (!ownVar && files.exists(var.resolve(state))) {
      throw CannotAdoptException.stateTaken(VAR + "/" + state);
    }
    boolean isOurs = files.exists(layout.deployments()) || earlier().isPresent() || isBarelyBegun();
    if (ownVar && files.exists(layout.state()) && !isOurs) {
      throw CannotAdoptException.stateTaken(VAR + "/" + state);
    }
  }

  /** Whether @var holds what {@code init} makes and nothing else, so that it can be made again. */
  private boolean isFreshlyInitialized() {
    return files.names(layout.var()).equals(List.of("lib"))
        && files.names(layout.var().resolve("lib")).equals(List.of("container-snap"))
        && machine.deployments().all().isEmpty();
  }

  /** Whether an attempt was cut off in the host's own @var before its record was there. */
  private boolean isBarelyBegun() {
    String unfinished = layout.adoption().getFileName() + SystemFiles.UNFINISHED;
    return files.names(layout.state()).stream().allMatch(unfinished::equals);
  }

  private void requireRoom() {
    Bytes free = btrfs.space(layout.system()).metadata();
    if (free.compareTo(METADATA) < 0) {
      throw CannotAdoptException.noRoom(METADATA, free);
    }
  }

  /** Whether the boot loader counts the boots of a trial, if it has where to. */
  public boolean countsBoots() {
    return ports.bootloader().countsBoots();
  }

  /**
   * Brings the system over. When this returns, the next boot is the deployment, whatever happens to
   * the power.
   *
   * @throws CannotAdoptException if the system cannot be brought over as it is
   * @throws RefusedException if there are other deployments already
   * @throws UpdateException if it cannot be done; the machine then boots what it booted before
   */
  public Outcome run() {
    Optional<DeploymentId> adopted = machine.byDefault().filter(this::isOfThisSystem);
    if (adopted.isPresent()) {
      return finish(adopted.get());
    }
    Plan plan = plan(); // 1 crash: old. Reads only.
    boolean wasInitialized =
        earlier()
            .map(AdoptionRecord::wasInitialized)
            .orElseGet(() -> files.exists(layout.deployments()));
    try (Btrfs.Watch watch = btrfs.watchLosses(layout.system())) {
      undo(); // 2 crash: old, and the rest of an earlier attempt; the next comes here again.
      return transaction(plan, wasInitialized);
    } catch (RuntimeException failure) {
      undoAfter(failure, wasInitialized);
      throw failure;
    }
  }

  private boolean isOfThisSystem(DeploymentId id) {
    return machine.deployments().adoptedFrom(id).filter(subvolume::equals).isPresent();
  }

  /** A crash, or a kill, between the commit point and the end: only clearing up is left. */
  private Outcome finish(DeploymentId id) {
    try (SystemLock.Held held = ports.lock().acquire()) {
      btrfs.commit(layout.system());
      new Recovery(machine).whileLocked().forEach(machine.progress()::notes);
      files.deleteDurably(layout.adoption());
      return new Outcome.AlreadyAdopted(id);
    }
  }

  private Outcome transaction(Plan plan, boolean wasInitialized) {
    machine.progress().enters(UpdateStep.DRAFT);
    Path frozen = layout.adoptionDraft();
    btrfs.snapshot(host, frozen); // 3 crash: old, and a snapshot beside the host's subvolumes.
    makeVar(plan, frozen, wasInitialized); // 4 crash: as 3, and @var with its record, or neither.
    new Initialization(machine).run(); // 5 crash: old, and a part of the layout.
    try (SystemLock.Held held = ports.lock().acquire()) {
      Journal journal = new Journal(files, layout);
      // From here on `recover` knows that the deployment is unfinished, too.
      journal.open(
          new Journal.Intent(
              1,
              plan.deployment().toString(),
              plan.record().imageId(),
              plan.record().reference())); // 6 crash: as 5.
      plan.shared().forEach(name -> makeShared(frozen, name)); // 7 crash: as 5, and some of them.
      seal(plan, draft(plan, frozen)); // 8 crash: as 7, and a draft or the deployment.
      machine.progress().enters(UpdateStep.COMMIT);
      ports
          .bootloader()
          .follow(subvolume); // 9 crash: old: without a menu there is nothing to follow.
      // 10 COMMIT POINT: the boot loader's. crash: old or new, whole.
      ports.bootloader().replaceMenu(new NextMenu(machine, Optional.empty()).to(plan.deployment()));
      settle(journal); // 11 crash: new. The record stays, and says nothing once there is a menu.
    }
    return new Outcome.Adopted(plan.deployment());
  }

  /** The record lies in it from the beginning: what has the final name is known to be ours. */
  private void makeVar(Plan plan, Path frozen, boolean wasInitialized) {
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

  private void makeShared(Path frozen, String name) {
    Path shared = layout.shared(name);
    Path draft = layout.sharedDraft(shared);
    new DirectorySubvolume(ports).make(frozen, host, name, draft);
    btrfs.commit(layout.system()); // as for @var
    files.rename(draft, shared);
  }

  /** The snapshot becomes the deployment; what is shared now is no more in it. */
  private SealedRoot draft(Plan plan, Path frozen) {
    SealedRoot draft = new SealedRoot(layout.draft(plan.deployment()));
    Path etc = layout.etcDraft(plan.deployment());
    new DirectorySubvolume(ports).make(frozen, host, ETC, etc);
    files.rename(frozen, draft.root());
    takeNestedSubvolumes(plan, draft.root());
    plan.shared().forEach(name -> files.deleteContents(draft.root().resolve(name)));
    if (plan.varSource().isEmpty()) {
      files.deleteContents(draft.root().resolve(VAR));
    }
    files.deleteContents(draft.etc());
    files.deleteTree(draft.etc());
    files.rename(etc, draft.etc());
    writeRecords(plan, draft);
    adaptEtc(plan, draft);
    new TukitNeeds(machine).provideDirectories(draft);
    return draft;
  }

  /** Those in shared directories and in /etc went there; snapshots of the host are not the host. */
  private void takeNestedSubvolumes(Plan plan, Path root) {
    for (Path nested : btrfs.nested(host)) {
      Path path = host.relativize(nested);
      String first = path.getName(0).toString();
      boolean elsewhere =
          first.equals(ETC)
              || first.equals(VAR)
              || plan.shared().contains(first)
              || first.equals(TukitNeeds.SNAPSHOTS);
      if (!elsewhere) {
        Path place = root.resolve(path);
        files.deleteTree(place); // the empty directory that stands for it
        new DeepSnapshot(btrfs, files).make(nested, place);
        btrfs.setReadOnly(place, btrfs.isReadOnly(nested));
      }
    }
  }

  private void writeRecords(Plan plan, SealedRoot draft) {
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

  private void adaptEtc(Plan plan, SealedRoot draft) {
    String adopted = fstab(draft).adopted(filesystem(), plan.shared());
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

  private AdoptedFstab fstab(SealedRoot draft) {
    return new AdoptedFstab(
        files
            .readBytes(draft.etc().resolve("fstab"), LARGEST_FSTAB)
            .map(bytes -> new String(bytes, StandardCharsets.ISO_8859_1))
            .orElse(""));
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

  private void seal(Plan plan, SealedRoot draft) {
    machine.progress().enters(UpdateStep.SEAL);
    btrfs.setReadOnly(draft.root(), true);
    files.rename(draft.root(), layout.deployment(plan.deployment()));
    btrfs.commit(layout.deployments());
  }

  /** The system is adopted, durably: what fails from here on is no failure of the adoption. */
  private void settle(Journal journal) {
    machine.progress().enters(UpdateStep.SETTLE);
    try {
      journal.clear();
      files.deleteDurably(layout.adoption());
    } catch (RuntimeException failure) {
      machine
          .progress()
          .notes(
              "not all could be cleared up (%s); `container-snap recover` does the rest"
                  .formatted(failure.getMessage()));
    }
  }

  /** What an attempt that has not ended left, if one did; nothing boots from it. */
  private Optional<AdoptionRecord> earlier() {
    return files
        .read(layout.adoption(), LARGEST_RECORD)
        .map(text -> RecordJson.read(layout.adoption(), text, AdoptionRecord.class));
  }

  /**
   * What a failure leaves is what a crash leaves, and goes likewise, unless the menu is in force or
   * may be: then the deployment stays.
   */
  private void undoAfter(RuntimeException failure, boolean wasInitialized) {
    try {
      if (failure instanceof MenuInDoubtException || ports.bootloader().menu().isPresent()) {
        return;
      }
      undo();
      if (wasInitialized && !files.exists(layout.deployments())) {
        new Initialization(machine).run();
      }
    } catch (RuntimeException again) {
      failure.addSuppressed(again); // the next attempt begins with it
    }
  }

  /**
   * Removes what an attempt that was cut off left. Only what its record names goes, and drafts by
   * their names. The record goes last, so the next attempt settles a crash in here.
   */
  private void undo() {
    removeDraft(layout.adoptionDraft());
    removeDraft(layout.varDraft());
    Optional<AdoptionRecord> found = earlier();
    if (found.isPresent()) {
      undo(found.get());
    } else if (btrfs.isSubvolume(layout.var()) && isFreshlyInitialized()) {
      btrfs.deleteSubvolume(layout.var()); // it is made again, with what the system has in /var
    } else if (files.exists(layout.state()) && isBarelyBegun()) {
      files.deleteTree(layout.state());
    }
  }

  private void undo(AdoptionRecord record) {
    ports.bootloader().unfollow(record.subvolume());
    if (files.exists(layout.deployments())) {
      try (SystemLock.Held held = ports.lock().acquire()) {
        new Recovery(machine).whileLocked(); // the deployment, and the drafts beside it
      }
    }
    record.made().stream()
        .map(layout.system()::resolve)
        .filter(made -> !made.equals(layout.var()) && btrfs.isSubvolume(made))
        .forEach(btrfs::deleteSubvolume);
    btrfs.commit(layout.system()); // before the record that names them
    if (record.made().contains("@var")) {
      btrfs.deleteSubvolume(layout.var());
    } else if (record.wasInitialized()) {
      files.deleteDurably(layout.adoption());
    } else {
      ports.store().wipe();
      files.deleteTree(layout.state());
    }
    btrfs.commit(layout.system());
  }

  private void removeDraft(Path draft) {
    if (files.exists(draft)) {
      machine.deployments().removeLeftover(draft);
    }
  }

  /** How an adoption that did not fail ended. */
  public sealed interface Outcome {
    /** What the system has become; it boots next. */
    DeploymentId deployment();

    /** The system is a deployment now. */
    record Adopted(DeploymentId deployment) implements Outcome {}

    /** It was one already; only what a crash may have left was cleared up. */
    record AlreadyAdopted(DeploymentId deployment) implements Outcome {}
  }
}
