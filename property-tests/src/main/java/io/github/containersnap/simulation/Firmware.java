package io.github.containersnap.simulation;

import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Standing;
import io.github.containersnap.simulation.Node.Directory;
import io.github.containersnap.simulation.Node.RegularFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * From the power button to a running system: GRUB reads its menu, kernel and initrd from the disk
 * as it was committed, the kernel mounts the disk with its log tree replayed (DESIGN fact 3).
 *
 * <p>It executes the text of the menu as GRUB would, by what the text says and not by what the
 * shipped reader makes of it. Its count of boots is in a file on another partition, which GRUB
 * writes at once and which no power cut here tears (decision 9).
 */
public final class Firmware {
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

    /** A system runs that is put together from more than one. */
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

  /**
   * An entry of a menu, by its text.
   *
   * @param id the deployment that the menu says it is
   * @param root the subvolume that the kernel mounts
   */
  public record Entry(String id, String root, String kernel, String initrd) {}

  /** A menu, by its text: its entries, and the trial that its default is on. */
  public record MenuText(List<Entry> entries, Optional<String> trial) {
    private static final Pattern BLOCK =
        Pattern.compile("menuentry [^{]*--id (\\S+) \\{(.*?)\\n\\}", Pattern.DOTALL);
    private static final Pattern LINUX = Pattern.compile("\\n\\s*linux /(\\S+)(.*)");
    private static final Pattern INITRD = Pattern.compile("\\n\\s*initrd /(\\S+)");
    private static final Pattern ROOT = Pattern.compile("rootflags=subvol=(\\S+)");
    private static final Pattern TRIAL =
        Pattern.compile("if \\[ \"\\$container_snap_trial\" != \"([^\"]+)\" \\]");

    /** Reads one. */
    public static MenuText of(String text) {
      List<Entry> entries = new ArrayList<>();
      Matcher block = BLOCK.matcher(text);
      while (block.find()) {
        Matcher linux = LINUX.matcher(block.group(2));
        Matcher initrd = INITRD.matcher(block.group(2));
        if (linux.find() && initrd.find()) {
          Matcher root = ROOT.matcher(linux.group(2));
          if (root.find()) {
            entries.add(new Entry(block.group(1), root.group(1), linux.group(1), initrd.group(1)));
          }
        }
      }
      Matcher trial = TRIAL.matcher(text);
      return new MenuText(
          List.copyOf(entries), trial.find() ? Optional.of(trial.group(1)) : Optional.empty());
    }
  }

  private static final String MENU = "@boot/boot.cfg";

  private final Supplier<Directory> disk;
  private Directory seenByBootLoader = Directory.empty();
  private String lastText = "";
  private MenuText lastMenu = MenuText.of("");
  private String trial = "";
  private int boots;

  /**
   * Of a machine.
   *
   * @param disk its disk as the kernel sees it
   */
  public Firmware(Supplier<Directory> disk) {
    this.disk = disk;
  }

  /** The same, with its count of boots, in another machine. */
  public Firmware of(Supplier<Directory> other) {
    Firmware copy = new Firmware(other);
    copy.seenByBootLoader = seenByBootLoader;
    copy.trial = trial;
    copy.boots = boots;
    return copy;
  }

  /** It has control, and sees this. */
  public void powerOn(Directory seen) {
    seenByBootLoader = seen;
  }

  /** The menu as the boot loader sees it. */
  public MenuText menuSeenByBootLoader() {
    return read(text(seenByBootLoader));
  }

  /** The menu as the kernel sees it. */
  public MenuText menuSeenByKernel() {
    return read(text(disk.get()));
  }

  /** It is asked for the same text again and again. */
  private MenuText read(String text) {
    if (!text.equals(lastText)) {
      lastText = text;
      lastMenu = MenuText.of(text);
    }
    return lastMenu;
  }

  private static String text(Directory root) {
    return Disk.find(root, MENU).orElse(null) instanceof RegularFile file
        ? file.content().text()
        : "";
  }

  /** How often the trial of that name has been booted. */
  public int bootsOf(String name) {
    return trial.equals(name) ? boots : 0;
  }

  /** Starts what the menu says. */
  public Attempt start() {
    MenuText menu = menuSeenByBootLoader();
    if (menu.entries().isEmpty()) {
      return new Attempt.Stuck("the boot loader finds no menu entry");
    }
    Entry first = menu.entries().getFirst();
    Optional<Entry> second =
        menu.entries().size() > 1 ? Optional.of(menu.entries().get(1)) : Optional.empty();
    boolean usedUp =
        menu.trial().filter(it -> bootsOf(it) >= Standing.BOOTS_OF_A_TRIAL).isPresent();
    if (usedUp && second.isPresent() && loads(second.get())) {
      return run(second.get(), DeploymentId.read(first.id()), false);
    }
    boolean counted = menu.trial().isPresent() && !usedUp;
    if (counted) {
      boots = bootsOf(menu.trial().orElseThrow()) + 1; // before the kernel is loaded
      trial = menu.trial().orElseThrow();
    }
    if (loads(first)) {
      return run(first, Optional.empty(), counted);
    }
    if (second.isPresent() && loads(second.get())) {
      return run(second.get(), DeploymentId.read(first.id()), false);
    }
    return new Attempt.Stuck("the boot loader finds no kernel and initrd at /" + first.kernel());
  }

  private boolean loads(Entry entry) {
    return full(entry.kernel()) && full(entry.initrd());
  }

  private boolean full(String path) {
    return Disk.find(seenByBootLoader, path).orElse(null) instanceof RegularFile file
        && file.content().length() > 0;
  }

  private Attempt run(Entry entry, Optional<DeploymentId> insteadOf, boolean counted) {
    if (!(Disk.find(disk.get(), entry.root()).orElse(null) instanceof Directory root)) {
      return new Attempt.Panicked("there is no /" + entry.root() + " to mount as root", counted);
    }
    if (!(Disk.find(root, "sbin/init").orElse(null) instanceof RegularFile init)
        || init.content().length() == 0) {
      return new Attempt.Panicked("/" + entry.root() + " has no init", counted);
    }
    String health =
        Disk.find(root, SimulatedImage.HEALTH_FILE).orElse(null) instanceof RegularFile file
            ? file.content().text().strip()
            : "";
    if (health.equals(SimulatedImage.Health.PANICS.name())) {
      return new Attempt.Panicked("the image's kernel panics", counted);
    }
    String id = entry.root().substring(entry.root().lastIndexOf('/') + 1);
    return DeploymentId.read(id)
        .<Attempt>map(
            it ->
                new Attempt.Up(
                    it, insteadOf, health.equals(SimulatedImage.Health.GOOD.name()), counted))
        .orElseGet(
            () -> new Attempt.Panicked("/" + entry.root() + " is no deployment's root", counted));
  }
}
