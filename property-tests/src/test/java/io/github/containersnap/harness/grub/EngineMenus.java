package io.github.containersnap.harness.grub;

import io.github.containersnap.adapter.bootloader.GrubBtrfs;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.engine.port.Btrfs;
import io.github.containersnap.engine.port.SystemFiles;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Boot menus of every kind, as the shipped {@link GrubBtrfs} writes them. */
public final class EngineMenus {
  /** The deployment that is the default. */
  public static final DeploymentId NEW = id('b');

  /** The deployment that is the fallback. */
  public static final DeploymentId OLD = id('a');

  /** When each trial was armed, in seconds since 1970. */
  public static final long ARMED = 1_700_000_000;

  private static final List<TrialState> STANDINGS =
      List.of(
          new TrialState.Blessed(),
          new TrialState.Untried(),
          new TrialState.OnTrial(Instant.ofEpochSecond(ARMED)));

  private EngineMenus() {}

  /** What a deployment and its machine have that is mounted besides the root. */
  public enum Mounts {
    /** Only /var is shared. */
    VAR,
    /** So is everything that may be. */
    ALL,
    /** The deployment's own fstab mounts /var. */
    FSTAB;

    private List<String> shared() {
      return this == ALL ? List.of("home", "root", "srv") : List.of();
    }

    /** What the kernel must be told to mount. */
    public List<String> told() {
      List<String> told = new ArrayList<>(shared());
      if (this != FSTAB) {
        told.add("var");
      }
      return told;
    }
  }

  /**
   * A menu and what it was made from.
   *
   * @param standing of the default
   * @param fallback whether there is a fallback
   * @param arguments of both entries; the fallback has one of its own in front of them
   */
  public record Menu(TrialState standing, boolean fallback, List<String> arguments, Mounts mounts) {
    private static final String OF_THE_FALLBACK = "of.the=fallback";

    /** Whether boots of the default are counted. */
    public boolean onTrial() {
      return standing instanceof TrialState.OnTrial;
    }

    /** The fallback's own arguments. */
    public List<String> argumentsOfTheFallback() {
      return Stream.concat(Stream.of(OF_THE_FALLBACK), arguments.stream()).toList();
    }

    /** The name of its trial; empty if it is on none. */
    public String trial() {
      return standing instanceof TrialState.OnTrial trial
          ? NEW.shortForm() + "@" + trial.since().getEpochSecond()
          : "";
    }

    /** As the engine has it. */
    public BootMenu bootMenu() {
      Optional<BootEntry> second =
          fallback
              ? Optional.of(entry(OLD, "Old", new TrialState.Blessed(), argumentsOfTheFallback()))
              : Optional.empty();
      return new BootMenu(entry(NEW, "It's new", standing, arguments), second);
    }

    /** Makes deployments without content, and has the shipped boot loader write the menu. */
    public void write(DeploymentLayout layout, Btrfs btrfs, SystemFiles files) {
      Stream.concat(Stream.of("var"), mounts.shared().stream())
          .map(layout::shared)
          .filter(subvolume -> !files.exists(subvolume))
          .forEach(btrfs::createSubvolume);
      for (DeploymentId id : List.of(NEW, OLD)) {
        Path root = layout.deployment(id);
        files.createDirectories(root.resolve("etc"));
        mounts.shared().forEach(name -> files.createDirectories(root.resolve(name)));
        if (mounts == Mounts.FSTAB) {
          files.write(root.resolve("etc/fstab"), "LABEL=SYSTEM /var btrfs subvol=@var 0 0\n");
        }
      }
      GrubBtrfs grub = new GrubBtrfs(layout, files, btrfs);
      grub.initialize();
      grub.replaceMenu(bootMenu());
    }

    private static BootEntry entry(
        DeploymentId id, String title, TrialState standing, List<String> arguments) {
      BootFiles files =
          new BootFiles("6.1", "usr/lib/modules/6.1/vmlinuz", "usr/lib/modules/6.1/initramfs.img");
      return new BootEntry(id, files, arguments, title, standing);
    }
  }

  private static DeploymentId id(char digit) {
    return new DeploymentId(new ImageId(String.valueOf(digit).repeat(64)), digit == 'b' ? 7 : 0);
  }

  /** All kinds. */
  public static List<Menu> all() {
    List<Menu> all = new ArrayList<>();
    for (TrialState standing : STANDINGS) {
      for (boolean fallback : List.of(true, false)) {
        for (List<String> arguments :
            List.of(List.<String>of(), List.of("quiet", "console=ttyS0,115200n8", "a.b=c/d"))) {
          for (Mounts mounts : Mounts.values()) {
            all.add(new Menu(standing, fallback, arguments, mounts));
          }
        }
      }
    }
    return all;
  }
}
