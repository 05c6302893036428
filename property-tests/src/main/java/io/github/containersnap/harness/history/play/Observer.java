package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.Progress;
import io.github.containersnap.harness.history.ReferenceModel;
import io.github.containersnap.harness.history.ReferenceModel.Grade;
import io.github.containersnap.harness.history.ReferenceModel.Known;
import io.github.containersnap.harness.history.ReferenceModel.Menu;
import io.github.containersnap.harness.property.Atomic;
import io.github.containersnap.harness.property.ComesUp;
import io.github.containersnap.harness.property.Durable;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.FallsBack;
import io.github.containersnap.harness.property.Judgement;
import io.github.containersnap.harness.property.Keeps;
import io.github.containersnap.harness.property.NoLeaks;
import io.github.containersnap.harness.property.OneTruth;
import io.github.containersnap.harness.property.Reserves;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.Reader;
import io.github.containersnap.harness.view.Seen;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.harness.world.DiskView;
import io.github.containersnap.harness.world.World;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares what is on a machine with what must be known of it. */
final class Observer {
  /** Cheapest first. */
  private static final List<Judgement> AT_REST =
      List.of(
          new Durable(), new Atomic(), new ComesUp(), new FallsBack(), new Keeps(), new NoLeaks());

  private static final List<Judgement> AT_POWER_ON =
      List.of(new OneTruth(), new Atomic(), new ComesUp());

  private static final Seen<String> NOT_ASKED = Seen.hidden("only what lies about is asked");

  private final World world;
  private String lastText = "";
  private Optional<BootMenu> lastMenu = Optional.empty();

  Observer(World world) {
    this.world = world;
  }

  /** The boot menu, as the engine without any fault reads it. */
  Optional<BootMenu> bootMenu() {
    return bootMenu(world.view());
  }

  private Optional<BootMenu> bootMenu(DiskView disk) {
    String text = disk.menuText();
    if (!text.equals(lastText)) {
      lastMenu = readBootMenu();
      lastText = text;
    }
    return lastMenu;
  }

  private Optional<BootMenu> readBootMenu() {
    return world.seenBy(world.startSecond(), Progress.NONE).ports().bootloader().menu();
  }

  static Menu menu(BootMenu menu) {
    return new Menu(
        menu.byDefault().deployment(),
        Grade.of(menu.byDefault().standing()),
        menu.fallback().map(BootEntry::deployment),
        menu.fallback().map(BootEntry::standing).map(Grade::of),
        Stream.concat(Stream.of(menu.byDefault()), menu.fallback().stream())
            .collect(Collectors.toMap(BootEntry::deployment, BootEntry::arguments)));
  }

  /**
   * Where the machine differs from {@code must}.
   *
   * @param kept of its deployments, those that must be there; the others may be
   * @param reported whether a command said that it is so
   */
  Optional<Violation> difference(Known must, Set<DeploymentId> kept, boolean reported) {
    DiskView disk = world.view();
    return first(
        HistoryView.atRest(disk, world.firmware(), menuInWords(disk)),
        RememberedMachine.atRest(must, kept, reported, world.firmware().filesystem()),
        AT_REST);
  }

  /** What nothing should have left lying, whatever is known of the machine. */
  Optional<Violation> leftovers() {
    DiskView disk = world.view();
    SystemView view = HistoryView.atRest(disk, world.firmware(), NOT_ASKED);
    return first(view, whateverBoots(disk, view.boot(Reader.KERNEL)), List.of(new NoLeaks()));
  }

  /** That nothing is reserved for a full disk, of a machine that has recovered and has room. */
  Optional<Violation> reserve() {
    DiskView disk = world.view();
    SystemView view = HistoryView.atRest(disk, world.firmware(), NOT_ASKED);
    return first(view, whateverBoots(disk, view.boot(Reader.KERNEL)), List.of(new Reserves()));
  }

  /** Where boot loader and kernel see different menus, or what an entry starts is not whole. */
  Optional<Violation> menuAtBoot() {
    DiskView disk = world.view();
    SystemView view = HistoryView.atPowerOn(disk, world.firmware());
    return first(view, whateverBoots(disk, view.boot(Reader.BOOT_LOADER)), AT_POWER_ON);
  }

  private Expected whateverBoots(DiskView disk, Seen<BootPlan> plan) {
    Optional<String> boots =
        plan.known()
            .map(it -> it.at(1))
            .filter(BootPlan.Entry.class::isInstance)
            .map(start -> ((BootPlan.Entry) start).entry());
    return RememberedMachine.whateverBoots(
        disk.deployments(), boots, world.firmware().filesystem());
  }

  private static Optional<Violation> first(
      SystemView view, Expected expected, List<Judgement> properties) {
    return properties.stream()
        .flatMap(property -> property.judge(view, expected).stream())
        .findFirst();
  }

  private Seen<String> menuInWords(DiskView disk) {
    try {
      return Seen.of(inWords(bootMenu(disk).map(Observer::menu)));
    } catch (DamagedStateException damage) {
      return Seen.of("nothing, since it cannot be read: " + damage.getMessage());
    }
  }

  /** The deployments that must be there now if a prune was undisturbed. */
  static Set<DeploymentId> retained(Known known, Instant now) {
    return ReferenceModel.retained(known, now);
  }

  static String inWords(Optional<Menu> menu) {
    return menu.map(Observer::inWords).orElse("nothing");
  }

  private static String inWords(Menu menu) {
    return inWords(menu, menu.byDefault(), menu.grade())
        + menu.fallback()
            .map(id -> ", else " + inWords(menu, id, menu.fallbackGrade().orElseThrow()))
            .orElse("");
  }

  private static String inWords(Menu menu, DeploymentId id, Grade grade) {
    List<String> arguments = menu.argumentsOf(id);
    return "%s (%s)%s"
        .formatted(
            id.shortForm(),
            inWords(grade),
            arguments.equals(ReferenceModel.USUAL_ARGUMENTS)
                ? ""
                : " with " + String.join(" ", arguments));
  }

  private static String inWords(Grade grade) {
    return grade.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
