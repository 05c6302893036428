package io.github.containersnap.engine.adoption;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.engine.bootable.BootableCheck;
import io.github.containersnap.engine.bootable.LiveTree;
import io.github.containersnap.engine.bootable.OsRelease;
import io.github.containersnap.engine.bootable.UnbootableImageException;
import io.github.containersnap.engine.deployment.DeploymentRecord;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.RefusedException;
import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.tree.FileKind;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Finds out whether a host can be adopted, and what there is to do then. Only reads. */
final class AdoptionPlanner {
  /** Beside every subvolume, some metadata is written twice while trees are taken apart. */
  private static final Bytes METADATA = Bytes.ofMebibytes(32);

  private static final String VAR = "var";

  private final Machine machine;
  private final String subvolume;
  private final Optional<String> mountedVar;
  private final Ports ports;
  private final SystemFiles files;
  private final Btrfs btrfs;
  private final DeploymentLayout layout;
  private final Path host;

  /** The parameters are those of {@link HostAdoption}. */
  AdoptionPlanner(Machine machine, String subvolume, Optional<String> mountedVar) {
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
   * @throws CannotAdoptException if the system cannot be brought over as it is
   * @throws RefusedException if there are deployments already
   */
  AdoptionPlan plan() {
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
    AdoptedFstab fstab = AdoptedFstab.in(files, host.resolve("etc"));
    DeploymentId id = id();
    List<String> shared = shared(tree, fstab);
    AdoptionPlan plan =
        new AdoptionPlan(id, varSource(tree, fstab), shared, record(id.image(), tree));
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
    return DeploymentId.pristine(new ImageId(Sha256.hex(text)));
  }

  private String filesystem() {
    return btrfs.filesystemId(layout.system());
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

  /** What an earlier attempt made is not in the way: it is made again. */
  private void requireNamesFree(AdoptionPlan plan) {
    Optional<AdoptionRecord> earlier = AdoptionRecord.ofEarlierAttempt(files, layout);
    List<String> own = earlier.map(AdoptionRecord::made).orElse(List.of());
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
    boolean isOurs = files.exists(layout.deployments()) || earlier.isPresent() || isBarelyBegun();
    if (ownVar && files.exists(layout.state()) && !isOurs) {
      throw CannotAdoptException.stateTaken(VAR + "/" + state);
    }
  }

  /** Whether @var holds what {@code init} makes and nothing else, so that it can be made again. */
  boolean isFreshlyInitialized() {
    return files.names(layout.var()).equals(List.of("lib"))
        && files.names(layout.var().resolve("lib")).equals(List.of("container-snap"))
        && machine.deployments().all().isEmpty();
  }

  /** Whether an attempt was cut off in the host's own @var before its record was there. */
  boolean isBarelyBegun() {
    String unfinished = layout.adoption().getFileName() + SystemFiles.UNFINISHED;
    return files.names(layout.state()).stream().allMatch(unfinished::equals);
  }

  private void requireRoom() {
    Bytes free = btrfs.space(layout.system()).metadata();
    if (free.compareTo(METADATA) < 0) {
      throw CannotAdoptException.noRoom(METADATA, free);
    }
  }
}
