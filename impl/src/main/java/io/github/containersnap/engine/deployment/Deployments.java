package io.github.containersnap.engine.deployment;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.github.containersnap.engine.bootable.BootableCheck;
import io.github.containersnap.engine.bootable.KernelArguments;
import io.github.containersnap.engine.bootable.LiveTree;
import io.github.containersnap.engine.bootable.OsRelease;
import io.github.containersnap.engine.bootable.UnbootableDeploymentException;
import io.github.containersnap.engine.bootable.UnbootableImageException;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.NotADeploymentException;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.model.UpdateException;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.tree.FileKind;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The deployments on disk. */
public final class Deployments {
  private static final int LARGEST_RECORD = 64 * 1024;

  /** What an image has that blesses itself once its boot is complete. */
  public static final String BLESSING_UNIT = "usr/lib/systemd/system/container-snap-bless.service";

  private final Ports ports;
  private final DeploymentLayout layout;

  /** The deployments of the machine whose layout is {@code layout}. */
  public Deployments(Ports ports, DeploymentLayout layout) {
    this.ports = ports;
    this.layout = layout;
  }

  /** All deployments, in the order of their ids. Only reads. */
  public List<DeploymentId> all() {
    return ports.files().names(layout.deployments()).stream()
        .map(DeploymentId::read)
        .flatMap(Optional::stream)
        .sorted()
        .toList();
  }

  /**
   * All deployments with what a list shows of them. One that cannot be read is listed with the
   * reason and fails nothing. Only reads.
   */
  public List<Listed> listed() {
    return all().stream().map(this::listed).toList();
  }

  private Listed listed(DeploymentId id) {
    Path root = layout.deployment(id);
    try {
      if (!ports.btrfs().isSubvolume(root)) {
        return new Listed(id, false, Optional.of("it is no subvolume"));
      }
      return new Listed(id, ports.btrfs().isReadOnly(root), Optional.empty());
    } catch (RuntimeException failure) {
      return new Listed(id, false, Optional.of(String.valueOf(failure.getMessage())));
    }
  }

  /**
   * A deployment in a list.
   *
   * @param id its id
   * @param readOnly whether its root is read-only
   * @param problem why it cannot be read, if it cannot
   */
  public record Listed(DeploymentId id, boolean readOnly, Optional<String> problem) {

    /** Whether it is whole and writable; one that cannot be read is not. */
    public boolean isOpen() {
      return problem.isEmpty() && !readOnly;
    }

    /** Whether it is whole and read-only; one that cannot be read is not. */
    boolean isClosed() {
      return problem.isEmpty() && readOnly;
    }
  }

  /** Whether it was made as a snapshot of another deployment. */
  public boolean isSnapshot(DeploymentId id) {
    return ports.files().exists(root(id).snapshotRecord());
  }

  /** What it is a snapshot of; nothing if it is none or does not say so readably. */
  public Optional<DeploymentId> baseOf(DeploymentId id) {
    SealedRoot root = root(id);
    return text(root, root.snapshotRecord()).flatMap(Deployments::base);
  }

  private static Optional<DeploymentId> base(String text) {
    try {
      return DeploymentId.read(RecordJson.read(text, SnapshotRecord.class).base());
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /** The subvolume of a host that it was made from; nothing if an image is behind it. */
  public Optional<String> adoptedFrom(DeploymentId id) {
    SealedRoot root = root(id);
    return text(root, root.adoptedFrom())
        .map(text -> RecordJson.read(root.adoptedFrom(), text, AdoptedFrom.class).subvolume());
  }

  /** The text of a file of the deployment; a link out of the deployment leads to nothing. */
  private Optional<String> text(SealedRoot root, Path file) {
    return LiveTree.withOwn(ports.files(), root)
        .read(root.root().relativize(file).toString(), LARGEST_RECORD)
        .map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  /** Whether it {@linkplain Listed#isOpen() is open}. */
  boolean isOpen(DeploymentId id) {
    return listed(id).isOpen();
  }

  /** Whether it {@linkplain Listed#isClosed() is closed}. */
  public boolean isClosed(DeploymentId id) {
    return listed(id).isClosed();
  }

  /** Whether the deployment's root is read-only. */
  public boolean isReadOnly(DeploymentId id) {
    return ports.btrfs().isReadOnly(root(id).root());
  }

  /**
   * Where the deployment keeps what is its own.
   *
   * @throws NotADeploymentException if there is no such deployment
   */
  public SealedRoot root(DeploymentId id) {
    Path root = layout.deployment(id);
    if (!ports.files().exists(root)) {
      throw NotADeploymentException.unknown(id);
    }
    return new SealedRoot(root);
  }

  /**
   * What the deployment says of itself.
   *
   * @throws DamagedStateException if it does not say it readably
   */
  public DeploymentRecord record(DeploymentId id) {
    SealedRoot root = root(id);
    Path file = root.record();
    String text =
        text(root, file)
            .orElseThrow(() -> new DamagedStateException(file, "it is missing, or no record"));
    return RecordJson.read(file, text, DeploymentRecord.class);
  }

  /**
   * The boot entry of a deployment, untried: with the kernel and initrd that it holds now. Work in
   * a snapshot may have brought others than its record names.
   *
   * @throws UnbootableDeploymentException if it could not boot
   */
  public BootEntry entry(DeploymentId id) {
    DeploymentRecord record = record(id);
    return new BootEntry(
        id,
        bootFiles(id),
        kernelArguments(id).arguments(),
        "%s (%s)".formatted(record.osName(), id.shortForm()),
        new TrialState.Untried());
  }

  /** The version that its os-release gives, as {@link OsRelease#version}. Only reads. */
  public Optional<String> osVersion(DeploymentId id) {
    return OsRelease.version(new LiveTree(ports.files(), root(id).root()));
  }

  /** When its root was made, to the second. Only reads. */
  public Instant created(DeploymentId id) {
    return ports.btrfs().created(root(id).root());
  }

  /** What its kernel is told once a menu is written, and what is left out of that. Only reads. */
  public KernelArguments.Reading kernelArguments(DeploymentId id) {
    return KernelArguments.of(ports.files(), root(id));
  }

  /** Whether it would say by itself that it has come up: an image need not have container-snap. */
  boolean blessesItself(DeploymentId id) {
    return new LiveTree(ports.files(), root(id).root())
        .get(BLESSING_UNIT)
        .filter(entry -> entry.kind() == FileKind.FILE)
        .isPresent();
  }

  private BootFiles bootFiles(DeploymentId id) {
    try {
      return BootableCheck.require(id.image(), new LiveTree(ports.files(), root(id).root()));
    } catch (UnbootableImageException e) {
      throw new UnbootableDeploymentException(id, e.problems());
    }
  }

  /**
   * The boot entry of a deployment that is only to be fallen back to. That it is damaged must not
   * keep the machine from booting another: it then keeps the entry it has in {@code inForce}, or
   * has none.
   */
  Optional<BootEntry> fallbackEntry(DeploymentId id, Optional<BootMenu> inForce) {
    try {
      return Optional.of(entry(id));
    } catch (UpdateException damaged) {
      return inForce.flatMap(menu -> menu.entry(id));
    }
  }
}
