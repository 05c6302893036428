package io.github.containersnap.harness.grub;

import io.github.containersnap.harness.grub.PowerOn.GrubStart;
import io.github.containersnap.harness.grub.PowerOn.GrubStuck;
import io.github.containersnap.harness.view.BootPlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A machine that boots with GRUB, laid out as DESIGN §4 says: an EFI system partition with GRUB and
 * its environment block, and one btrfs with the menu. It remembers the environment block; the btrfs
 * is only read.
 */
public final class GrubMachine {
  private static final String ESP = "hd0,gpt1";
  private static final String SYSTEM = "hd0,gpt2";
  private static final String ENVIRONMENT = "/EFI/BOOT/grubenv";
  private static final String LABEL = "SYSTEM";

  /** The menu's path from the top level of the btrfs. */
  public static final String MENU = "/@boot/boot.cfg";

  /** More unblessed boots in a row than any trial has. */
  private static final int MOST_BOOTS = 16;

  /** The btrfs as GRUB reads it. All paths begin with a slash, at the top level. */
  public interface SystemFilesystem {
    /** Its UUID. */
    String uuid();

    /** The whole content of a file; empty if GRUB cannot read it. */
    Optional<byte[]> read(String path);

    /** Whether GRUB can load this file as a kernel. */
    boolean isKernel(String path);

    /** Whether GRUB can read this file. */
    boolean exists(String path);
  }

  private final SystemFilesystem system;
  private final String configuration;
  private final Optional<String> unreadable;
  private Optional<byte[]> environment;

  /**
   * A machine.
   *
   * @param environment the content of {@code grubenv}; empty if the file is missing
   */
  public GrubMachine(SystemFilesystem system, Optional<byte[]> environment) {
    this(system, environment, MENU);
  }

  /**
   * A machine whose GRUB reads another configuration first, as that of a host does.
   *
   * @param environment the content of {@code grubenv}; empty if the file is missing
   * @param configuration its path from the top level of the btrfs
   */
  public GrubMachine(SystemFilesystem system, Optional<byte[]> environment, String configuration) {
    this(system, environment, configuration, Optional.empty());
  }

  private GrubMachine(
      SystemFilesystem system,
      Optional<byte[]> environment,
      String configuration,
      Optional<String> unreadable) {
    this.system = system;
    this.configuration = configuration;
    this.environment = environment;
    this.unreadable = unreadable;
  }

  /** The environment block as the installer writes it: no variable is saved. */
  public static Optional<byte[]> emptyEnvironment() {
    return EnvironmentBlock.empty().content();
  }

  /** The content of {@code grubenv} now; empty if the file is missing. */
  public Optional<byte[]> environment() {
    return environment;
  }

  /** Switches the machine on: one boot that nothing blesses. GRUB may change the environment. */
  public BootPlan.Start powerOn() {
    return switch (new Grub(new Disk(), ESP, builtIn()).powerOn()) {
      case GrubStart start -> entry(start);
      case GrubStuck stuck -> new BootPlan.Stuck(stuck.why());
    };
  }

  /** What GRUB has built in, line by line what {@code install.disk.EfiSystemPartition} gives it. */
  private GrubScript builtIn() {
    return GrubScript.parse(
        """
        set esp=$root
        export esp
        search --no-floppy --set=root --label %s
        search --no-floppy --set=root --fs-uuid %s
        configfile %s
        """
            .formatted(LABEL, system.uuid(), configuration));
  }

  /** What it starts from now on, if nothing blesses a boot. The machine itself stays as it is. */
  public BootPlan plan() {
    GrubMachine machine = new GrubMachine(system, environment, configuration);
    List<BootPlan.Start> starts = new ArrayList<>();
    Optional<byte[]> before;
    do {
      before = machine.environment;
      starts.add(machine.powerOn());
    } while (!same(before, machine.environment) && starts.size() < MOST_BOOTS);
    return new BootPlan(starts, fallback(starts.getFirst()));
  }

  /** What starts if the kernel of {@code first} cannot be loaded. */
  private Optional<BootPlan.Entry> fallback(BootPlan.Start first) {
    return first instanceof BootPlan.Entry entry
            && new GrubMachine(
                        system, environment, configuration, Optional.of("/" + entry.kernel()))
                    .powerOn()
                instanceof BootPlan.Entry instead
        ? Optional.of(instead)
        : Optional.empty();
  }

  private static boolean same(Optional<byte[]> one, Optional<byte[]> other) {
    return Arrays.equals(one.orElse(null), other.orElse(null));
  }

  private static BootPlan.Entry entry(GrubStart start) {
    String root = start.argument("root").orElse("");
    String flags = start.argument("rootflags").orElse("");
    return new BootPlan.Entry(
        start.id(),
        root.startsWith("UUID=") ? root.substring("UUID=".length()) : root,
        subvolume(flags),
        fromTopLevel(start.device(), start.linux()),
        start.initrd().map(path -> fromTopLevel(start.device(), path)).orElse(""),
        start.arguments(),
        Math.toIntExact(start.timeout()));
  }

  private static String subvolume(String flags) {
    return Arrays.stream(flags.split(",", -1))
        .filter(flag -> flag.startsWith("subvol="))
        .map(flag -> flag.substring("subvol=".length()))
        .map(GrubMachine::withoutSlash)
        .reduce("", (_, last) -> last);
  }

  private static String withoutSlash(String path) {
    return path.startsWith("/") ? path.substring(1) : path;
  }

  /** A file that is not on the btrfs keeps its device, so that it is not taken for one that is. */
  private static String fromTopLevel(String device, String path) {
    return device.equals(SYSTEM) ? withoutSlash(path) : "(%s)%s".formatted(device, path);
  }

  private final class Disk implements GrubDisk {
    @Override
    public Optional<String> deviceByUuid(String uuid) {
      return uuid.equals(system.uuid()) ? Optional.of(SYSTEM) : Optional.empty();
    }

    @Override
    public Optional<String> deviceByLabel(String label) {
      return label.equals(LABEL) ? Optional.of(SYSTEM) : Optional.empty();
    }

    @Override
    public Optional<byte[]> read(String device, String path) {
      return device.equals(SYSTEM)
          ? system.read(path)
          : environment.filter(_ -> isEnvironment(device, path));
    }

    private static boolean isEnvironment(String device, String path) {
      return device.equals(ESP) && path.equals(ENVIRONMENT);
    }

    @Override
    public boolean isKernel(String device, String path) {
      return device.equals(SYSTEM)
          && !unreadable.equals(Optional.of(path))
          && system.isKernel(path);
    }

    @Override
    public boolean exists(String device, String path) {
      return device.equals(SYSTEM) ? system.exists(path) : read(device, path).isPresent();
    }

    @Override
    public boolean overwrite(String device, String path, byte[] content) {
      if (environment.isEmpty() || !isEnvironment(device, path)) {
        return false;
      }
      environment = Optional.of(content.clone());
      return true;
    }
  }
}
