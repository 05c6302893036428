package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.BootFile;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.view.Seen;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.harness.view.Tree;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.function.Function;

/**
 * A crash state on a real btrfs, at one of the moments of its examination. What boots is what its
 * menus say, executed.
 */
public final class CrashStateView implements SystemView {
  private static final String NOT_MOUNTED = "it is not mounted";
  private static final String READ_AT_POWER_ON = "it was read at power-on";

  private final Optional<String> obstacle;
  private final Seen<BootPlan> loaderPlan;
  private final Seen<BootPlan> kernelPlan;
  private final Seen<SystemView> mounted;
  private final Seen<BootLoaderView> bootLoader;
  private final Seen<Path> checked;
  private final Map<String, Seen<BootFile>> bootFiles = new HashMap<>();

  private CrashStateView(
      Optional<String> obstacle,
      Seen<BootPlan> loaderPlan,
      Seen<BootPlan> kernelPlan,
      Seen<SystemView> mounted,
      Seen<BootLoaderView> bootLoader,
      Seen<Path> checked) {
    this.obstacle = obstacle;
    this.loaderPlan = loaderPlan;
    this.kernelPlan = kernelPlan;
    this.mounted = mounted;
    this.bootLoader = bootLoader;
    this.checked = checked;
  }

  /**
   * The state on a device that is not mounted.
   *
   * @param sight what it looks like at first sight
   * @param menu how its boot loader knows what to start
   */
  public static CrashStateView atPowerOn(Path device, QuickView sight, MenuReading menu) {
    Seen<BootPlan> loader = Seen.of(menu.plan(sight.loader()));
    return new CrashStateView(
        sight.obstacle(),
        loader,
        sight.kernel().equals(sight.loader()) ? loader : Seen.of(menu.plan(sight.kernel())),
        Seen.hidden(NOT_MOUNTED),
        Seen.of(new BootLoaderView(device)),
        Seen.hidden("it is checked after the recovery"));
  }

  /**
   * The same state once a recovery has run.
   *
   * @param system as it is mounted
   */
  public CrashStateView recovered(SystemAtRest system) {
    return new CrashStateView(
        obstacle,
        loaderPlan,
        kernelPlan,
        Seen.of(system),
        Seen.hidden(READ_AT_POWER_ON),
        Seen.hidden("it is checked once it is not mounted any more"));
  }

  /**
   * The same state after that, not mounted any more: its structure alone is looked at.
   *
   * @param device holds it
   */
  public CrashStateView unmounted(Path device) {
    return new CrashStateView(
        obstacle,
        Seen.hidden(READ_AT_POWER_ON),
        Seen.hidden(READ_AT_POWER_ON),
        Seen.hidden(NOT_MOUNTED),
        Seen.hidden(READ_AT_POWER_ON),
        Seen.of(device));
  }

  private <T> Seen<T> inside(Function<SystemView, Seen<T>> look) {
    return switch (mounted) {
      case Seen.Known<SystemView>(SystemView system) -> look.apply(system);
      case Seen.Hidden<SystemView>(String why) -> Seen.hidden(why);
    };
  }

  @Override
  public Optional<String> obstacle() {
    return obstacle;
  }

  @Override
  public Seen<Optional<String>> damage() {
    return checked.map(FilesystemCheck::complaint);
  }

  @Override
  public Seen<BootPlan> boot(Reader reader) {
    return reader == Reader.BOOT_LOADER ? loaderPlan : kernelPlan;
  }

  /** What the menu says is executed; what the engine reads in it, its histories judge. */
  @Override
  public Seen<String> menu() {
    return Seen.hidden("the menu is executed, not read");
  }

  @Override
  public Seen<Optional<String>> startFailure() {
    return Seen.hidden("nothing is booted here: virtual machines boot one state of each class");
  }

  @Override
  public Seen<BootFile> bootFile(String path) {
    return bootFiles.computeIfAbsent(path, _ -> bootLoader.map(loader -> read(loader, path)));
  }

  private static BootFile read(BootLoaderView loader, String path) {
    try {
      return new BootFile.Content(loader.loaded(path).sha256());
    } catch (CommandFailedException cannotRead) {
      boolean missing = cannotRead.standardError().contains("not found");
      return new BootFile.Unreadable(missing ? "find" : "read");
    }
  }

  @Override
  public Seen<SortedSet<String>> deployments() {
    return inside(SystemView::deployments);
  }

  @Override
  public Seen<Tree> sealed(String id) {
    return inside(system -> system.sealed(id));
  }

  @Override
  public Seen<Tree> etc(String id) {
    return inside(system -> system.etc(id));
  }

  @Override
  public Seen<Optional<Origin>> origin(String id) {
    return inside(system -> system.origin(id));
  }

  @Override
  public Seen<Access> access(String path) {
    return inside(system -> system.access(path));
  }

  @Override
  public Seen<Optional<Tree>> data(String subvolume) {
    return inside(system -> system.data(subvolume));
  }

  @Override
  public Seen<SortedSet<String>> pins() {
    return inside(SystemView::pins);
  }

  @Override
  public Seen<SortedSet<String>> strays() {
    return inside(SystemView::strays);
  }

  @Override
  public Seen<Boolean> reserve() {
    return inside(SystemView::reserve);
  }

  @Override
  public Seen<SortedSet<String>> leftOutside() {
    return inside(SystemView::leftOutside);
  }
}
