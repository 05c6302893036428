package io.github.containersnap.harness.world;

import io.github.containersnap.adapter.bootloader.KernelCommandLine;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.harness.grub.GrubMachine;
import io.github.containersnap.harness.grub.RememberedPlans;
import io.github.containersnap.harness.view.BootFile;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.FstabMounts;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * From the power button to a running system: GRUB executes its menu, and reads kernel and initrd,
 * from the disk as it was committed; the kernel mounts the disk with its log tree replayed (DESIGN
 * fact 3).
 *
 * <p>GRUB keeps its count of boots in a file on another partition, which it writes at once and
 * which no power cut here tears (decision 9).
 */
public final class FirmwareModel {
  private static final String NO_INITRD = "the kernel has no initrd, so it finds no root";

  /** Shared by all machines: their histories write the same menus. */
  private static final RememberedPlans PLANS = new RememberedPlans();

  /** What became of one start. */
  public sealed interface Attempt {
    /** Whether the boot counted, so that it will not be tried for ever. */
    boolean counted();

    /**
     * A system runs.
     *
     * @param insteadOf the default that the boot loader gave up on
     * @param complete whether it reaches boot-complete.target
     */
    record Up(
        DeploymentId deployment,
        Optional<DeploymentId> insteadOf,
        boolean complete,
        boolean counted)
        implements Attempt {}

    /** A system runs that is not whole: put together from two, or without its /var. */
    record Mixed(String why, boolean counted) implements Attempt {}

    /** The kernel panicked. */
    record Panicked(String why, boolean counted) implements Attempt {}

    /** The boot loader has nothing to start. */
    record Stuck(String why) implements Attempt {
      @Override
      public boolean counted() {
        return false;
      }
    }
  }

  private final Supplier<Directory> disk;
  private final String uuid;
  private Directory seenByBootLoader = Directory.empty();
  private Optional<byte[]> environment = GrubMachine.emptyEnvironment();

  /**
   * Of a machine.
   *
   * @param disk its disk as the kernel sees it
   * @param uuid the UUID of its filesystem
   */
  public FirmwareModel(Supplier<Directory> disk, String uuid) {
    this.disk = disk;
    this.uuid = uuid;
  }

  /** The same, with its count of boots, in another machine, whose disk is a copy. */
  public FirmwareModel of(Supplier<Directory> other) {
    FirmwareModel copy = new FirmwareModel(other, uuid);
    copy.seenByBootLoader = seenByBootLoader;
    copy.environment = environment;
    return copy;
  }

  /** It has control, and sees this. */
  public void powerOn(Directory seen) {
    seenByBootLoader = seen;
  }

  /** What starts at the next boots, by the disk as {@code reader} reads it. */
  public BootPlan plan(Reader reader) {
    return PLANS.plan(new SeenByGrub(root(reader), uuid), environment);
  }

  /** The same on a machine on which no boot of a trial has been counted yet. */
  public BootPlan planOfWholeTrial(Reader reader) {
    return PLANS.plan(new SeenByGrub(root(reader), uuid), GrubMachine.emptyEnvironment());
  }

  private Directory root(Reader reader) {
    return switch (reader) {
      case BOOT_LOADER -> seenByBootLoader;
      case KERNEL -> disk.get();
    };
  }

  /** The UUID of the filesystem that it starts systems from. */
  public String filesystem() {
    return uuid;
  }

  /** A kernel or an initrd, as the boot loader reads it. */
  public BootFile bootFile(String path) {
    return new SeenByGrub(seenByBootLoader, uuid)
        .file("/" + path)
        .<BootFile>map(file -> new BootFile.Content(file.content().digest()))
        .orElseGet(() -> new BootFile.Unreadable("find"));
  }

  /** A disk as GRUB sees it. */
  private record SeenByGrub(Directory root, String uuid) implements GrubMachine.SystemFilesystem {
    private Optional<RegularFile> file(String path) {
      return NodeTree.find(root, path.substring(1))
          .filter(RegularFile.class::isInstance)
          .map(RegularFile.class::cast);
    }

    @Override
    public Optional<byte[]> read(String path) {
      return file(path).map(file -> file.content().bytes());
    }

    @Override
    public boolean isKernel(String path) {
      return file(path).filter(file -> file.content().length() > 0).isPresent();
    }

    @Override
    public boolean exists(String path) {
      return file(path).isPresent();
    }
  }

  /** Starts what the menu says. */
  public Attempt start() {
    GrubMachine grub = new GrubMachine(new SeenByGrub(seenByBootLoader, uuid), environment);
    BootPlan.Start start = grub.powerOn();
    boolean counted = !Arrays.equals(environment.orElse(null), grub.environment().orElse(null));
    environment = grub.environment();
    return switch (start) {
      case BootPlan.Stuck stuck -> new Attempt.Stuck("the boot loader: " + stuck.why());
      case BootPlan.Entry entry -> run(entry, counted);
    };
  }

  private Attempt run(BootPlan.Entry entry, boolean counted) {
    if (new SeenByGrub(seenByBootLoader, uuid)
        .file("/" + entry.initrd())
        .filter(it -> it.content().length() > 0)
        .isEmpty()) {
      return new Attempt.Panicked(NO_INITRD, counted);
    }
    if (!entry.rootUuid().equals(uuid)) {
      return new Attempt.Panicked(
          "there is no filesystem with the UUID '%s'".formatted(entry.rootUuid()), counted);
    }
    if (!(NodeTree.find(disk.get(), entry.subvolume()).orElse(null) instanceof Directory root)) {
      return new Attempt.Panicked(
          "there is no /" + entry.subvolume() + " to mount as root", counted);
    }
    if (!(NodeTree.find(root, "sbin/init").orElse(null) instanceof RegularFile init)
        || init.content().length() == 0) {
      return new Attempt.Panicked("/" + entry.subvolume() + " has no init", counted);
    }
    String health = text(root, HistoryImage.HEALTH_FILE).strip();
    if (health.equals(HistoryImage.Health.PANICS.name())) {
      return new Attempt.Panicked("the image's kernel panics", counted);
    }
    String name = entry.subvolume().substring(entry.subvolume().lastIndexOf('/') + 1);
    Optional<DeploymentId> id = DeploymentId.read(name);
    if (id.isEmpty()) {
      return new Attempt.Panicked("/" + entry.subvolume() + " is no deployment's root", counted);
    }
    if (!mountsVar(entry, root)) {
      return new Attempt.Mixed(
          "%s runs without the /var of the machine".formatted(id.get().shortForm()), counted);
    }
    return new Attempt.Up(
        id.get(),
        new KernelCommandLine(String.join(" ", entry.arguments())).insteadOf(),
        Stream.of(HistoryImage.Health.values())
            .anyMatch(it -> it.completes() && it.name().equals(health)),
        counted);
  }

  /** Whether the kernel's command line, or the deployment's own fstab, mounts /var. */
  private boolean mountsVar(BootPlan.Entry entry, Directory root) {
    return entry.mounts().contains("UUID=%s:/var:btrfs:subvol=@var".formatted(uuid))
        || FstabMounts.mounts(text(root, "etc/fstab"), "/var");
  }

  private static String text(Directory root, String path) {
    return NodeTree.find(root, path).orElse(null) instanceof RegularFile file
        ? file.content().text()
        : "";
  }
}
